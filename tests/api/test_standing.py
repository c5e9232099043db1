"""The notice, people involved, and what stands after amendments, through the API."""

from typing import Any

import pytest

from audit import log
from requests_app.notices.elements import elements
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import ASSESSMENT, Office

pytestmark = pytest.mark.django_db


def published(**more: Any) -> dict[str, Any]:
    return {
        "text": "Our notice of March.",
        "published_on": "2026-03-01",
        "effective_on": "2026-03-02",
        "holds_part2": False,
        "raises_funds": False,
        **more,
    }


# --- the notice -----------------------------------------------------------------------------------
def test_a_version_is_published_and_says_what_it_lacks(officer: Caller, patient: Caller) -> None:
    asked = officer.get("/notice-elements").json()["elements"]
    assert [one["id"] for one in asked] == [one.id for one in elements()]
    have = [{"element": asked[0]["id"], "present": True, "where": "At the top"}]

    made = officer.post("/notices", published(checklist=have))

    assert made.status_code == 201, made.content
    lacks = {one["element"]: one["why"] for one in made.json()["lacks"]}
    assert lacks["header"] == "The prescribed words do not stand in the text."
    assert len(lacks) > 10
    whole = patient.get(f"/notices/{made.json()['id']}").json()
    assert (whole["text"], whole["in_force"], whole["lacks"]) == ("Our notice of March.", True, [])


def test_versions_are_listed_latest_first_and_one_is_in_force(officer: Caller) -> None:
    officer.post("/notices", published())
    listed = officer.get("/notices").json()["notices"]
    assert [(one["effective_on"], one["in_force"]) for one in listed] == [
        ("2026-03-02", True),
        ("2024-01-01", False),
    ]


def test_an_effort_without_an_acknowledgment_needs_its_reason(
    desk: Caller, patient: Caller, clinic: Office
) -> None:
    who = {"patient": str(clinic.patient.pk)}
    bare = desk.post("/acknowledgments", who | {"outcome": "not_obtained"})
    assert bare.json()["errors"][0]["pointer"] == "/effort"
    effort = {"outcome": "not_obtained", "effort": "Asked twice; did not want to sign."}
    assert desk.post("/acknowledgments", who | effort).status_code == 201

    assert patient.post("/acknowledgments/confirm", {}).json()["outcome"] == "confirmed"

    shown = desk.get(f"/patients/{clinic.patient.pk}/notices").json()
    assert {one["outcome"] for one in shown["acknowledgments"]} == {"not_obtained", "confirmed"}
    (given,) = shown["receipts"]
    assert given["effective_on"] == "2024-01-01"


# --- people involved ------------------------------------------------------------------------------
def test_may_i_speak_is_answered_from_what_was_put_on_record(
    desk: Caller, officer: Caller, clinic: Office
) -> None:
    who = {"patient": str(clinic.patient.pk)}
    dora = who | {"name": "Dora Demo"}
    assert desk.post("/people-involved/may-i-speak", dora, key=None).json()["answer"] == "ask"
    said = dora | {"relation": "Daughter", "ground": "agreed", "part": "Appointments"}
    made = desk.post("/people-involved", said)
    assert made.status_code == 201, made.content

    answer = desk.post("/people-involved/may-i-speak", dora, key=None).json()

    assert (answer["answer"], answer["part"]) == ("yes", "Appointments")
    assert answer["because"] == made.json()["id"]
    (listed,) = officer.get(f"/patients/{clinic.patient.pk}/people-involved").json()["people"]
    assert listed["name"] == "Dora Demo"
    assert desk.post(f"/people-involved/{made.json()['id']}/end").status_code == 200
    assert desk.post("/people-involved/may-i-speak", dora, key=None).json()["answer"] == "ask"


def test_an_objection_is_not_ended_by_staff(desk: Caller, clinic: Office) -> None:
    said = {"patient": str(clinic.patient.pk), "name": "Evan Ex", "relation": "Former partner"}
    made = desk.post("/people-involved", said | {"ground": "objected"}).json()
    ended = desk.post(f"/people-involved/{made['id']}/end")
    assert ended.status_code == 409
    assert "record what the patient says now" in ended.json()["detail"]


# --- amendments -----------------------------------------------------------------------------------
@pytest.fixture
def disputed(patient: Caller, officer: Caller) -> str:
    """One thing denied, with a statement of disagreement."""
    body = {"kind": "amendment", "details": office.DETAILS["amendment"]}
    reference = str(patient.post("/requests", body).json()["reference"])
    for caller, move in ((officer, "deny"), (patient, "disagree")):
        answer = caller.act(reference, move, office.usual("amendment", move))
        assert answer.status_code == 200, answer.content
    return reference


