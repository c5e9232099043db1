"""A request as its asker reads it: the confirmation, and where it stands."""

from datetime import datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from audit import clock
from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import said
from privacy_portal.pages.parts import SummaryRow, local, long_day
from privacy_portal.pages.patient.asker import is_visitor
from requests_app import events, looked_up, selectors
from requests_app.deadlines import replay, wording
from requests_app.kinds.base import Kind


def loaded(reference: str, *, actor: Actor, now: datetime) -> Kind:
    """The request, if it is this person's own. Raises NotFound, or NotTheirs where it was not."""
    reference = selectors.reference_or_not_found(reference)
    rows = selectors.visible_requests(actor, now=now).filter(reference=reference)
    found = rows.select_related("site", "representative", "follows").first()
    if found is None:
        raise selectors.nothing_there(reference, actor, now=now)
    return cast(Kind, found)


def read(reference: str, *, actor: Actor, now: datetime, name: str = events.READ_REQUEST) -> Kind:
    """The same, with its entry in the log."""
    found = loaded(reference, actor=actor, now=now)
    with logged(name, actor, patient=found.patient_id, request=found.reference):
        pass
    return found


def confirmation(reference: str, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Reference, receipt, last lawful day and why, what happens next, and what was asked."""
    request = read(reference, actor=actor, now=now)
    return {
        "request": request,
        "received": local(request.received_at, request.site.time_zone),
        "due": long_day(request.due_on) if request.due_on else "",
        "why": why(request),
        "next": what_happens_next(request, actor),
        "rows": asked(request),
        "visitor": is_visitor(actor),
    }


def why(request: Kind) -> list[str]:
    """How the last lawful day was worked out, line by line."""
    row = request.clock_rows.order_by("-version").first()
    return wording.explain(replay.replay(row.answer)) if row and row.answer else []


def what_happens_next(request: Kind, actor: Actor) -> list[str]:
    """The steps to come, without a promise that the law does not make."""
    steps = [_("The privacy office reads it.")]
    if request.identity_confirmed_at is None and request.kind != "complaint":
        steps.append(
            _("We check who you are before we give anything out or change anything. "
              "That takes nothing from the time the law gives you.")
        )  # fmt: skip
    if request.due_on:
        day = long_day(request.due_on)
        steps.append(_("We answer by %(day)s at the latest.") % {"day": day})
        steps.append(
            _("Should we need more time, the law lets us say so once, in writing, before that day.")
        )
    else:
        steps.append(_("The law names no day for this. We carry it out as soon as we can."))
    if is_visitor(actor):
        steps.append(
            _("You asked without an account, so we answer by the way you named, or by post.")
        )
        steps.append(_how_to_ask(request))
    return steps


def _how_to_ask(request: Kind) -> str:
    """How whoever has no account learns where it stands: here only where a code could be sent."""
    if request.filed.asker.birth_date and looked_up.address(request, sign_in=None, at=clock.now()):
        return _("With the reference and your date of birth you can look here how it stands.")
    return _("Give the reference when you call to ask how it stands.")


def asked(request: Kind) -> list[SummaryRow]:
    """What was asked, in words."""
    zone = request.site.time_zone
    rows = said.rows(type(request).Details, request.filed.details, zone=zone)
    asker = request.filed.asker
    named = [
        SummaryRow(_("Asked by"), [asker.name]) if asker.name else None,
        SummaryRow(_("How to reach you"), [asker.contact]) if asker.contact else None,
        SummaryRow(_("If for somebody else"), [asker.on_behalf]) if asker.on_behalf else None,
    ]
    return [row for row in named if row] + rows
