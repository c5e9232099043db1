"""A head on paper: five short lines for a drawer, checked by typing them.

    example.com/audit-test
    8 entries, signed 2023-11-14
    7TVQJ YRX87 PQ462 F2YVP
    76XK8 Q3KT3 DWVCY YDPDH
    Check it: audit.verify log FOLDER --vkey KEY --printed "8 GROUPS"

Eight groups: 32 symbols, out of 23 that are not taken for one another, of the SHA-256 over origin,
size and root, which are 144 bits.  The fifth symbol of a group checks the four before it and the
group's place, so that a slip of the pen is known from an altered log, and says where it is.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from audit import strict
from audit.checkpoint import Checkpoint
from audit.errors import MalformedProof

#: Digits without 0, 1 and 5; letters without vowels and look-alikes.
ALPHABET = "2346789CDFHJKMNPQRTVWXY"
_GROUPS = 8
_SIGNS = 4
_SPACE = re.compile(r"[\s._/,;:\-\u2010-\u2015]+")


@dataclass(frozen=True)
class Printed:
    """A head as it stands on paper: the groups in their written form, one blank between."""

    size: int
    groups: str


def of(head: Checkpoint) -> Printed:
    """What is printed of a head."""
    number = int.from_bytes(sha256(head.body().encode()).digest(), "big")
    groups = []
    for place in range(_GROUPS):
        signs = ""
        for _ in range(_SIGNS):
            number, at = divmod(number, len(ALPHABET))
            signs += ALPHABET[at]
        groups.append(signs + _check(signs, place))
    return Printed(head.size, " ".join(groups))


def lines(head: Checkpoint, *, signed_on: date) -> tuple[str, str, str, str, str]:
    """The five lines; `signed_on` is the day of the head, which nobody signs."""
    groups = of(head).groups.split(" ")
    return (
        head.origin,
        f"{head.size} entries, signed {signed_on.isoformat()}",
        " ".join(groups[: _GROUPS // 2]),
        " ".join(groups[_GROUPS // 2 :]),
        f'Check it: audit.verify log FOLDER --vkey KEY --printed "{head.size} GROUPS"',
    )


def parse(typed: str) -> Printed:
    """What somebody typed: the size, then the groups, in any case and with any spaces.

    MalformedProof says what to look at again.
    """
    size, *rest = _SPACE.sub(" ", unicodedata.normalize("NFKC", typed)).strip().split(" ")
    symbols = "".join(rest).upper()
    width = _SIGNS + 1
    if len(symbols) != _GROUPS * width:
        raise MalformedProof(f"type the number of entries and {_GROUPS} groups of {width}")
    groups = [symbols[at : at + width] for at in range(0, len(symbols), width)]
    for place, group in enumerate(groups):
        if set(group) - set(ALPHABET) or group[-1] != _check(group[:-1], place):
            raise MalformedProof(f"look at group {place + 1} again: {group}")
    return Printed(strict.number(size), " ".join(groups))


def matches(printed: Printed, origin: str, root_at: Callable[[int], bytes]) -> bool:
    """Whether the log of this name had this head at that size."""
    return of(Checkpoint(origin, printed.size, root_at(printed.size))) == printed


def _check(signs: str, place: int) -> str:
    """23 is a prime: one wrong symbol, two changed over, or a group in another's place show."""
    told = sum(ALPHABET.index(sign) * (2 + at) for at, sign in enumerate(signs)) + 7 * place
    return ALPHABET[told % len(ALPHABET)]
