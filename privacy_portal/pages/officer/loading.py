"""One request, loaded for a page, and the bar that says on each of its pages which one it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer import people, wording
from requests_app import events, selectors
from requests_app.deadlines.calendars import day_of
from requests_app.errors import NotFound
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission, may
from requests_app.seen import Seen


class Bar(NamedTuple):
    """The identity bar: in the same place on every page of a request."""

    reference: str
    kind: str
    person: str
    patient_id: str
    due: str
    distance: str
    state: str
    tone: str
    urgency: str
    urgency_tone: str
    assigned: str


def loaded(reference: str, *, actor: Actor, now: datetime) -> Kind:
    """The request, if the actor may see it; NotFound otherwise."""
    reference = selectors.reference_or_not_found(reference)
    found = next(iter(_ONE.objects(actor, now=now, reference=reference)), None)
    if found is None:
        raise NotFound
    assert isinstance(found, Kind)
    return found


_ONE = Seen(
    lambda rows, reference: rows.filter(reference=reference).select_related(
        "site", "patient", "representative", "follows"
    ),
    reference=str,
)


@contextmanager
def read(
    reference: str, *, actor: Actor, now: datetime, name: str = events.READ_REQUEST
) -> Iterator[tuple[Kind, list[str]]]:
    """The same inside a logged read; what else is read goes into the list."""
    found = loaded(reference, actor=actor, now=now)
    with logged(name, actor, patient=found.patient_id, request=found.reference) as seen:
        yield found, seen


def bar(request: Kind, *, actor: Actor, now: datetime) -> Bar:
    """The request's bar."""
    today = day_of(now, request.site.time_zone)
    due, waits = request.due_on, request.answered_at is None
    state, urgency = wording.state_tag(request), wording.urgency(request, now=now, today=today)
    return Bar(
        reference=request.reference,
        kind=str(request.title),
        person=person(request, actor),
        patient_id=str(request.patient_id or ""),
        due=parts.long_day(due) if due else _("No legal due date"),
        distance=parts.distance(due, today) if due and waits else "",
        state=state.words,
        tone=state.tone,
        urgency=urgency.words if urgency else "",
        urgency_tone=urgency.tone if urgency else "",
        assigned=people.name(request.assigned_to) if request.assigned_to else _("Nobody"),
    )


def person(request: Kind, actor: Actor) -> str:
    """Whom it is about, as the chart has it; else as whoever asks said.

    Whoever may not look up a patient reads the initials, as in the queue.
    """
    if request.patient is None:
        return request.filed.asker.name or _("Nobody named")
    identity = request.patient.identity
    if not may(actor, Permission.READ_PATIENTS, site=str(request.site_id)):
        return identity.initials
    return f"{identity.full_name}, {wording.brief_day(identity.birth_date)}"
