"""The lines of the queue: what is read of a request for one, and what stands in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from audit.held import Sealed
from privacy_portal.language.remembered import by_language
from privacy_portal.pages import parts
from privacy_portal.pages.links import address
from privacy_portal.pages.officer import people, wording
from requests_app.deadlines.calendars import day_of
from requests_app.kinds import registry
from requests_app.kinds.base import Kind, late
from requests_app.kinds.models import Request
from requests_app.people.models import Patient


class Found(NamedTuple):
    """What is read of one request: a line needs no more of it, and no instance."""

    pk: UUID
    reference: str
    kind: str
    state: str
    site: UUID
    due_on: date | None
    due_at: datetime | None
    answered_on: date | None
    assigned_to: str
    filed: Sealed
    patient: UUID | None
    identity: Sealed | None


#: The same as the ORM names it.
READ = (
    "pk", "reference", "kind", "state", "site_id", "due_on", "due_at", "answered_on", "assigned_to",
    "filed", "patient_id", "patient__identity",
)  # fmt: skip


class Row(NamedTuple):
    """One line of the table (officer/parts/queue_row.html)."""

    reference: str
    href: str
    initials: str
    assigned: str
    kind: str
    state: str
    tone: str
    due: str
    distance: str
    urgency: str
    urgency_tone: str


def rows(
    found: Sequence[Found], workers: Mapping[str, str], sites: Iterable[Any], *, now: datetime
) -> list[Row]:
    """The lines of what was found.

    workers  the names of accounts that are known already, by id
    sites    each its id, name and time zone
    """
    assigned = {one.assigned_to for one in found} - {""}
    named = {**workers, **people.names(assigned - workers.keys())}
    today = {site: day_of(now, zone) for site, _name, zone in sites}
    initials = _initials()
    return [
        Row(
            one.reference,
            address("office_request", one.reference),
            initials(one),
            named.get(one.assigned_to, ""),
            *_said(
                registry.kind(one.kind),
                one.state,
                one.answered_on is not None,
                one.due_on,
                today[one.site],
                late(one.due_on, one.due_at, one.answered_on, now=now),
            ),
        )
        for one in found
    ]


@by_language
def _said(
    kind: type[Kind], state: str, answered: bool, due: date | None, today: date, is_late: bool
) -> tuple[str, ...]:
    """What a line says that says nothing of the person: from the kind on."""
    standing = wording.standing(kind, state, answered=answered)
    waits = due is not None and not answered
    urgency = wording.pressing((due - today).days, late=is_late) if due and waits else None
    return (
        str(kind.title),
        standing.words,
        standing.tone,
        wording.brief_day(due) if due else _("No legal due date"),
        parts.distance(due, today) if due and waits else "",
        *((urgency.words, urgency.tone) if urgency else ("", "")),
    )


def _initials() -> Callable[[Found], str]:
    """What gives the patient's; those of whoever asks where nobody is matched yet."""
    identity, filed = Patient.identity.field.opener(), Request.filed.field.opener()

    def initials(one: Found) -> str:
        if one.identity is not None:
            return str(identity(one.identity, str(one.patient)).initials)
        return _of_name(filed(one.filed, str(one.pk)).asker.name)

    return initials


def _of_name(name: str) -> str:
    letters = [word[:1] for word in name.split()]
    return "".join(letters[:1] + letters[-1:][: len(letters) - 1]).upper() or "–"
