"""One id leads from a call to the log, the outbox, the mail, the event and every line written."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core import mail

from audit import clock, context, log
from audit.log import Facet
from privacy_portal.logging import JsonFormatter
from privacy_portal.mail import drain as mailing
from privacy_portal.webhooks import drain as telling
from requests_app import events
from requests_app.actions import accounts, due
from requests_app.outbox import OutboxRow
from tests.support import api, office
from tests.support.office import NOON
from tests.support.receiver import Receiver, receiver

pytestmark = pytest.mark.django_db
BODY = {"kind": "access", "details": office.DETAILS["access"]}
FAILS = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"


class Lines(logging.Handler):
    """Every line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.written: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(json.loads(self.format(record)))


@pytest.fixture
def lines() -> Iterator[Lines]:
    """All that the service's own loggers write."""
    handler, logger = Lines(), logging.getLogger("privacy_portal")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as made:
        yield made


@pytest.fixture
def patient(db: None) -> Iterator[api.Caller]:
    with clock.frozen(NOON):
        clinic, caller = office.set_up(), api.patient()
        accounts.set_sign_in_address(UUID(caller.actor.id), "pat@example.org", actor=caller.actor)
        office.link(caller.actor, clinic.patient)
        yield caller


def test_from_the_call_to_the_message_and_the_event(
    patient: api.Caller, taking: Receiver, settings: Any, lines: Lines
) -> None:
    settings.MAIL_SET = True
    office.listening(taking.url)

    answer = patient.post("/requests", BODY)
    one_id, reference = answer["X-Request-ID"], answer.json()["reference"]
    with _another_task():
        mailing.drain(seconds=30)
        telling.drain(seconds=30, wire=taking.wire)

    assert set(OutboxRow.objects.values_list("trace", flat=True)) == {one_id}
    assert [one.extra_headers["X-Request-ID"] for one in mail.outbox] == [one_id, one_id]
    assert [one.headers["x-request-id"] for one in taking.heard] == [one_id]
    about = log.find(Facet.REQUEST, reference).entries
    assert {(one.entry.name, one.entry.network.request_id) for one in about} == {
        ("request:access:file_signed_in", one_id), (events.TOLD, one_id),
    }  # fmt: skip
    assert [one["request_id"] for one in lines.written if one["event"] == "http.answered"] == [
        one_id
    ]


def test_a_line_about_a_failure_carries_the_id_of_the_call_behind_it(
    patient: api.Caller, taking: Receiver, lines: Lines
) -> None:
    office.listening(taking.url)
    one_id = patient.post("/requests", BODY)["X-Request-ID"]
    taking.answer = FAILS

    with _another_task():
        telling.drain(seconds=30, wire=taking.wire)

    failed = [one for one in lines.written if one["event"] == "webhook.failed"]
    assert [one["request_id"] for one in failed] == [one_id]


def test_what_a_task_begins_carries_the_tasks_id(patient: api.Caller, settings: Any) -> None:
    settings.MAIL_SET = True
    patient.post("/requests", BODY)
    mailing.drain(seconds=30)
    mail.outbox.clear()

    with _another_task():
        due.sweep(now=office.day("2026-03-27"))
    with clock.frozen(office.day("2026-03-28")):
        mailing.drain(seconds=30)

    assert [one.extra_headers["X-Request-ID"] for one in mail.outbox] == ["a-task"]


def _another_task() -> Any:
    return context.entered(context.RequestContext(request_id="a-task", app="worker"))
