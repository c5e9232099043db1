"""What the sealer asks of a witness. How it is asked is the business of whoever speaks to it."""

from collections.abc import Callable, Sequence
from typing import Protocol

#: The hashes that lead from an older size to the head that is to be signed.
Way = Callable[[int], Sequence[bytes]]


class Witness(Protocol):
    """Somebody else who signs our heads, on another machine, with another administrator."""

    def known(self) -> int | None:
        """The size it last signed; None if it cannot be asked now. Does not raise, ends soon."""

    def cosign(self, note: bytes, way: Way, /) -> Sequence[str]:
        """Its signature lines for this checkpoint, each checked, each with its line's end.

        WitnessRefuses if it has signed another history; OSError or ProofFailed if it cannot be
        asked or answers nonsense: sealing goes on without it then.
        """
