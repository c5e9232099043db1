"""Requests through the API: what a client sends and what it is told."""

import pytest

from audit import log
from audit.log import Facet
from privacy_portal.api.models import GivenAnswer
from requests_app import events
from requests_app.actions import targets
from requests_app.kinds.models import Request
from tests.support import api, office
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
BODY = {"kind": "access", "details": office.DETAILS["access"]}


def test_a_patient_files_and_is_told_when_the_answer_is_due(patient: Caller) -> None:
    answer = patient.post("/requests", BODY)

    assert answer.status_code == 201, answer.content
    filed = answer.json()
    assert (filed["state"], filed["due_on"]) == ("in_review", "2026-04-01")
    assert answer["ETag"] == '"1"'
    assert answer["Location"] == f"/api/v1/requests/{filed['reference']}"


def test_the_whole_road_through_the_api(patient: Caller, officer: Caller) -> None:
    reference = patient.post("/requests", BODY).json()["reference"]
    for move in ("grant", "deliver", "close"):
        answer = officer.act(reference, move, office.INPUT.get(move))
        assert answer.status_code == 200, answer.content

    timeline = patient.get(f"/requests/{reference}/timeline").json()["timeline"]
    assert [row["state"] for row in timeline] == ["closed", "delivered", "granted", "in_review"]
    assert {row["by"] for row in timeline[:3]} == {"the privacy office"}
    letters = patient.get(f"/requests/{reference}/letters").json()["letters"]
    assert letters[0]["subject"] == "We will give you the records you asked for"
    clock_says = patient.get(f"/requests/{reference}/clock").json()
    assert clock_says["late"] is False
    assert "Wednesday, April 1, 2026" in " ".join(clock_says["steps"][0]["explanation"])


def test_the_practices_own_target_is_told_to_staff_and_moves_nothing(
    patient: Caller, officer: Caller
) -> None:
    raw = {"kind": "access", "days": 10, "in_force_from": "2026-01-01"}
    targets.set_target(raw, actor=office.OFFICER, now=office.NOON)
    clock_of = f"/requests/{patient.post('/requests', BODY).json()['reference']}/clock"

    told = [caller.get(clock_of).json() for caller in (officer, patient)]

    assert [one["target_on"] for one in told] == ["2026-03-12", None]
    assert {one["due_on"] for one in told} == {"2026-04-01"}


def test_each_action_says_whether_it_is_possible_and_why_not(
    patient: Caller, officer: Caller
) -> None:
    reference = patient.post("/requests", BODY).json()["reference"]
    actions = {one["name"]: one for one in officer.get(f"/requests/{reference}").json()["actions"]}
    assert actions["grant"]["allowed"]
    assert actions["grant"]["input_schema"]["required"] == ["given"]
    assert not actions["deliver"]["allowed"]
    assert "In progress" in actions["deliver"]["reason"]


def test_the_same_key_gives_the_first_answer_again(patient: Caller) -> None:
    first = patient.post("/requests", BODY, key="the-same-key")
    second = patient.post("/requests", BODY, key="the-same-key")

    assert second.status_code == 201
    assert second.json() == first.json()
    assert (second["Idempotent-Replayed"], second["ETag"]) == ("true", '"1"')
    assert Request.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(patient: Caller) -> None:
    patient.post("/requests", BODY, key="the-same-key")
    other = {"kind": "accounting", "details": {}}
    answer = patient.post("/requests", other, key="the-same-key")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/headers/Idempotency-Key"


def test_a_refused_request_is_not_kept_under_its_key(patient: Caller) -> None:
    wrong = {"kind": "access", "details": {}}
    assert patient.post("/requests", wrong, key="the-same-key").status_code == 422
    assert not GivenAnswer.objects.exists()
    assert patient.post("/requests", BODY, key="the-same-key").status_code == 201