def test_the_linked_set_is_asked_for_by_the_record_and_by_who_discloses(
    disputed: str, officer: Caller, clinic: Office
) -> None:
    billing = api.staff(office.Role.BILLING, name="Bill Billing")
    path = f"/patients/{clinic.patient.pk}/linked-set"

    found = billing.post(path, {"record": ASSESSMENT.upper()}, key=None).json()

    assert found["goes_along"]
    assert [one["title"] for one in found["papers"]] == [
        "Request for amendment",
        "Denial",
        "Statement of disagreement",
    ]
    nothing = billing.post(path, {"record": "Something else"}, key=None).json()
    assert nothing == {"goes_along": False, "papers": [], "summary": ""}
    links = officer.get(f"/patients/{clinic.patient.pk}/amendments").json()["links"]
    assert {(one["request"], one["outcome"]) for one in links} == {(disputed, "disputed")}


def test_a_notice_of_another_entity_waits_until_our_records_carry_it(
    officer: Caller, clinic: Office
) -> None:
    told = {
        "patient": str(clinic.patient.pk),
        "sender": "Example Hospital",
        "amended": "The injury was on 13 December.",
        "received_on": "2026-03-01",
    }
    made = officer.post("/amendment-notices", told).json()
    assert [one["id"] for one in officer.get("/amendment-notices").json()["notices"]] == [
        made["id"]
    ]

    ours = {"records": [{"record": "Visit of January 12", "where": "Margin note 2"}]}
    linked = officer.post(f"/amendment-notices/{made['id']}/links", ours)

    assert linked.status_code == 201, linked.content
    assert officer.get("/amendment-notices").json()["notices"] == []
    (link,) = officer.get(f"/patients/{clinic.patient.pk}/amendments").json()["links"]
    assert (link["notice"], link["how"]) == (made["id"], "Margin note 2")


def test_whom_the_ledger_proposes_and_who_is_to_be_told(
    patient: Caller, officer: Caller, clinic: Office
) -> None:
    line = office.disclosed(clinic.patient, "2026-02-02", basis="PAY", recipient_name="Plan P")
    proposed = officer.get(f"/patients/{clinic.patient.pk}/recipients").json()["recipients"]
    assert [(one["name"], one["disclosure"]) for one in proposed] == [("Plan P", str(line.pk))]
    details = {"items": office.DETAILS["amendment"]["items"][:1]}
    filed = patient.post("/requests", {"kind": "amendment", "details": details}).json()
    accepted = office.usual("amendment", "accept") | {"relied": [{"disclosure": str(line.pk)}]}
    officer.act(filed["reference"], "accept", accepted)

    (person,) = officer.get(f"/requests/{filed['reference']}/persons-to-tell").json()["persons"]

    assert (person["name"], person["why"], person["stand"]) == ("Plan P", "relied", "unasked")
    assert patient.get(f"/requests/{filed['reference']}/persons-to-tell").status_code == 403


@pytest.mark.parametrize(
    "path", ["notices", "people-involved", "amendments", "recipients"], ids=str
)
def test_what_is_read_of_a_patient_is_an_entry(path: str, officer: Caller, clinic: Office) -> None:
    whom = str(clinic.patient.pk)
    before = len(log.find(log.Facet.SUBJECT, whom, limit=200).entries)
    assert officer.get(f"/patients/{whom}/{path}").status_code == 200
    assert len(log.find(log.Facet.SUBJECT, whom, limit=200).entries) == before + 1


# --- associates asked for an accounting -----------------------------------------------------------
def test_an_inquiry_is_listed_answered_once_and_no_supplement_is_owed(
    patient: Caller, officer: Caller, clinic: Office
) -> None:
    firm = {
        "name": "Example Billing",
        "service": "Bills",
        "contact_name": "Bea Example",
        "telephone": "919-555-0161",
        "in_force_from": "2024-01-01",
    }
    officer.post("/business-associates", firm)
    reference = patient.post("/requests", {"kind": "accounting", "details": {}}).json()["reference"]
    shown = officer.get(f"/requests/{reference}/associates").json()
    (one,) = shown["inquiries"]
    assert (one["name"], one["due_on"], one["replied_at"]) == (
        "Example Billing",
        "2026-03-22",
        None,
    )
    assert not shown["supplement_owed"]

    replied = {"found": "nothing", "words": "By telephone"}
    assert officer.post(f"/inquiries/{one['id']}/answer", replied).status_code == 200

    assert officer.post(f"/inquiries/{one['id']}/answer", replied).status_code == 409
    assert patient.get(f"/requests/{reference}/associates").status_code == 403
    assert officer.act(reference, "provide", {"provided": "portal"}).json()["state"] == "provided"
