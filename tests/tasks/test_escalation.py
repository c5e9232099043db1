"""Who hears when nothing happens: whoever works on it, then the official, then the administrators."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from audit import clock
from privacy_portal import tasks
from privacy_portal.mail import recipients
from requests_app.actions import practice, work
from requests_app.complaints.models import NamedInComplaint
from requests_app.falling_due.models import FallsDue
from requests_app.kinds.base import Kind
from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.accounts import staff
from tests.support.api import Caller
from tests.support.office import NOON, OFFICER, day

pytestmark = pytest.mark.django_db
OFFICIAL = "official@example.org"


@pytest.fixture(autouse=True)
def clinic(db: None, settings: Any) -> Iterator[office.Office]:
    settings.MAIL_SET = True
    with clock.frozen(NOON):
        made = office.set_up()
        practice.designate(
            {"duty": "privacy_official", "title": "Privacy official", "telephone": "919-555-0101",
             "email": OFFICIAL, "in_force_from": "2026-03-02"},
            actor=OFFICER, now=NOON,
        )  # fmt: skip
        yield made


@pytest.fixture
def administrator(clinic: office.Office) -> Caller:
    return api.staff(Role.ADMINISTRATOR, name="Adam Administrator")


@pytest.fixture
def request_of_ada(clinic: office.Office) -> tuple[Kind, str]:
    """A request on which Ada works, and her address."""
    request, ada = office.taken_down(), staff()
    work.assign(request.reference, {"person": str(ada.user.pk)}, actor=OFFICER, now=NOON)
    OutboxRow.objects.update(done_at=NOON, outcome="told_before")
    return request, ada.address


def told(on: str) -> list[list[str]]:
    """Who is written to that day, in no order; the day's summary apart."""
    mail.outbox.clear()
    with clock.frozen(day(on)):
        tasks.sweep_due()
        OutboxRow.objects.exclude(topic__in=["due_soon", "due_today", "overdue"]).filter(
            done_at=None
        ).update(done_at=NOON, outcome="left")
        tasks.drain_outbox()
    return sorted(message.to for message in mail.outbox)


def test_each_step_reaches_one_more(
    request_of_ada: tuple[Kind, str], administrator: Caller
) -> None:
    ada, adam = request_of_ada[1], administrator.user.username

    assert told("2026-03-25") == [[ada]]
    assert told("2026-03-30") == [[ada]]
    assert told("2026-04-01") == sorted([[ada], [OFFICIAL]])
    assert told("2026-04-02") == sorted([[ada], [OFFICIAL]])
    assert told("2026-04-04") == sorted([[OFFICIAL], [adam]])
    assert told("2026-04-11") == sorted([[OFFICIAL], [adam]])


def test_where_nobody_works_on_it_the_official_hears_once() -> None:
    office.taken_down()
    OutboxRow.objects.update(done_at=NOON, outcome="told_before")

    assert told("2026-04-01") == [[OFFICIAL]]


def row_of(request: Kind | None) -> OutboxRow:
    return OutboxRow.objects.create(
        topic=Topic.OVERDUE, audience=Audience.ADMINISTRATOR, request=request, made_at=NOON,
        not_before=NOON,
    )  # fmt: skip


def test_every_administrator_hears(administrator: Caller) -> None:
    other = api.staff(Role.ADMINISTRATOR, name="Alva Administrator")

    found = recipients.address(row_of(office.taken_down()), now=NOON)

    assert isinstance(found, tuple)
    assert sorted(found) == sorted([administrator.user.username, other.user.username])


def test_a_complaint_is_told_to_no_administrator_it_names(administrator: Caller) -> None:
    complaint = office.taken_down("complaint")
    NamedInComplaint.objects.create(
        request_id=complaint.pk, account=str(administrator.user.pk), duty="", named_at=NOON
    )

    found = recipients.address(row_of(complaint), now=NOON)

    assert isinstance(found, tuple)
    assert administrator.user.username not in found


def test_without_an_administrator_the_official_hears() -> None:
    assert recipients.address(row_of(None), now=NOON) == (OFFICIAL,)


@pytest.mark.parametrize(
    ("days", "told_after"),
    [pytest.param(365, 365, id="a year"), pytest.param(30, 30, id="a month by setting")],
)
def test_the_key_encryption_key_is_said_to_be_old_once(
    settings: Any, days: int, told_after: int
) -> None:
    settings.KEY_DAYS = days
    for after in (0, told_after - 1, told_after, told_after + 1, told_after + 2):
        with clock.frozen(NOON + timedelta(days=after)):
            tasks.sweep_due()
        expected = 1 if after >= told_after else 0
        assert OutboxRow.objects.filter(topic=Topic.KEY_OLD).count() == expected, after


def test_without_the_setting_nothing_is_said_of_the_key(settings: Any) -> None:
    settings.KEY_DAYS = 0
    with clock.frozen(NOON):
        tasks.sweep_due()
    assert not FallsDue.objects.filter(what="key_grows_old").exists()