@pytest.mark.parametrize(
    ("etag", "status"),
    [
        pytest.param(None, 428, id="absent"),
        pytest.param('"7"', 412, id="stale"),
        pytest.param("*", 422, id="not ours"),
    ],
)
def test_an_action_needs_the_version_it_was_decided_on(
    patient: Caller, officer: Caller, etag: str | None, status: int
) -> None:
    reference = patient.post("/requests", BODY).json()["reference"]
    headers = {"If-Match": etag} if etag else {}
    answer = officer.post(
        f"/requests/{reference}/actions/grant", office.INPUT["grant"], key=None, **headers
    )
    assert answer.status_code == status, answer.content


def test_a_conflict_tells_state_etag_and_what_is_possible(patient: Caller, officer: Caller) -> None:
    reference = patient.post("/requests", BODY).json()["reference"]
    answer = officer.act(reference, "deliver", office.INPUT["deliver"])
    assert answer.status_code == 409
    told = answer.json()
    assert (told["state"], told["etag"]) == ("in_review", '"1"')
    assert "grant" in told["actions"]
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({}, "/kind", id="no kind"),
        pytest.param({"kind": "nonsense"}, "/kind", id="unknown kind"),
        pytest.param({**BODY, "colour": "red"}, "/colour", id="unknown field"),
        pytest.param({"kind": "access", "details": {}}, "/details/records", id="empty"),
    ],
)
def test_bad_input_names_the_field_and_nothing_is_stored(
    patient: Caller, body: object, pointer: str
) -> None:
    answer = patient.post("/requests", body)
    assert answer.status_code == 422, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"{", 400, id="no JSON"),
        pytest.param(b"[]", 422, id="no object"),
        pytest.param(b'{"kind": "access", "kind": "access"}', 422, id="a name twice"),
        pytest.param(b'{"kind": NaN}', 400, id="not a number"),
        pytest.param(b'{"kind": "\xff"}', 400, id="no UTF-8"),
        pytest.param(b"[" * 100_000, 400, id="bottomless"),
        pytest.param(b'"' + b"x" * 300_000 + b'"', 422, id="too long"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(patient: Caller, raw: bytes, status: int) -> None:
    answer = patient.post("/requests", raw)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_what_one_may_not_see_answers_like_what_is_not_there(patient: Caller) -> None:
    reference = patient.post("/requests", BODY).json()["reference"]
    stranger = api.patient("stranger@example.org")
    hidden = stranger.get(f"/requests/{reference}")
    absent = stranger.get("/requests/7KQW-3HTM-X9DP-2VRU")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content


def test_reads_are_entries_of_the_log(patient: Caller, officer: Caller) -> None:
    reference = patient.post("/requests", BODY).json()["reference"]
    officer.get(f"/requests/{reference}")
    officer.get("/requests")

    opened = log.find(Facet.NAME, events.READ_REQUEST).entries
    assert opened[0].entry.request == reference
    listed = log.find(Facet.NAME, events.READ_REQUESTS).entries[0].entry
    assert listed.extra == {"count": 1, "references": reference}


def test_pages_are_reached_by_cursor(patient: Caller, officer: Caller) -> None:
    made = {patient.post("/requests", BODY).json()["reference"] for _ in range(5)}
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        answer = officer.get("/requests", **query).json()
        seen += [row["reference"] for row in answer["results"]]
        if answer["next"] is None:
            break
        query["cursor"] = answer["next"]
    assert (len(seen), set(seen)) == (5, made)


def test_notes_are_not_shown_to_the_person_who_asked(patient: Caller, officer: Caller) -> None:
    reference = patient.post("/requests", BODY).json()["reference"]
    officer.post(f"/requests/{reference}/messages", {"body": "Look at box 7.", "note": True})
    officer.post(f"/requests/{reference}/messages", {"body": "We are on it."})
    patient.post(f"/requests/{reference}/messages", {"body": "Thank you."})

    read = patient.get(f"/requests/{reference}/messages").json()["messages"]
    assert {one["body"] for one in read} == {"We are on it.", "Thank you."}
