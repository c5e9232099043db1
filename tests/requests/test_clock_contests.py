"""One letter under several regimes: what it moves, what it does not, and what it may say."""

from datetime import datetime
from typing import Any

import pytest

from requests_app.deadlines.wording import explain
from requests_app.errors import BadInput, NotNow
from requests_app.kinds import clock
from requests_app.kinds.base import Kind
from tests.support import office
from tests.support.office import OFFICER, act

pytestmark = pytest.mark.django_db

FACTS = {
    "provider_types": ["physical_therapist"],
    "settings": ["electronic_records", "records_in_state"],
}
PAPER = FACTS | {"settings": ["paper_records", "records_in_state"]}


def in_state(
    state: str, manner: str = "copy", channel: str = "paper", facts: dict[str, Any] = FACTS
) -> Kind:
    """A request received on Friday, May 22, 2026, at the one site of a practice in that state."""
    clinic = office.set_up(now=office.day("2026-01-02"), state=state, facts=facts)
    return office.taken_down(
        received=office.day("2026-05-22"),
        details=office.DETAILS["access"] | {"manner": manner},
        channel=channel,
        patient=str(clinic.patient.pk),
    )


def extend(request: Kind, *, on: str, until: str) -> Kind:
    letter = {"reasons": "The archive moves.", "completion_date": until, "provided": "portal"}
    return act(request, "extend", letter, actor=OFFICER, now=office.day(on))


def letter_of(request: Kind) -> str:
    return request.letters.get().text.body


WASHINGTON = "Washington limit for looking at records and for copies"
CASES = [
    pytest.param(("NC",), "2026-06-21", "2026-07-15", "", id="NC, copy"),
    pytest.param(("CA",), "2026-06-06", "2026-06-06", "California limit for copies",
                 id="CA, copy"),
    pytest.param(("CA", "inspect"), "2026-06-01", "2026-06-01",
                 "California limit for looking at records", id="CA, inspection, late already"),
    pytest.param(("TX",), "2026-06-15", "2026-06-15",
                 "Texas limit for a copy of the electronic record",
                 id="TX, written, electronic record"),
    pytest.param(("TX", "copy", "paper", PAPER), "2026-06-21", "2026-07-15", "",
                 id="TX, paper chart"),
    pytest.param(("WA",), "2026-06-15", "2026-06-15", WASHINGTON,
                 id="WA, written: past its 21 working days, so no notice there"),
    pytest.param(("WA", "copy", "telephone"), "2026-06-21", "2026-07-15", "",
                 id="WA, by telephone"),
    pytest.param(("MD",), "2026-06-21", "2026-06-24", "Maryland limit for access to records",
                 id="MD, written: federal law gives way, then the state's own day is next"),
    pytest.param(("NV",), "2026-06-21", "2026-07-15", "", id="NV, copy"),
    pytest.param(("NV", "inspect"), "2026-06-08", "2026-06-08",
                 "Nevada limit for looking at records kept in the state", id="NV, inspection"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "before", "after", "rule"), CASES)
def test_r9_one_letter_ten_clocks(
    where: tuple[Any, ...], before: str, after: str, rule: str, db: None
) -> None:
    request = in_state(*where)
    assert str(request.due_on) == before
    with pytest.raises(BadInput, match="problem") as past:
        extend(request, on="2026-06-05", until="2026-07-22")
    assert "Tuesday, July 21, 2026, the last day" in past.value.problems[0].sentence

    request = extend(request, on="2026-06-05", until="2026-07-15")

    assert str(request.due_on) == after
    lines = explain(clock.answer(request))
    assert any(
        "the notice satisfies the rule, so the limit is Wednesday, July 15" in x for x in lines
    )
    stays = f"{rule}: the notice does not extend it, so the limit stays"
    assert any(stays in line for line in lines) == bool(rule)
    with pytest.raises(NotNow, match="The rule allows one extension only"):
        extend(request, on="2026-06-05", until="2026-07-16")


