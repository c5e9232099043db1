"""An accounting asks each business associate, and waits for none beyond its day (164.528(a)(1))."""

from datetime import date, timedelta
from typing import Any

import pytest

from requests_app.actions import associates as actions
from requests_app.actions import disclosures, practice
from requests_app.disclosures import associates, queue
from requests_app.disclosures.models import Disclosure
from requests_app.errors import NotNow, NotPermitted
from requests_app.kinds.base import Kind
from requests_app.people.models import Patient
from requests_app.practice.models import BusinessAssociate
from tests.support import office
from tests.support.office import NOON, OFFICER, STAFF, do

pytestmark = pytest.mark.django_db
LATE = office.day("2026-03-23")
RIGHT = {
    "basis": "PH", "disclosed_on": "2026-02-01", "recipient_name": "Example County Health",
    "description": "Another result", "purpose": "Reporting",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clinic(db: None) -> office.Office:
    return office.set_up()


def under_contract(name: str = "Example Billing", since: str = "2024-01-01") -> BusinessAssociate:
    firm = {"name": name, "service": "Bills", "contact_name": "Bea", "telephone": "919-555-0161"}
    return practice.add_associate(firm | {"in_force_from": since}, actor=OFFICER, now=NOON)


def whom() -> dict[str, str]:
    return {"patient": str(Patient.objects.get().pk)}


def asked(request: Kind) -> list[Any]:
    return list(associates.inquiries(request))


def answer(request: Kind, found: str, *, now: Any = NOON, **more: Any) -> None:
    (one,) = asked(request)
    actions.answer(str(one.pk), {"found": found, **more}, actor=STAFF, now=now)


def test_each_associate_of_the_six_years_is_asked_with_a_last_day_of_its_own() -> None:
    under_contract()
    gone = under_contract("Example Shredding")
    practice.end(
        BusinessAssociate, str(gone.pk), {"in_force_until": "2025-06-30"}, actor=OFFICER, now=NOON
    )
    under_contract("Example Tomorrow", since="2026-04-01")

    request = office.filed("accounting")

    assert [row.associate.name for row in asked(request)] == [
        "Example Billing",
        "Example Shredding",
    ]
    assert {row.due_on for row in asked(request)} == {date(2026, 3, 22)}


def test_nobody_is_asked_before_it_is_known_who_asks() -> None:
    under_contract()
    request = office.taken_down("accounting")
    assert asked(request) == []
    whom = {"patient": str(office_patient())}
    from requests_app.actions import work

    work.match(request.reference, whom, actor=OFFICER, now=NOON)
    do(request, "confirm_identity")
    assert len(asked(request)) == 1


def test_who_can_still_answer_in_time_is_waited_for() -> None:
    under_contract()
    request = office.filed("accounting")
    with pytest.raises(NotNow, match="until March 22, 2026"):
        do(request, "provide")
    answer(request, "nothing", words="By telephone")
    assert do(request, "provide").state == "provided"
    assert not associates.supplement_owed(request)


def test_after_its_day_it_goes_out_with_what_is_held_and_a_supplement_is_owed() -> None:
    under_contract()
    request = office.filed("accounting")

    request = do(request, "provide", now=LATE)

    assert "Not all of them have answered yet." in request.letters.get().text.body
    assert associates.supplement_owed(request)
    answer(request, "nothing", now=LATE.replace(hour=20))
    assert not associates.supplement_owed(request)


def test_lines_that_come_after_are_owed() -> None:
    under_contract()
    request = do(office.filed("accounting"), "provide", now=LATE)
    answer(request, "lines", now=LATE.replace(hour=20))
    assert associates.supplement_owed(request)


HOURS_LATER = LATE.replace(hour=20)
NEXT_DAY = LATE + timedelta(days=1)


def given_before_an_answer() -> Kind:
    """An accounting of one line, given while an associate was silent."""
    under_contract()
    office.disclosed(Patient.objects.get(), "2026-02-01")
    return do(office.filed("accounting"), "provide", now=LATE)


def told(day: str = "2026-02-03", **more: Any) -> Disclosure:
    return office.disclosed(Patient.objects.get(), day, now=HOURS_LATER, **more)


def supplemented(request: Kind) -> tuple[dict[str, str], ...]:
    """The lines of the supplement, as frozen."""
    do(request, "supplement", now=NEXT_DAY)
    lines: tuple[dict[str, str], ...] = request.accountings.latest("issued_at").text.lines
    return lines


def test_what_an_associate_tells_after_it_has_gone_out_is_given_as_an_addition_once() -> None:
    request = given_before_an_answer()
    line = told(recipient_name="Example State Registry")
    assert not list(queue.supplements_owed(OFFICER, now=NEXT_DAY)), "nobody has answered yet"
    answer(request, "lines", now=HOURS_LATER)
    (owed,) = queue.supplements_owed(OFFICER, now=NEXT_DAY)
    assert (owed.reference, owed.lines) == (request.reference, 1)
    assert [one["recipient"] for one in supplemented(request)] == ["Example State Registry"]
    assert not list(queue.supplements_owed(OFFICER, now=NEXT_DAY))
    with pytest.raises(NotNow, match="nothing to add"):
        do(request, "supplement", now=NEXT_DAY)
    disclosures.correct(str(line.pk), RIGHT | whom(), actor=OFFICER, now=NEXT_DAY)
    assert not list(queue.supplements_owed(OFFICER, now=NEXT_DAY)), "a correction is no new line"


def test_an_addition_holds_neither_what_was_there_nor_its_correction_nor_other_days() -> None:
    request = given_before_an_answer()
    first = Disclosure.objects.get()
    disclosures.correct(str(first.pk), RIGHT | whom(), actor=OFFICER, now=HOURS_LATER)
    told("2026-03-20")
    answer(request, "lines", now=HOURS_LATER)
    assert not list(queue.supplements_owed(OFFICER, now=NEXT_DAY)), "after the day it was asked"
    told()
    assert [one["date"] for one in supplemented(request)] == ["2026-02-03"]


def test_what_comes_late_and_is_held_back_is_owed_when_the_hold_ends() -> None:
    request = given_before_an_answer()
    line = told(**office.TO_THE_POLICE)
    office.held_back(Patient.objects.get(), line, until="2026-04-20", now=HOURS_LATER)
    answer(request, "lines", now=HOURS_LATER)
    assert not list(queue.supplements_owed(OFFICER, now=NEXT_DAY))
    (owed,) = queue.supplements_owed(OFFICER, now=office.day("2026-04-22"))
    assert owed.lines == 1


def test_a_request_found_on_the_eve_of_its_day_asks_and_waits_for_nobody() -> None:
    under_contract()
    received, found = office.day("2026-01-02"), office.day("2026-03-02")
    whom = str(office_patient())
    request = office.taken_down("accounting", received=received, now=found, patient=whom)
    do(request, "confirm_identity", now=found)
    assert asked(request)[0].due_on == date(2026, 3, 2)
    assert do(request, "provide", now=office.day("2026-03-03")).state == "provided"


def test_an_answer_is_kept_once_and_by_who_keeps_the_ledger() -> None:
    under_contract()
    request = office.filed("accounting")
    answer(request, "nothing")
    with pytest.raises(NotNow, match="answered already"):
        answer(request, "lines")
    (one,) = asked(request)
    with pytest.raises(NotPermitted):
        actions.answer(str(one.pk), {"found": "lines"}, actor=office.DESK, now=NOON)


def office_patient() -> Any:
    from requests_app.people.models import Patient

    return Patient.objects.get().pk
