"""What the reports count, as pure tables: cases in, numbers out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from requests_app.kinds import registry
from requests_app.kinds.base import Clock
from requests_app.reports import ageing, answers
from requests_app.reports.cases import OF_STATE, Case, Outcome
from requests_app.reports.steps import steps

DAY = date(2026, 3, 2)
DUE = DAY + timedelta(days=30)
DUE_AT = datetime(2026, 4, 2, 4, tzinfo=UTC)  # the end of April 1 in North Carolina
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def case(after: int | None = None, outcome: Outcome = Outcome.GIVEN, *, due: bool = True) -> Case:
    """An access request answered so many days after receipt; open when none is given."""
    return Case(
        kind="access",
        received_on=DAY,
        due_on=DUE if due else None,
        due_at=DUE_AT if due else None,
        answered_on=None if after is None else DAY + timedelta(days=after),
        outcome=Outcome.OPEN if after is None else outcome,
    )


# --- how requests were answered ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("found", "now", "share", "days"),
    [
        pytest.param([], NOW, None, None, id="nothing"),
        pytest.param([case(30)], NOW, 1.0, 30, id="on the due day"),
        pytest.param([case(31)], NOW, 0.0, 31, id="the day after"),
        pytest.param([case(0)], NOW, 1.0, 0, id="on the day of receipt"),
        pytest.param([case(10), case(20)], NOW, 1.0, 15, id="an even number has a middle"),
        pytest.param([case(10), case(20), case(90)], NOW, 0.6667, 20, id="one of three late"),
        pytest.param([case()], DUE_AT, None, None, id="open at the end of the due day"),
        pytest.param(
            [case()], DUE_AT + timedelta(seconds=1), 0.0, None, id="open a second later is late"
        ),
        pytest.param([case(5), case()], NOW, 0.5, 5, id="what is open and late is in the share"),
        pytest.param([case(5, due=False)], NOW, None, 5, id="no law sets a day"),
        pytest.param([case(5, Outcome.DENIED)], NOW, 1.0, 5, id="a denial is an answer"),
        pytest.param([case(5, Outcome.ELSEWHERE)], NOW, 1.0, 5, id="told where to ask"),
        pytest.param([case(5, Outcome.UNVERIFIED)], NOW, None, None, id="unverified is none"),
        pytest.param([case(90, Outcome.WITHDRAWN)], NOW, None, None, id="withdrawn is none"),
    ],
)
def test_share_and_median(
    found: list[Case], now: datetime, share: float | None, days: float | None
) -> None:
    row = answers.of_kind("access", found, now=now)
    assert (row.on_time_share, row.median_days) == (share, days)


def test_each_outcome_is_counted_and_unverified_is_no_denial() -> None:
    found = [case(5, one) for one in Outcome if one is not Outcome.OPEN]
    found += [case(), case(6, Outcome.UNVERIFIED)]
    row = answers.of_kind("access", found, now=NOW)
    assert row.by_outcome == dict.fromkeys(Outcome, 1) | {Outcome.UNVERIFIED: 2}
    assert row.received == sum(row.by_outcome.values())


def test_every_kind_has_its_row_and_all_have_one() -> None:
    rows = answers.by_kind([case(5), case(40)], kinds=["access", "amendment"], now=NOW)
    assert [(row.kind, row.received, row.late) for row in rows] == [
        ("access", 2, 1), ("amendment", 0, 0), ("all", 2, 1),
    ]  # fmt: skip


def test_every_answer_of_every_kind_has_its_outcome_and_none_else() -> None:
    """The moves that stop the clock, by the state they lead to."""
    led_to = {
        target
        for kind in registry.all_kinds()
        for move, _source, target in kind.paths()
        if kind.CLOCK.get(move) is Clock.STOP
    }
    assert {str(state) for state in led_to} == OF_STATE.keys()


# --- how old what is open is -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "0-7"), (7, "0-7"), (8, "8-15"), (15, "8-15"), (16, "16-30"), (30, "16-30"),
        (31, "31-60"), (60, "31-60"), (61, "61+"), (4000, "61+"),
        pytest.param(-1, "0-7", id="received where the day has begun already"),
    ],
)  # fmt: skip
def test_an_open_request_is_in_one_bucket(days: int, bucket: str) -> None:
    (row, together) = ageing.by_kind([case()], kinds=["access"], today=DAY + timedelta(days=days))
    assert {name: count for name, count in row.counts.items() if count} == {bucket: 1}
    assert (row.open, together.counts) == (1, row.counts)


def test_what_is_answered_has_no_age() -> None:
    rows = ageing.by_kind([case(5)], kinds=["access"], today=DAY)
    assert [row.open for row in rows] == [0, 0]


# --- the next step -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "state", "expected"),
    [
        pytest.param("access", "received", [("confirm_identity", 3)], id="first who asks"),
        pytest.param("access", "in_review", [("grant", 2), ("ask", 3)], id="grant, then give"),
        pytest.param("access", "waiting", [("grant", 2), ("answer", 3)], id="no answer is needed"),
        pytest.param("access", "granted", [("deliver", 1)], id="give"),
        pytest.param("access", "granted_in_part", [("deliver", 1)], id="give the part"),
        pytest.param("access", "delivered", [], id="nothing is left"),
        pytest.param("accounting", "in_review", [("provide", 1)], id="one step"),
        pytest.param("accounting", "fee_quoted", [("provide", 1)], id="the fee can wait"),
        pytest.param("amendment", "in_review", [("accept", 2)], id="accept, then link"),
        pytest.param("amendment", "accepted", [("link", 1)], id="link"),
    ],
)
def test_the_shortest_way_to_an_answer_that_gives(
    kind: str, state: str, expected: list[tuple[str, int]]
) -> None:
    found = [(step.move.name, step.away) for step in steps(kind, state)]
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


def test_nobody_is_told_to_deny_or_to_give_up() -> None:
    proposed = {
        step.move.name
        for kind in registry.all_kinds()
        for state in kind.State
        for step in steps(kind.name, str(state))
    }
    never = {"deny", "refuse", "redirect", "could_not_verify", "withdraw", "refile", "close", "reopen",
             "grant_in_part", "not_qualifying", "tell_how"}  # fmt: skip
    assert not proposed & never


def test_every_open_state_of_every_kind_leads_somewhere() -> None:
    """From wherever a clock runs there is a way to an answer."""
    for name in ("access", "accounting", "amendment"):
        kind = registry.kind(name)
        stopped = {str(t) for m, _, t in kind.paths() if kind.CLOCK.get(m) is Clock.STOP}
        after = stopped | {"closed", "disagreed", "rebutted"}
        stuck = [s for s in kind.State if s not in after and not steps(name, str(s))]
        assert stuck == []
