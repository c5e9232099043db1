"""Looking after the service: what could not be sent, tried again or discarded; what passed unseen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from audit import clock, log
from audit.log import Facet
from privacy_portal.mail.drain import drain
from requests_app import events
from requests_app.actions import outbox
from requests_app.actions.outbox import Outcome
from requests_app.complaints.models import NamedInComplaint
from requests_app.outbox import MOST_ATTEMPTS, OutboxRow
from requests_app.permissions import Role
from tests.support import api, office, smtp
from tests.support.api import Caller
from tests.support.office import NOON, Office
from tests.support.smtp import Mood, PostOffice

pytestmark = pytest.mark.django_db
REASON = {"reason": "Told on the telephone"}


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    with smtp.post_office() as taking:
        smtp.use(settings, taking)
        yield taking


@pytest.fixture
def dead(clinic: Office) -> OutboxRow:
    office.filed()
    return office.dead_letter()


def listed(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get("/dead-letters").json()["results"]
    return found


def logged(name: str) -> list[log.Opened]:
    return list(log.find(Facet.NAME, name).entries)


def test_what_was_given_up_is_listed_without_a_word_of_the_matter(
    officer: Caller, administrator: Caller, dead: OutboxRow
) -> None:
    for caller in (officer, administrator):
        (shown,) = listed(caller)
        assert dead.request is not None
        assert shown == {
            "id": str(dead.pk), "topic": "received", "audience": "office", "outcome": "dead",
            "request": dead.request.reference, "made_at": NOON.isoformat(),
            "attempts": MOST_ATTEMPTS,
        }  # fmt: skip
    assert len(logged(events.READ_SERVICE)) == 2


def test_a_message_tried_again_goes_out_under_its_own_id(
    officer: Caller, dead: OutboxRow, post: PostOffice
) -> None:
    OutboxRow.objects.exclude(pk=dead.pk).update(done_at=NOON, outcome="no_address")

    assert officer.post(f"/dead-letters/{dead.pk}/retry", key=None).status_code == 200
    assert listed(officer) == []
    assert drain(seconds=20) == 1

    assert [str(dead.pk) in one for one in post.ids] == [True]
    dead.refresh_from_db()
    assert (dead.outcome, dead.attempts) == (Outcome.HANDED_OVER, MOST_ATTEMPTS + 1)
    (entry,) = logged(events.RETRIED)
    assert entry.entry.actor.id == str(officer.user.pk)


def test_a_message_tried_again_has_as_many_tries_as_before_and_dies_again(
    officer: Caller, dead: OutboxRow, post: PostOffice
) -> None:
    OutboxRow.objects.exclude(pk=dead.pk).update(done_at=NOON, outcome="no_address")
    post.mood = Mood.REFUSES
    officer.post(f"/dead-letters/{dead.pk}/retry", key=None)
    now = NOON
    for wait in [*outbox.BACKOFF, timedelta(days=30)]:
        with clock.frozen(now):
            drain(seconds=20)
        now += wait

    dead.refresh_from_db()
    assert (dead.attempts, dead.outcome) == (2 * MOST_ATTEMPTS, Outcome.DEAD)


def test_a_message_is_discarded_for_a_reason_that_the_log_keeps(
    officer: Caller, dead: OutboxRow
) -> None:
    refused = officer.post(f"/dead-letters/{dead.pk}/discard", {}, key=None)
    assert refused.status_code == 422
    assert listed(officer) != []

    assert officer.post(f"/dead-letters/{dead.pk}/discard", REASON, key=None).status_code == 200

    assert listed(officer) == []
    (entry,) = logged(events.DISCARDED)
    assert entry.entry.reason == REASON["reason"]
    assert outbox.claim(now=NOON + timedelta(days=400), most=100)[0].pk != dead.pk


@pytest.mark.parametrize("first", ["retry", "discard"])
@pytest.mark.parametrize("second", ["retry", "discard"])
def test_what_was_decided_once_is_not_decided_again(
    officer: Caller, dead: OutboxRow, first: str, second: str
) -> None:
    body = {"retry": None, "discard": REASON}
    assert (
        officer.post(f"/dead-letters/{dead.pk}/{first}", body[first], key=None).status_code == 200
    )
    again = officer.post(f"/dead-letters/{dead.pk}/{second}", body[second], key=None)
    assert again.status_code == 409


def test_a_message_that_is_still_being_tried_cannot_be_decided_on(
    officer: Caller, clinic: Office
) -> None:
    office.filed()
    row = OutboxRow.objects.filter(audience="office").get()
    assert officer.post(f"/dead-letters/{row.pk}/discard", REASON, key=None).status_code == 409


#: An id that nothing has.
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("path", [f"/dead-letters/{NOBODY}/retry", "/dead-letters/no-id/retry",
                                  f"/outages/{NOBODY}/deadlines"])  # fmt: skip
def test_what_is_not_there_is_not_found(officer: Caller, path: str) -> None:
    answer = officer.get(path) if path.startswith("/outages") else officer.post(path, key=None)
    assert answer.status_code == 404


def test_a_role_limited_to_another_site_sees_nothing_of_it(dead: OutboxRow) -> None:
    passed = office.outage(now=NOON + timedelta(days=60))
    elsewhere = api.staff(Role.PRIVACY_OFFICER, site=api.other_site().pk, name="Else Where")

    assert listed(elsewhere) == []
    assert elsewhere.post(f"/dead-letters/{dead.pk}/retry", key=None).status_code == 404
    assert elsewhere.get(f"/outages/{passed.pk}/deadlines").json()["results"] == []


def test_a_complaint_stays_hidden_from_whom_it_names(officer: Caller, clinic: Office) -> None:
    complaint = office.taken_down("complaint")
    NamedInComplaint.objects.create(
        request_id=complaint.pk, account=str(officer.user.pk), duty="", named_at=NOON
    )
    row = OutboxRow.objects.filter(request=complaint, audience="office").get()
    OutboxRow.objects.filter(pk=row.pk).update(attempts=MOST_ATTEMPTS, outcome="dead")

    assert listed(officer) == []
    assert officer.post(f"/dead-letters/{row.pk}/retry", key=None).status_code != 200
    row.refresh_from_db()
    assert row.outcome == Outcome.DEAD


def test_every_deadline_of_an_outage_is_reached_by_cursor(officer: Caller, clinic: Office) -> None:
    references = sorted(office.filed().reference for _ in range(3))
    made = office.outage(now=office.day("2026-04-02"))
    # An hour of outage does not hold the due days' end; a longer one does.
    assert made.passed == 0
    with_days = _outage_of_days()

    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = officer.get(f"/outages/{with_days}/deadlines", **query).json()
        seen += [one["request"] for one in page["results"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert sorted(seen) == references


def _outage_of_days() -> UUID:
    from requests_app.actions import outages
    from requests_app.falling_due.models import Heartbeat

    Heartbeat.objects.update(finished_at=office.day("2026-03-30"))
    found = outages.find(now=office.day("2026-04-03"), chores=[])
    assert found is not None
    return found.pk


def test_quiet_hours_are_set_and_taken_away(officer: Caller) -> None:
    about = {"name": "Example", "address": "1 Example Street", "telephone": "919-555-0100",
             "email": "office@example.org"}  # fmt: skip
    hours = {"quiet_from": "20:00", "quiet_until": "07:00"}

    assert officer.put("/practice", about | hours).json().items() >= hours.items()
    assert officer.put("/practice", about).json()["quiet_from"] is None


@pytest.mark.parametrize(
    ("hours", "at"),
    [
        pytest.param({"quiet_from": "20:00"}, "/quiet_until", id="no end"),
        pytest.param({"quiet_until": "07:00"}, "/quiet_from", id="no beginning"),
        pytest.param({"quiet_from": "8pm", "quiet_until": "07:00"}, "/quiet_from", id="no time"),
        pytest.param({"quiet_from": "20:00", "quiet_until": "24:00"}, "/quiet_until", id="24:00"),
    ],
)
def test_quiet_hours_that_cannot_be_are_refused(
    officer: Caller, hours: dict[str, str], at: str
) -> None:
    about = {"name": "Example", "address": "1 Example Street", "telephone": "919-555-0100",
             "email": "office@example.org"}  # fmt: skip
    answer = officer.put("/practice", about | hours)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [at]


def test_the_service_says_of_each_matter_what_waits(administrator: Caller) -> None:
    shown = administrator.get("/service").json()
    names = [one["name"] for one in shown["matters"]]
    assert names == sorted(names)
    assert {"authority_ends", "digest", "forget_outbox", "key_grows_old"} <= set(names)
