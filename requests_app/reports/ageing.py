"""How long what is open has been open."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from requests_app.reports.answers import ALL
from requests_app.reports.cases import Case, Outcome

#: Days since receipt, both ends included; the last has no end. Federal law gives 30 days and 60.
BUCKETS: tuple[tuple[int, int | None], ...] = ((0, 7), (8, 15), (16, 30), (31, 60), (61, None))


@dataclass(frozen=True, slots=True)
class Ageing:
    """The open requests of one kind by bucket, in the order of BUCKETS."""

    kind: str
    counts: Mapping[str, int]

    @property
    def open(self) -> int:
        return sum(self.counts.values())


def name(bucket: tuple[int, int | None]) -> str:
    """As a column is headed: "8-15", and "61+" for the last."""
    first, last = bucket
    return f"{first}+" if last is None else f"{first}-{last}"


def by_kind(found: Iterable[Case], *, kinds: Iterable[str], today: date) -> list[Ageing]:
    """One row for each kind, in the order given, and one over all of them."""
    counts = Counter(
        (kind, _bucket(case, today))
        for case in found
        if case.outcome is Outcome.OPEN
        for kind in (case.kind, ALL)
    )
    names = [name(bucket) for bucket in BUCKETS]
    return [Ageing(kind, {one: counts[kind, one] for one in names}) for kind in [*kinds, ALL]]


def _bucket(case: Case, today: date) -> str:
    """A request received on a day that has not begun here yet is of today."""
    days = max((today - case.received_on).days, 0)
    return next(name(one) for one in BUCKETS if one[1] is None or days <= one[1])
