"""Several disclosures to one recipient for one purpose, told as a series (164.528(b)(3)).

Pure.  Only for disclosures to the Secretary (502(a)(2)(ii)) and under 164.512: the first in full,
then how often, how many, and the day of the last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from msgspec.structs import replace

from requests_app.disclosures.accounting import AccountingLine
from requests_app.disclosures.models import Form, More
from requests_app.disclosures.taxonomy import Taxonomy
from requests_app.people.folding import fold_words

_RULES = ("45 CFR 164.512", "45 CFR 164.502(a)(2)(ii)")


@dataclass(frozen=True, slots=True)
class _Key:
    """What makes disclosures one series."""

    basis: str
    recipient: tuple[str, ...]
    purpose: tuple[str, ...]


def told_as_series(lines: Iterable[AccountingLine], bases: Taxonomy) -> tuple[AccountingLine, ...]:
    """The lines, with those that make a series told by the first of them, in its place."""
    groups: dict[_Key | str, list[AccountingLine]] = {}
    for line in lines:
        groups.setdefault(_key(line, bases) or line.entry, []).append(line)
    return tuple(_told(group) for group in groups.values())


def _key(line: AccountingLine, bases: Taxonomy) -> _Key | None:
    """None where the law allows no series, or nothing says that two purposes are one."""
    if line.basis is None or line.form is not Form.ONE:
        return None
    if not bases.basis(line.basis).citation.startswith(_RULES):
        return None
    recipient, purpose = fold_words(line.recipient_name or ""), fold_words(line.purpose)
    return _Key(line.basis, recipient, purpose) if recipient and purpose else None


def _told(group: Sequence[AccountingLine]) -> AccountingLine:
    """A line alone stays as it is."""
    if len(group) == 1:
        return group[0]
    first = min(group, key=lambda line: line.disclosed_from)
    last = max(line.disclosed_until or line.disclosed_from for line in group)
    days = sorted({line.disclosed_from for line in group})
    more = More(count=len(group), frequency=_frequency(days))
    return replace(first, disclosed_until=last, form=Form.SERIES, more=more)


#: The usual distance in days, and its name.
_EVERY = ((1, "daily"), (7, "weekly"), (14, "every two weeks"))


def _frequency(days: Sequence[date]) -> str:
    """The periodicity where the days have one; else empty, and the count stands for it."""
    apart = {(later - earlier).days for earlier, later in pairwise(days)}
    if len(apart) == 1:
        return dict(_EVERY).get(apart.pop(), "")
    return "monthly" if apart and apart <= {28, 29, 30, 31} and len(days) > 2 else ""
