"""What stands for oneself: how one is reached, restrictions, and permissions with a way to take each back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages.door import needs, page, who
from privacy_portal.pages.parts import SummaryRow, local, short_day
from privacy_portal.pages.patient.writing import WHOM
from requests_app import events, selectors
from requests_app.actions import drafts
from requests_app.people.models import Capacity
from requests_app.permissions import Permission
from requests_app.standing import preferences, reliance, restrictions
from requests_app.standing import selectors as standing
from requests_app.standing.authorizations import Authorization
from requests_app.standing.preferences import Means
from requests_app.standing.restrictions import InForce, Limit, Recipient


@page
@needs(Permission.FILE_OWN)
def mine(call: HttpRequest) -> HttpResponse:
    """Everything in force for the patient whose account this is."""
    given = who(call)
    own = [t for t in selectors.ties(**given) if t.capacity == Capacity.INDIVIDUAL]
    with logged(events.READ_STANDING, given["actor"], patient=own[0].patient_id if own else None):
        facts = {
            "tied": bool(own),
            "reached": [row for tie in own for row in _reached(tie.patient_id, given["now"])],
            "restrictions": [one for tie in own for one in _restrictions(tie, given["now"])],
            "permissions": _permissions(**given),
        }
    return render(call, "patient/standing.html", facts)


@page
@needs(Permission.FILE_OWN)
def revoke(call: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin to take one permission back: a revocation that names it already."""
    given = who(call)
    found = selectors.one(standing.own_authorizations(**given).filter(pk=pk))
    if call.method != "POST":
        return redirect("my_standing")
    named = {"subject": "authorization", "authorization": str(found.pk)}
    raw = {"kind": "revocation", "details": named, "patient": str(found.patient_id)}
    draft = drafts.begin(raw, **given)
    return redirect("ask_step", draft.pk, WHOM)


def _reached(patient: UUID, now: datetime) -> list[SummaryRow]:
    row = preferences.in_force(patient, representative=None, at=now)
    if row is None:
        return []
    facts = row.facts
    said = [
        (_("We may reach you"), [str(Means(one).label) for one in facts.means]),
        (_("E-mail address"), [facts.email]),
        (_("Telephone number"), [facts.telephone]),
        (_("Address for letters"), [facts.address]),
        (_("What we do not use"), [facts.never]),
    ]
    return [SummaryRow(key, words) for key, words in said if any(words)]


def _restrictions(tie: selectors.Tie, now: datetime) -> list[list[SummaryRow]]:
    zone = tie.site.time_zone
    return [_restriction(row, zone) for row in restrictions.in_force(tie.patient_id, at=now)]


def _restriction(row: InForce, zone: str) -> list[SummaryRow]:
    scope = row.scope
    return [
        SummaryRow(_("What is limited"), [scope.information]),
        SummaryRow(_("How"), [str(Limit(scope.limit).label)]),
        SummaryRow(_("From whom"), [str(Recipient(one).label) for one in scope.recipients]),
        SummaryRow(_("Since"), [short_day(local(row.since, zone).date())]),
        SummaryRow(_("From your request"), [row.reference]),
    ]


def _permissions(*, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    rows = standing.own_authorizations(actor, now=now)
    return [_permission(row, now) for row in rows]


def _permission(row: Authorization, now: datetime) -> dict[str, Any]:
    facts, against = row.facts, reliance.relied_on_allowed(row, now)
    return {
        "pk": row.pk,
        "about": facts.description,
        "in_force": against.allowed,
        "rows": [
            SummaryRow(_("What may be used or given out"), [facts.description]),
            SummaryRow(_("By whom"), [facts.discloser]),
            SummaryRow(_("To whom"), [facts.recipient]),
            SummaryRow(_("What for"), [facts.purpose]),
            SummaryRow(_("Signed"), [short_day(facts.signed_on)] if facts.signed_on else []),
            SummaryRow(_("Status"), [_("In force") if against.allowed else _("Not in force")]),
        ],
    }
