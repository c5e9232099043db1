"""The names of a log and of its successors, and where each one's files lie.

A log that has lost entries for good is closed, and another one goes on after it (FORMAT.md, section
17).  Its name is the old one with the next number, and its files lie in a folder of that number
within the first one's:

    log.example/1  in  log/         checkpoint  tile/…
    log.example/2  in  log/2/       checkpoint  tile/…

What is closed stays where it is, as it is, and a copy of the one folder holds them all.
"""

import re
from pathlib import Path

from audit import tiles

_NUMBERED = re.compile(r"(.+)/([1-9][0-9]{0,8})", re.ASCII | re.DOTALL)


def successor(origin: str) -> str:
    """The name of the log that goes on after this one."""
    stem, number = _parts(origin)
    return f"{stem}/{number + 1}"


def number(origin: str) -> int:
    """The number at the end of a name; 1 where there is none."""
    return _parts(origin)[1]


def former(origin: str) -> tuple[str, ...]:
    """The names that the logs before this one may have had, the newest first.

    The first log of all may have had a name without a number.
    """
    stem, last = _parts(origin)
    earlier = [f"{stem}/{one}" for one in range(last - 1, 0, -1)]
    return (*earlier, *([stem] if f"{stem}/{last}" == origin else []))


def follows(origin: str, first: str) -> bool:
    """Whether this is the name of the log of the name `first`, or of one that goes on after it."""
    stem, begun = _parts(first)
    return origin == first or (
        _parts(origin)[0] == stem and _NUMBERED.fullmatch(origin) is not None
        and number(origin) > begun
    )  # fmt: skip


def place(top: Path, origin: str, *, first: str) -> Path:
    """The folder of a log's files; `top` is that of the log of the name `first`."""
    return top if origin == first else top / str(number(origin))


def newest(top: Path) -> Path:
    """The folder of the log that is open now, by what is there."""
    try:
        numbers = [int(one.name) for one in top.iterdir() if re.fullmatch("[1-9][0-9]*", one.name)]
    except OSError:
        return top
    begun = [one for one in numbers if (top / str(one) / tiles.CHECKPOINT).exists()]
    return top / str(max(begun)) if begun else top


def _parts(origin: str) -> tuple[str, int]:
    found = _NUMBERED.fullmatch(origin)
    return (found[1], int(found[2])) if found else (origin, 1)
