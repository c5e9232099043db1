"""How requests were answered, how many in time, and how long it took."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from requests_app.reports.cases import Case, Outcome

#: Answers to what was asked. Not those that end a request without one.
ANSWERS = frozenset({Outcome.GIVEN, Outcome.IN_PART, Outcome.DENIED, Outcome.ELSEWHERE})
#: The row over all kinds.
ALL = "all"


@dataclass(frozen=True, slots=True)
class Answers:
    """Requests of one kind that were received in a period.

    in_time, late  of those answered that have a legal due day
    open_late      not answered, and the due day is over: late already, whatever the answer will be
    on_time_share  in_time out of these three; None where none has a due day that counts
    median_days    calendar days from receipt to answer; None without an answer
    Withdrawn, moved and unverified requests are counted, and are in no share and no median.
    """

    kind: str
    received: int
    by_outcome: Mapping[Outcome, int]
    in_time: int
    late: int
    open_late: int
    median_days: float | None

    @property
    def on_time_share(self) -> float | None:
        counted = self.in_time + self.late + self.open_late
        return round(self.in_time / counted, 4) if counted else None


def by_kind(found: Iterable[Case], *, kinds: Iterable[str], now: datetime) -> list[Answers]:
    """One row for each kind, in the order given, and one over all of them."""
    together = list(found)
    rows = [
        of_kind(kind, [case for case in together if case.kind == kind], now=now) for kind in kinds
    ]
    return [*rows, of_kind(ALL, together, now=now)]


def of_kind(kind: str, found: list[Case], *, now: datetime) -> Answers:
    """These cases as one row."""
    answered = [case for case in found if case.outcome in ANSWERS]
    clocked = [case for case in answered if case.due_on is not None]
    late = sum(case.is_late(now) for case in clocked)
    counts = Counter(case.outcome for case in found)
    return Answers(
        kind=kind,
        received=len(found),
        by_outcome={outcome: counts[outcome] for outcome in Outcome},
        in_time=len(clocked) - late,
        late=late,
        open_late=sum(case.outcome is Outcome.OPEN and case.is_late(now) for case in found),
        median_days=_median_days(answered),
    )


def _median_days(answered: list[Case]) -> float | None:
    days = [(case.answered_on - case.received_on).days for case in answered if case.answered_on]
    return float(median(days)) if days else None
