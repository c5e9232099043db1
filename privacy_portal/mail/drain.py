"""Hands over to the mail server what the outbox holds.

A message is handed over first and recorded after.  Between the two this process can die; then the
lease runs out and the message is handed over again under the same Message-ID.
"""

import contextlib
import logging
import time
from collections.abc import Iterator
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from audit import clock, context
from privacy_portal import traces
from privacy_portal.logging import log_event
from privacy_portal.mail import messages, recipients
from requests_app.actions import outbox
from requests_app.actions.outbox import Outcome, Trouble
from requests_app.outbox import OutboxRow

logger = logging.getLogger("privacy_portal.mail")
#: The mail server's answer to this one message; it may well take the next.
_REFUSALS = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused)


def drain(*, seconds: float) -> int:
    """Tell rows until none waits or the time is over; how many were handed over.

    Without a mail server, or while it does not answer, no row is claimed: an outage of the server
    costs no message any of its tries.  Safe to repeat and to run several at once.
    """
    outbox.bury(now=clock.now())
    if not settings.MAIL_SET or not outbox.anything_waits(now=clock.now()):
        return 0
    with contextlib.ExitStack() as open_connection:
        try:
            server = open_connection.enter_context(_connected())
        except OSError:
            log_event(logger, "mail.unreachable", level=logging.ERROR)
            return 0
        return _tell_all(server, until=time.monotonic() + seconds)


@contextlib.contextmanager
def _connected() -> Iterator[BaseEmailBackend]:
    server = mail.get_connection()
    server.open()
    try:
        yield server
    finally:
        # What was handed over is recorded by now; a server that is rude on leaving changes nothing.
        with contextlib.suppress(OSError):
            server.close()


def _tell_all(server: BaseEmailBackend, *, until: float) -> int:
    told, held = 0, list[OutboxRow]()
    try:
        while time.monotonic() < until and (held := held or outbox.claim(now=clock.now())):
            row = held.pop(0)
            morning = recipients.quiet_until(row, now=clock.now())
            if morning is not None:
                outbox.rest(row, until=morning)
                continue
            with context.entered(traces.of(row)):
                met = _tell(row, server)
                _record(row, met)
            told += met is Outcome.HANDED_OVER
            if met is Trouble.UNREACHABLE:
                break
    finally:
        outbox.give_back(held)
    return told


def _tell(row: OutboxRow, server: BaseEmailBackend) -> Outcome | Trouble:
    to = recipients.address(row, now=clock.now())
    if isinstance(to, Outcome):
        return to
    try:
        taken = server.send_messages([messages.message(row, to)])
    except _REFUSALS:
        return Trouble.REFUSED
    except OSError:
        return Trouble.UNREACHABLE
    except ValueError:  # an address or header that no message can carry
        return Trouble.UNUSABLE
    return Outcome.HANDED_OVER if taken else Trouble.UNREACHABLE


def _record(row: OutboxRow, met: Outcome | Trouble) -> None:
    if isinstance(met, Outcome):
        outbox.end(row, met, now=clock.now())
        return
    log_event(logger, "mail.failed", object_id=row.pk, outcome=met, count=row.attempts)
    outbox.failed(row, met, now=clock.now())
