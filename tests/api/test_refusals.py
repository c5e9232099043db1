"""A refusal of somebody who is signed in is an entry that outlives what it refused."""

from collections.abc import Iterator

import pytest

from audit import clock, log
from audit.entry import Entry
from audit.log import Facet
from requests_app import events
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.database import OwnDatabase
from tests.support.office import NOON, Office


@pytest.fixture
def clinic(own_database: OwnDatabase) -> Iterator[Office]:
    with clock.frozen(NOON):
        yield office.set_up()


def refusals() -> list[Entry]:
    return [one.entry for one in log.find(Facet.NAME, events.REFUSED).entries]


def test_each_refusal_is_one_entry_although_its_transaction_was_rolled_back(
    clinic: Office,
) -> None:
    officer, desk = api.staff(Role.PRIVACY_OFFICER), api.staff(Role.FRONT_DESK, name="Fern Desk")
    person = api.patient()
    office.link(person.actor, clinic.patient)
    filed = person.post("/requests", {"kind": "access", "details": office.DETAILS["access"]})
    reference = filed.json()["reference"]

    statuses = [
        desk.get(f"/requests/{reference}").status_code,
        desk.post("/disclosures/search", {}).status_code,
        officer.act(reference, "deliver", office.INPUT["deliver"]).status_code,
        officer.act(reference, "grant", office.INPUT["grant"], version=9).status_code,
    ]

    assert statuses == [404, 403, 409, 412]
    told = refusals()
    assert [one.extra["status"] for one in reversed(told) if one.extra] == statuses
    assert [one.request for one in reversed(told)] == [reference, None, reference, reference]
    assert {one.outcome for one in told} == {"refused"}


def test_a_refusal_names_the_route_and_never_what_was_typed(clinic: Office) -> None:
    desk = api.staff(Role.FRONT_DESK, name="Fern Desk")
    desk.get("/requests/Patricia-Demo")
    [told] = refusals()
    assert told.extra == {
        "status": 404,
        "method": "GET",
        "route": "api/v1/requests/<slug:reference>",
    }
    assert (told.request, told.actor.id) == (None, str(desk.user.pk))


def test_input_to_be_put_right_and_strangers_are_no_entries(clinic: Office) -> None:
    officer = api.staff(Role.PRIVACY_OFFICER)
    assert officer.post("/disclosures", {}).status_code == 422
    assert Caller(officer.user, "ppt_nobody").get("/me").status_code == 401
    assert refusals() == []


def test_a_link_code_that_is_not_good_is_an_entry(clinic: Office) -> None:
    person = api.patient()
    answer = person.post("/links/use-code", {"code": "7KQW-3HTM-X9DP-2VRU"})
    assert answer.status_code == 422
    [told] = log.find(Facet.NAME, events.LINK_REFUSED).entries
    assert (told.entry.outcome, told.entry.actor.id) == ("failure", str(person.user.pk))
