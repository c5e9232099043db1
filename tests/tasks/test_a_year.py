"""A year of use: what is of no use any more goes by itself, and what is on record stays."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import models

from audit import clock
from privacy_portal import tasks
from privacy_portal.accounts.model_refusals import RefusalCount
from privacy_portal.accounts.model_sessions import Session
from privacy_portal.api.models import Answer, GivenAnswer
from requests_app.falling_due.matters import CHORES_KEPT, CODES_KEPT, OUTBOX_KEPT
from requests_app.falling_due.models import FallsDue
from requests_app.outbox import OutboxRow
from requests_app.people.models import LinkCode, Patient
from requests_app.practice.models import Site
from requests_app.standing.reach import HeldMessage
from tests.support import office
from tests.support.office import NOON

YEAR = 365
END = NOON + timedelta(days=YEAR)
#: Rows a day of each sort; on day N of the year, at noon.
EACH = 2


def _session(at: datetime, number: int) -> Session:
    return Session(session_key=uuid.uuid4().hex.ljust(40, "0"), session_data="", last_seen=at,
                   opened_at=at, expire_date=at + timedelta(hours=12))  # fmt: skip


def _answer(at: datetime, number: int) -> GivenAnswer:
    row = GivenAnswer(caller="c", route="/", key=f"{at}{number}", body_digest=b"", given_at=at)
    row.answer = Answer(status=201, body="{}", headers={})
    return row


def _refusal(at: datetime, number: int) -> RefusalCount:
    return RefusalCount(key=number.to_bytes(16, "big"), minute=at, count=1)


def _told(at: datetime, number: int) -> OutboxRow:
    return OutboxRow(topic="moved", audience="office", made_at=at, not_before=at, done_at=at,
                     outcome="handed_over")  # fmt: skip


def _code(at: datetime, number: int) -> LinkCode:
    return LinkCode(patient=Patient.objects.earliest("id"), token=uuid.uuid4().bytes, made_by="x",
                    expires_at=at)  # fmt: skip


def _done(at: datetime, number: int) -> FallsDue:
    return FallsDue(what="forget_codes", subject=uuid.uuid4(), at=at, not_before=at, acted_at=at,
                    outcome="done")  # fmt: skip


#: Each table that fills by itself: how a row comes about, and the days for which it is kept.
FILLS: dict[type[models.Model], tuple[Callable[[datetime, int], Any], int]] = {
    Session: (_session, 0),
    GivenAnswer: (_answer, 7),
    RefusalCount: (_refusal, 7),
    OutboxRow: (_told, OUTBOX_KEPT.days),
    LinkCode: (_code, CODES_KEPT.days),
    FallsDue: (_done, CHORES_KEPT.days),
}


@pytest.fixture
def a_year(db: None) -> None:
    office.set_up()
    for model, (make, _) in FILLS.items():
        rows = [
            make(NOON + timedelta(days=day), number)
            for day in range(YEAR)
            for number in range(EACH)
        ]
        for row in rows if model is GivenAnswer else []:
            row.save(force_insert=True)  # sealed, so not in bulk
        if model is not GivenAnswer:
            model._default_manager.bulk_create(rows)


def test_after_a_year_each_table_holds_its_days_and_no_more(a_year: None) -> None:
    for model in FILLS:
        assert model._default_manager.count() >= YEAR * EACH

    with clock.frozen(END):
        tasks.sweep_due()

    sizes = {model: model._default_manager.count() for model in FILLS}
    for model, (_, days) in FILLS.items():
        # What this sweep itself has put on the list stands there, too; and for good, each day on
        # which the log was to be reviewed and was not.
        own = 20 + 2 * 12 if model is FallsDue else 0
        assert days * EACH <= sizes[model] <= (days + 1) * EACH + own, model


def test_after_a_year_what_is_not_done_with_stays(db: None) -> None:
    office.set_up()
    request = office.filed(now=NOON)
    dead = office.dead_letter()
    held = OutboxRow.objects.create(topic="letter", audience="asker", request=request, made_at=NOON,
                                    not_before=NOON, done_at=NOON, outcome="held")  # fmt: skip
    HeldMessage.objects.create(outbox_row=held, request_id=request.pk, held_at=NOON)

    with clock.frozen(END):
        tasks.sweep_due()

    kept = set(OutboxRow.objects.filter(made_at=NOON).values_list("pk", flat=True))
    assert {dead.pk, held.pk} <= kept
    assert Site.objects.exists()
