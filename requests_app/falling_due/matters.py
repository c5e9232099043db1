"""The matters of this floor. The shell has its own; each is registered when the program starts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from audit import log
from audit.actors import system
from requests_app import events
from requests_app.actions.outbox import Outcome
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import Matter, every, plan, register
from requests_app.kinds.models import Request
from requests_app.outbox import Audience, OutboxRow, Topic, tell_all
from requests_app.people.models import AccountLink, LinkCode, Representative
from requests_app.reminders.digest import DIGEST

#: What is done with stays this long for whoever looks into it; the log keeps that it happened.
OUTBOX_KEPT, CODES_KEPT, CHORES_KEPT = timedelta(days=90), timedelta(days=30), timedelta(days=7)
#: Rows that go in one transaction.
AT_ONCE = 5000


def _authority_ends(row: FallsDue, now: datetime) -> str:
    """The day after its last day: accounts act under it no more; whoever works on a case hears.

    45 CFR 164.502(g): a person is treated as the individual while the authority lasts.
    """
    who, actor = Representative.objects.get(pk=row.subject), system("sweep")
    links = AccountLink.objects.filter(representative=who, ended_at__isnull=True)
    for link in links.select_for_update(of=("self",)):
        link.ended_at, link.ended_by = now, actor.id
        link.save(update_fields=["ended_at", "ended_by"])
        log.append(events.LINK_ENDED, actor=actor, patient=str(link.patient_id))
    still = Request.objects.filter(representative=who, answered_at__isnull=True)
    tell_all(((one, Topic.ENDED, Audience.OFFICE) for one in still), now=now)
    return "ended"


AUTHORITY_ENDS = Matter("authority_ends", act=_authority_ends, event=events.AUTHORITY_ENDED)


def plan_end_of_authority(who: Representative) -> None:
    """In the transaction that records the authority: it ends with its last day, at the site."""
    if who.authority_until is None or not who.recognised:
        return
    after = who.authority_until + timedelta(days=1)
    zone = ZoneInfo(who.patient.site.time_zone)
    at = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
    plan(AUTHORITY_ENDS, subject=who.pk, at=at)


# --- housekeeping --------------------------------------------------------------------------------
def forget(rows: QuerySet[Any]) -> str:
    """Delete up to AT_ONCE of these rows; whoever runs again takes the next."""
    some = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    rows.model._base_manager.filter(pk__in=some).delete()
    return "done"


def _old_outbox(row: FallsDue, now: datetime) -> str:
    """Rows that are done with: told, held and passed on is kept, since the held message names them."""
    done = OutboxRow.objects.filter(done_at__lt=now - OUTBOX_KEPT, held__isnull=True)
    return forget(done.exclude(outcome=Outcome.DEAD))


def _old_codes(row: FallsDue, now: datetime) -> str:
    """Codes that nobody can use any more; the log keeps that they were made."""
    return forget(LinkCode.objects.filter(expires_at__lt=now - CODES_KEPT))


def _old_chores(row: FallsDue, now: datetime) -> str:
    chores = [one.name for one in CHORES]
    return forget(FallsDue.objects.filter(what__in=chores, acted_at__lt=now - CHORES_KEPT))


def chore(name: str, act: Any, *, each: timedelta = timedelta(hours=1)) -> Matter:
    """Housekeeping that comes again and again, and is said only when it fails."""
    made = Matter(name, act=act, finds=every(each), chore=True)
    CHORES.append(made)
    return made


CHORES: list[Matter] = [DIGEST]
register(
    AUTHORITY_ENDS,
    DIGEST,
    chore("forget_outbox", _old_outbox),
    chore("forget_codes", _old_codes),
    chore("forget_chores", _old_chores),
)