@pytest.mark.parametrize(("where", "before", "after", "rule"), CASES)
def test_the_letter_calls_no_day_lawful_that_a_rule_does_not_allow(
    where: tuple[Any, ...], before: str, after: str, rule: str, db: None
) -> None:
    body = letter_of(extend(in_state(*where), on="2026-06-05", until="2026-07-15"))

    assert f"by {words(before)}. We will complete it by July 15, 2026." in body
    assert "This is that notice, under 45 CFR 164.524(b)(2)(ii)." in body
    stricter = f"One rule that binds us does not allow that day: {rule} ("
    assert (stricter in body) == bool(rule)
    assert (f"Under it the last day is {words(after)}, and" in body) == bool(rule)
    assert ("does not allow that day" in body) == bool(rule)


def words(day: str) -> str:
    return f"{datetime.fromisoformat(day):%B %-d, %Y}"


@pytest.mark.parametrize(
    ("on", "until", "due"),
    [
        pytest.param("2026-06-15", "2026-06-24", "2026-06-24", id="one letter serves both rules"),
        pytest.param("2026-06-16", "2026-06-24", "2026-06-15", id="a day late for Washington"),
        pytest.param("2026-06-15", "2026-06-25", "2026-06-15", id="past Washington's last day"),
    ],
)
def test_s13_clock_contest(on: str, until: str, due: str, db: None) -> None:
    """Handed over on 22 May and found on 9 June: receipt is 22 May."""
    clinic = office.set_up(now=office.day("2026-01-02"), state="WA", facts=FACTS)
    request = office.taken_down(
        received=office.day("2026-05-22"),
        now=office.day("2026-06-09"),
        channel="paper",
        patient=str(clinic.patient.pk),
    )
    assert (str(request.received_on), str(request.due_on)) == ("2026-05-22", "2026-06-15")

    request = extend(request, on=on, until=until)

    assert str(request.due_on) == due
    assert ("under 45 CFR 164.524(b)(2)(ii); RCW 70.02.080." in letter_of(request)) == (
        due == until
    )


def test_both_looking_and_copying_has_the_earlier_of_the_two(db: None) -> None:
    assert str(in_state("CA", "both").due_on) == "2026-06-01"


def test_every_answer_is_possible_after_the_day_and_says_that_it_is_late(db: None) -> None:
    request = in_state("CA", "inspect")
    office.do(request, "confirm_identity", now=office.day("2026-06-05"))

    request = office.do(request, "grant", now=office.day("2026-06-05"))

    assert "This answer is late. The law asked us to answer by June 1, 2026." in letter_of(request)


@pytest.mark.parametrize(
    ("received", "day", "due_at"),
    [
        pytest.param("2026-03-07T23:59:59-05:00", "2026-03-07", "2026-04-07T03:59:59.999999+00:00",
                     id="the second before the day of 23 hours"),
        pytest.param("2026-03-08T23:59:59-04:00", "2026-03-08", "2026-04-08T03:59:59.999999+00:00",
                     id="the last second of the day of 23 hours"),
        pytest.param("2026-11-01T23:59:59-05:00", "2026-11-01", "2026-12-02T04:59:59.999999+00:00",
                     id="the last second of the day of 25 hours"),
        pytest.param("2026-10-02T23:59:59-04:00", "2026-10-02", "2026-11-02T04:59:59.999999+00:00",
                     id="due on the day of 25 hours"),
        pytest.param("2026-12-31T23:59:59-05:00", "2026-12-31", "2027-01-31T04:59:59.999999+00:00",
                     id="the last second of the year"),
        pytest.param("2028-01-30T23:59:59-05:00", "2028-01-30", "2028-03-01T04:59:59.999999+00:00",
                     id="due on a leap day"),
    ],
)  # fmt: skip
def test_the_last_second_of_a_day_is_still_that_day(
    received: str, day: str, due_at: str, db: None
) -> None:
    office.set_up(now=office.day("2026-01-02"))
    request = office.taken_down(received=datetime.fromisoformat(received))

    assert str(request.received_on) == day
    assert request.due_at == datetime.fromisoformat(due_at)
