"""How an anchor stands: when it last held, over how many entries, and what went wrong since."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from audit.errors import StampFailed, Unreachable, WitnessDeclined

#: What an anchor may fail by while the log goes on. WitnessRefuses is none of these.
FAILURES = (Unreachable, WitnessDeclined, StampFailed)


class Anchor(StrEnum):
    """The kinds there are, as they are stored."""

    WITNESS = "witness"
    STAMP = "stamp"
    PIN = "pin"
    PRINTED = "printed"


@dataclass(frozen=True)
class Standing:
    """One anchor. `name` tells two of a kind apart: a witness's name, a file, an address.

    `held_at` and `size` are of the last success, `failed_at` and `why` of the last failure since;
    each is None as long as there was none.
    """

    kind: Anchor
    name: str
    held_at: datetime | None = None
    size: int | None = None
    failed_at: datetime | None = None
    why: str | None = None

    def held(self, at: datetime, size: int) -> "Standing":
        """It holds this head; what failed before is over."""
        return replace(self, held_at=at, size=size, failed_at=None, why=None)

    def failed(self, at: datetime, why: str) -> "Standing":
        return replace(self, failed_at=at, why=why)

    def age(self, now: datetime) -> timedelta | None:
        """How long ago it last held a head; None if it never has."""
        return None if self.held_at is None else now - self.held_at

    def overdue(self, now: datetime, *, after: timedelta) -> bool:
        """Whether somebody has to look: it never held, or not for this long."""
        age = self.age(now)
        return age is None or age > after

    def to_json(self) -> str:
        told = asdict(self)
        for name in ("held_at", "failed_at"):
            told[name] = told[name] and told[name].isoformat()
        return json.dumps(told)

    @classmethod
    def from_json(cls, written: str) -> "Standing":
        """What `to_json` wrote; ValueError or TypeError for anything else."""
        told = json.loads(written)
        for name in ("held_at", "failed_at"):
            told[name] = told[name] and datetime.fromisoformat(told[name])
        return cls(**(told | {"kind": Anchor(told["kind"])}))


def tried(standing: Standing, attempt: Callable[[], int], *, now: datetime) -> Standing:
    """The standing after one attempt, which returns the size of the head that is now held.

    WitnessRefuses passes through: that is not an anchor that failed, but one that did its work.
    """
    try:
        return standing.held(now, attempt())
    except FAILURES as reason:
        return standing.failed(now, str(reason))
    except OSError as reason:
        # A disk that is not there, a folder that is full; its words would name the path.
        return standing.failed(now, type(reason).__name__)
