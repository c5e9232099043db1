"""Every path and method of the API, tried by everybody, against a table written by hand.

Who is named in a row is let in, whatever the state then says; everybody else is told 403, or 404
where the thing itself must not show.  Nobody who is not signed in gets anywhere.
"""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from requests_app.permissions import Permission, Role
from tests.support import api, openapi
from tests.support.api import Caller
from tests.support.office import NOON
from tests.support.openapi import Operation
from tests.support.world import World, send

ALL = "patient stranger officer staff desk billing professional reviewer auditor administrator machine"
OFFICE = "officer staff"
READERS = "patient officer staff professional auditor machine"
INSIDE = "officer staff auditor administrator"
SETTINGS = "officer administrator"
ASKERS = "officer staff desk billing"

#: The machine client of this test holds read_requests and read_patients.
MAY = {
    # the log and the ledger
    "POST /log/entries/search": "officer auditor",
    "POST /log/entries/list": "officer auditor",
    "GET /log/entries/{id}": "officer auditor",
    "POST /log/entries/{id}/open": "officer auditor",
    "GET /log/entries/{id}/receipt": "officer auditor",
    "GET /log/checkpoint": "officer auditor",
    "GET /log/tile/{place}": "officer auditor",
    "GET /log/inclusion/{index}": "officer auditor",
    "GET /log/consistency/{old}": "officer auditor",
    "POST /log/bundles": "officer auditor",
    "GET /log-reviews": "officer auditor",
    "GET /log-reviews/due": "officer auditor",
    "GET /log-reviews/{id}": "officer auditor",
    "POST /log-reviews": "officer",
    "POST /log-reviews/{id}/sign": "",  # only who began it
    "POST /log-reviews/{id}/countersign": "officer",
    "GET /log-review-schedules": INSIDE,
    "POST /log-review-schedules": SETTINGS,
    "GET /disclosure-bases": ALL,
    "POST /disclosures": OFFICE,
    "POST /disclosures/releases": OFFICE,
    "POST /disclosures/search": "officer staff auditor",
    "GET /disclosures/{id}": "officer staff auditor",
    "POST /disclosures/{id}/corrections": OFFICE,
    "GET /disclosures/{id}/receipt": "officer staff auditor",
    "GET /requests/{reference}/receipt": READERS,
    "GET /requests/{reference}/receipts/{version}": READERS,
    "POST /disclosures/check": ASKERS,
    "GET /disclosures/{id}/check": "officer staff auditor",
    "POST /communications/check": ASKERS,
    "GET /planned-releases": "officer staff auditor",
    "POST /planned-releases": OFFICE,
    "GET /planned-releases/{id}": "officer staff auditor",
    "POST /planned-releases/{id}/call-off": OFFICE,
    "GET /stop-lists": OFFICE,
    "POST /stop-lists/{id}/give": OFFICE,
    "GET /suspensions": "officer staff auditor",
    "POST /suspensions": OFFICE,
    "POST /suspensions/{id}/answer": "officer",
    "GET /supplements": "officer staff auditor",
    "GET /requests/{reference}/accounting": "officer staff auditor",
    "GET /populations": "officer auditor",
    "GET /populations/{id}": "officer auditor",
    "POST /intake": OFFICE,
    "POST /intake/preview": OFFICE,
    "POST /exports/disclosures": "officer auditor",
    "POST /exports/requests": "officer auditor",
    "POST /exports/log": "officer auditor",
    "GET /exports/{id}": "officer auditor",
    "GET /exports/{id}/file": "",  # only who asked for it: somebody else's does not show
    # people
    "POST /patients": OFFICE,
    "POST /patients/find": "officer staff desk machine",
    "GET /patients/{id}": "officer staff desk machine",
    "PUT /patients/{id}": OFFICE,
    "GET /patients/{id}/representatives": "officer staff desk machine",
    "POST /representatives": "officer",
    "POST /representatives/refusals": "officer",
    "POST /link-codes": OFFICE,
    "POST /links": OFFICE,
    "POST /links/use-code": "patient stranger",
    "POST /links/{id}/end": OFFICE,
    # what stands
    "GET /authorizations": "patient stranger",
    "POST /authorizations": OFFICE,
    "POST /authorizations/{id}/end": OFFICE,
    "GET /patients/{id}/authorizations": "officer staff desk machine",
    "GET /patients/{id}/preferences": "officer staff desk machine",
    "GET /held-messages": OFFICE,
    "POST /held-messages/{id}/pass-on": OFFICE,
    # the office's own work
    "GET /requests/{reference}/casework": "officer staff auditor",
    "POST /requests/{reference}/holds": OFFICE,
    "POST /holds/{id}/lift": OFFICE,
    "POST /requests/{reference}/tasks": OFFICE,
    "POST /tasks/{id}/settle": OFFICE,
    "POST /requests/{reference}/kind": OFFICE,
    "POST /requests/{reference}/right-patient": OFFICE,
    "POST /submissions": "officer staff desk",
    "POST /chart-links": OFFICE,
    "POST /chart-links/{id}/end": OFFICE,
    "POST /segments": "officer",
    "POST /segments/{id}/items": OFFICE,
    "POST /segments/{id}/end": "officer",
    "POST /representatives/{id}/end": "officer",
    # documents
    "GET /requests/{reference}/documents": READERS,
    "POST /requests/{reference}/documents": "patient officer staff",
    "GET /patients/{id}/documents": "officer staff desk machine",
    "POST /patients/{id}/documents": "officer staff desk",
    "PUT /documents/{id}/content": "patient",  # who announced it
    "POST /documents/{id}/erase": "officer",
    "POST /documents/{id}/release": OFFICE,
    "POST /documents/{id}/downloads": "officer staff professional",
    "GET /downloads/{id}": "patient",  # who asked for it
    "GET /amendment-notices": OFFICE,
    "POST /amendment-notices": OFFICE,
    "POST /amendment-notices/{id}/links": OFFICE,
    "GET /patients/{id}/amendments": "officer staff desk machine",
    "POST /patients/{id}/linked-set": "officer staff desk billing",
    "GET /patients/{id}/recipients": "officer staff auditor",
    "GET /requests/{reference}/persons-to-tell": "officer staff professional auditor machine",
    "GET /requests/{reference}/associates": "officer staff auditor",
    "POST /inquiries/{id}/answer": OFFICE,
    "POST /people-involved": "officer staff desk",
    "POST /people-involved/may-i-speak": "officer staff desk billing",
    "POST /people-involved/{id}/end": "officer staff desk",
    "GET /patients/{id}/people-involved": "officer staff desk machine",
    "GET /notices": ALL,
    "POST /notices": SETTINGS,
    "GET /notices/{id}": ALL,
    "GET /notice-elements": ALL,
    "POST /acknowledgments": "officer staff desk",
    "POST /acknowledgments/confirm": "patient stranger",
    "GET /patients/{id}/notices": "officer staff desk machine",
    # the practice
    "GET /practice": ALL,
    "PUT /practice": SETTINGS,
    "GET /sites": ALL,
    "POST /sites": SETTINGS,
    "PUT /sites/{id}/facts": SETTINGS,
    "GET /set-up": INSIDE,
    "GET /designations": ALL,
    "POST /designations": SETTINGS,
    "POST /designations/{id}/end": SETTINGS,
    "GET /record-sets": INSIDE,
    "POST /record-sets": SETTINGS,
    "POST /record-sets/{id}/end": SETTINGS,
    "GET /business-associates": INSIDE,
    "POST /business-associates": SETTINGS,
    "POST /business-associates/{id}/end": SETTINGS,
    "GET /targets": INSIDE,
    "POST /targets": SETTINGS,
    "POST /targets/{id}/end": SETTINGS,
    # accounts
    "GET /users": "administrator",
    "POST /users": "administrator",
    "POST /users/{id}/grants": "administrator",
    "POST /users/{id}/deactivate": "administrator",
    "POST /grants/{id}/end": "administrator",
    "POST /machine-tokens": "administrator",
    "POST /machine-tokens/{id}/end": "administrator",
    "GET /reports/answers": "officer staff professional auditor machine",
    "GET /reports/ageing": "officer staff professional auditor machine",
    "GET /reports/late": "officer staff professional auditor machine",
    "GET /reports/unmatched": "officer staff professional auditor machine",
    "GET /webhooks": "administrator",
    "POST /webhooks": "administrator",
    "POST /webhooks/{id}/rotate": "administrator",
    "POST /webhooks/{id}/end": "administrator",
    "GET /me": ALL,
    "GET /me/calendar": "officer staff professional auditor machine",
    "POST /me/calendar": "officer staff professional auditor",
    "POST /me/calendar/end": "officer staff professional auditor machine",
    "POST /sign-out": ALL,
    # the service itself
    "GET /service": SETTINGS,
    "GET /dead-letters": SETTINGS,
    "POST /dead-letters/{id}/retry": SETTINGS,
    "POST /dead-letters/{id}/discard": SETTINGS,
    "GET /outages": SETTINGS,
    "GET /outages/{id}/deadlines": SETTINGS,
    # requests
    "GET /kinds": ALL,
    "GET /requests": ALL,
    "POST /requests": "patient stranger officer staff desk",
    "GET /requests/{reference}": READERS,
    "GET /requests/{reference}/actions": READERS,
    "GET /requests/{reference}/timeline": READERS,
    "GET /requests/{reference}/clock": READERS,
    "GET /requests/{reference}/letters": READERS,
    "GET /requests/{reference}/messages": READERS,
    "POST /requests/{reference}/messages": "patient officer staff",
    "GET /patients/{id}/restrictions": "officer staff desk billing",
    "GET /requests/{reference}/measures": "officer auditor",
    "POST /requests/{reference}/measures": "officer",
    "POST /requests/{reference}/patient": OFFICE,
    "POST /requests/{reference}/assignee": OFFICE,
}
MOVES = {
    "confirm_identity": OFFICE,
    "ask": OFFICE,
    "answer": "patient officer staff",
    "extend": "officer",
    "determine": "professional",
    "grant": "officer",
    "grant_in_part": "officer",
    "deny": "officer",
    "redirect": "officer",
    "could_not_verify": "officer",
    "deliver": OFFICE,
    "deliver_granted_part": OFFICE,
    "deliver_reviewed_part": OFFICE,
    "arrange_inspection": OFFICE,
    "record_inspection": OFFICE,
    "propose_summary": OFFICE,
    "agree_summary": "patient officer staff",
    "ask_for_review": "patient officer staff",
    "refer": "officer",
    "uphold": "professional",
    "reverse": "professional",
    "withdraw": "patient officer staff",
    "close": OFFICE,
    "reopen": "officer",
    "quote_fee": "officer",
    "agree_fee": "patient officer staff",
    "narrow": "patient officer staff",
    "provide": "officer",
    "supplement": "officer",
    "accept": "officer",
    "accept_in_part": "officer",
    "link": OFFICE,
    "name_persons": "patient officer staff",
    "add_person": OFFICE,
    "settle": "officer",
    "tell": OFFICE,
    "disagree": "patient officer staff",
    "rebut": "officer",
    "ask_to_accompany": "patient officer staff",
    "summarise": "officer",
    "accommodate": OFFICE,
    "end": "patient officer staff",
    "tell_how": OFFICE,
    "take_effect": OFFICE,
    "record_contest": "officer",
    "pass_to_care_team": OFFICE,
    "give": OFFICE,
    "email_failed": OFFICE,
    "carry_out": OFFICE,
    "hold_claim": OFFICE,
    "agree_out_of_pocket": "officer",
    "not_qualifying": "officer",
    "ask_again": "patient officer staff",
    "consider": OFFICE,
    "agree": "officer",
    "agree_in_part": "officer",
    "refuse": "officer",
    "emergency": "officer staff professional",
    "ask_no_further_use": "officer staff professional",
    "payment_reversed": OFFICE,
    "payment_made_good": OFFICE,
    "lapse": "officer",
    "end_at_request": "patient officer staff",
    "end_by_notice": "officer",
    "acknowledge": OFFICE,
    "name_person": "patient officer staff",
    "resolve": "officer",
}
MAY |= {f"POST /requests/{{reference}}/actions/{move}": who for move, who in MOVES.items()}
ROLES = {
    "officer": Role.PRIVACY_OFFICER,
    "staff": Role.PRIVACY_STAFF,
    "desk": Role.FRONT_DESK,
    "billing": Role.BILLING,
    "professional": Role.LICENSED_PROFESSIONAL,
    "reviewer": Role.OUTSIDE_REVIEWER,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
OPERATIONS = [one for one in openapi.operations() if not one.path.endswith("/sign-in")]


def caller(world: World, who: str) -> Caller:
    if who in ROLES:
        return api.staff(ROLES[who], name=f"Some {who.title()}")
    if who == "machine":
        return api.machine(Permission.READ_REQUESTS, Permission.READ_PATIENTS)
    return world.owner if who == "patient" else world.stranger


def attempt(world: World, somebody: Caller, operation: Operation) -> Any:
    """One call, of which nothing stays."""
    examples = operation.asks()[1]
    body = world.body(_wanted(examples, somebody, world))
    with transaction.atomic():
        answer = send(somebody, operation, world.address(operation), body)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def _wanted(examples: dict[str, Any], somebody: Caller, world: World) -> Any:
    """The first example; staff say beside it how the request came in."""
    body = next(iter(examples.values()), None)
    if body and "kind" in body and somebody not in (world.owner, world.stranger):
        asker = {"asker": {"name": "Patricia Demo"}, "channel": "telephone"}
        return body | asker | {"received_at": NOON.isoformat()}
    return body


def test_the_table_names_every_operation() -> None:
    assert {one.name for one in OPERATIONS} == set(MAY)


@pytest.mark.parametrize("who", ALL.split())
def test_who_may(world: World, who: str) -> None:
    somebody = caller(world, who)
    wrong = []
    for operation in OPERATIONS:
        answer = attempt(world, somebody, operation)
        let_in = answer.status_code not in {401, 403, 404}
        if answer.status_code >= 500 or let_in != (who in MAY[operation.name].split()):
            wrong.append(f"{operation.name}: {answer.status_code}")
    assert wrong == []


def test_nobody_gets_anywhere_without_signing_in(world: World) -> None:
    wrong = []
    for operation in OPERATIONS:
        path = "/api/v1" + world.address(operation)
        answer = getattr(Client(), operation.method)(path, content_type="application/json")
        if answer.status_code != 401 or "WWW-Authenticate" not in answer:
            wrong.append(f"{operation.name}: {answer.status_code}")
    assert wrong == []
