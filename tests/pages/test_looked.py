"""Who looked at my request: what is told, of whom, and to whom."""

import pytest
from django.test import Client

from audit.entry import Who
from privacy_portal.pages.patient import filed, looked
from requests_app.actions.messages import write
from requests_app.kinds import registry
from requests_app.permissions import Role
from tests.support import office
from tests.support.accounts import NOON
from tests.support.pages import Page, said
from tests.support.patients import signed_in_visitor


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    return office.set_up(now=NOON)


def test_reads_and_steps_are_told_by_role_and_never_by_name(clinic: office.Office) -> None:
    request = office.filed("access", actor=office.PATIENT, now=NOON)
    other = office.filed("accounting", actor=office.PATIENT, now=NOON)
    for actor in (office.OFFICER, office.AUDITOR):
        filed.read(request.reference, actor=actor, now=NOON)
    write(request.reference, {"body": "Kept apart.", "note": True}, actor=office.STAFF, now=NOON)
    filed.read(other.reference, actor=office.PROFESSIONAL, now=NOON)
    visitor, _account = signed_in_visitor(clinic.patient)

    page = visitor.open(f"/my/requests/{request.reference}")
    (address,) = page.links("See who looked at this request")
    shown = visitor.open(address).main

    for told in ("by the privacy office", "by an auditor", "by you or your representative"):
        assert told in shown, told
    assert shown.count("The request was opened") == 3
    assert "Request received" in shown
    for kept in (office.OFFICER.name, office.AUDITOR.name, office.STAFF.name, "note",
                 "professional", "The log was"):  # fmt: skip
        assert kept not in shown, kept


def test_a_long_list_goes_on_and_a_page_is_counted_by_what_stands_on_it(
    clinic: office.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not told, here the office's notes, does not show by a page that is short."""
    monkeypatch.setattr(looked, "LINES", 3)
    monkeypatch.setattr(looked, "MOST", 2)
    request = office.filed("access", actor=office.PATIENT, now=NOON)
    for number in range(5):
        filed.read(request.reference, actor=office.OFFICER, now=NOON)
        note = {"body": f"Note {number}", "note": True}
        write(request.reference, note, actor=office.STAFF, now=NOON)
    visitor, _account = signed_in_visitor(clinic.patient)

    page, lengths = visitor.open(f"/my/requests/{request.reference}/looked"), list[int]()
    for _page in range(9):
        lengths.append(sum("by " in item for item in _items(page)))
        if not page.links("Older entries"):
            break
        page = visitor.open(f"/my/requests/{request.reference}/looked" + page.links("Older")[0])

    assert lengths == [3, 3]
    assert "Request received" in page.main
    answer = visitor.browser.get(f"/my/requests/{request.reference}/looked?before=x")
    assert answer.status_code == 404


def _items(page: Page) -> list[str]:
    return [said(one) for one in page.nodes("li") if one.find("{*}h3") is not None]


def test_nobody_else_is_told(clinic: office.Office) -> None:
    request = office.filed("access", actor=office.PATIENT, now=NOON)

    for browser in (Client(), signed_in_visitor()[0].browser):
        answer = browser.get(f"/my/requests/{request.reference}/looked", follow=True)
        assert answer.status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_words(role: Role) -> None:
    who = Who("x", "A Name", (role.value,), "session")

    assert looked.side(who) != "this service by itself"
    assert "A Name" not in looked.side(who)


def test_a_role_beside_that_of_a_patient_says_more() -> None:
    both = Who("x", "A Name", (Role.PATIENT.value, Role.PRIVACY_STAFF.value), "session")

    assert looked.side(both) == "the privacy office"


def test_nothing_that_a_suspension_does_is_told() -> None:
    """45 CFR 164.528(a)(2): what an agency asked leaves no trace."""
    kept = [name for name in looked.TOLD if "suspension" in name or "hold" in name]
    kept += [name for kind in registry.all_kinds() for name in kind.moves() if "suspen" in name]

    assert kept == []
