"""An account is tied to a chart by a code or by staff, and untied; what it sees before and after."""

from datetime import timedelta
from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import selectors
from requests_app.actions import door, links, messages
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.kinds.base import Kind
from requests_app.people.models import AccountLink, IdentityCheck
from requests_app.permissions import Role
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import NOON, OFFICER, PATIENT, STRANGER, act

CANNOT = "This code cannot be used."


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def new_code(clinic: office.Office) -> str:
    return links.make_code({"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOON)


def use(code: str, **more: Any) -> AccountLink:
    return links.use_code({"code": code}, **{"actor": STRANGER, "now": NOON} | more)


def refused_entries() -> int:
    return len(log.find(Facet.NAME, "people:link:refused").entries)


def test_a_code_ties_the_account_to_the_chart(clinic: office.Office) -> None:
    link = use(new_code(clinic).lower().replace("-", " "))
    assert (link.patient, str(link.account)) == (clinic.patient, STRANGER.id)
    made = log.find(Facet.NAME, "people:link:made").entries[0].entry
    assert made.patient == str(clinic.patient.pk)


def test_a_code_is_good_once_and_for_fourteen_days(clinic: office.Office) -> None:
    code, old = new_code(clinic), new_code(clinic)
    use(code)
    another = office.person(Role.PATIENT, "")
    for bad in (code, old, "2222-2222-2222-222A", "words"):
        later = NOON + timedelta(days=14)
        with pytest.raises(BadInput) as refusal:
            use(bad, actor=another, now=later)
        assert refusal.value.problems[0].sentence.startswith(CANNOT)
    assert refused_entries() == 4
    assert not AccountLink.objects.filter(account=another.id).exists()


def test_a_refused_code_stays_in_the_log_whatever_becomes_of_the_rest(
    own_database: OwnDatabase,
) -> None:
    from django.db import transaction

    office.set_up()
    with pytest.raises(BadInput), transaction.atomic():
        use("2222-2222-2222-222A")
    assert refused_entries() == 1


def test_a_second_code_for_a_tied_account_is_not_spent(clinic: office.Office) -> None:
    code = new_code(clinic)
    with pytest.raises(NotNow, match="already linked"):
        use(code, actor=PATIENT)
    assert use(code).patient == clinic.patient


def test_staff_tie_an_account_after_a_recorded_check(clinic: office.Office) -> None:
    by_staff = {
        "patient": str(clinic.patient.pk), "account": STRANGER.id,
        "method": "photo_id", "evidence": "Licence seen",
    }  # fmt: skip
    with pytest.raises(NotPermitted):
        links.link(by_staff, actor=office.DESK, now=NOON)
    with pytest.raises(BadInput):
        links.link(by_staff | {"method": "code"}, actor=OFFICER, now=NOON)

    links.link(by_staff, actor=OFFICER, now=NOON)

    check = IdentityCheck.objects.get(patient=clinic.patient)
    assert (check.method, check.checked_by, check.passed) == ("photo_id", OFFICER.id, True)


def test_an_untied_account_sees_nothing_more_of_the_chart(clinic: office.Office) -> None:
    request = office.taken_down(patient=str(clinic.patient.pk))
    assert seen(PATIENT) == [request.reference]
    link = AccountLink.objects.get(account=PATIENT.id)

    links.end(str(link.pk), actor=OFFICER, now=NOON)

    assert seen(PATIENT) == []
    with pytest.raises(NotNow, match="already ended"):
        links.end(str(link.pk), actor=OFFICER, now=NOON)


def seen(actor: Any, now: Any = NOON) -> list[str]:
    return [r.reference for r in selectors.visible_requests(actor, now=now)]


def test_an_account_that_is_not_tied_sees_what_it_filed_and_no_more(
    clinic: office.Office,
) -> None:
    theirs = office.filed(actor=STRANGER, asker={"name": "Sam Stranger"})
    assert (theirs.state, theirs.patient) == ("received", None)
    patients = office.filed()
    assert seen(STRANGER) == [theirs.reference]
    assert seen(PATIENT) == [patients.reference]


@pytest.mark.parametrize("reference", ["hidden", "absent"])
def test_what_is_hidden_and_what_is_absent_answer_in_the_same_words(
    reference: str, clinic: office.Office
) -> None:
    hidden = office.filed().reference if reference == "hidden" else "2222-2222-2222-2222"
    with pytest.raises(NotFound) as acted:
        door.act(hidden, "withdraw", actor=STRANGER, now=NOON, raw={}, version=1)
    with pytest.raises(NotFound) as written:
        messages.write(hidden, {"body": "Hello"}, actor=STRANGER, now=NOON)
    assert {acted.value.sentence, written.value.sentence} == {
        "There is nothing here under that reference."
    }


@pytest.mark.parametrize("asked", ["words", "00000000-0000-4000-8000-000000000000"])
def test_a_link_that_is_not_there_is_not_found(asked: str, clinic: office.Office) -> None:
    with pytest.raises(NotFound):
        links.end(asked, actor=OFFICER, now=NOON)


def test_who_moved_a_request_is_told_apart(clinic: office.Office) -> None:
    """By the patient: what the account did; never what the desk or a reviewer did."""

    def by_patient(request: Kind) -> list[bool]:
        return list(request.status_rows.order_by("version").values_list("by_patient", flat=True))

    assert by_patient(office.taken_down()) == [False]
    own = act(office.filed(), "withdraw", actor=PATIENT)
    assert by_patient(act(own, "reopen", office.INPUT["reopen"])) == [True, True, False]
