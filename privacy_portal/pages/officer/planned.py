"""Releases that are planned for later: what stands, what went, what was stopped."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer import base
from privacy_portal.pages.officer.person_ledger import following, standing_of
from privacy_portal.pages.officer.wording import moment
from requests_app import events
from requests_app.actions import releases
from requests_app.disclosures.planned import Outcome, PlannedRelease, ReleaseInstant
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.permissions import Permission, may
from requests_app.practice import selectors as practice

_MOST = 50
_TONES = {
    Outcome.RELEASED: parts.Tone.GOOD,
    Outcome.STOPPED: parts.Tone.LATE,
    Outcome.CALLED_OFF: parts.Tone.NEUTRAL,
}


@base.office(Permission.READ_DISCLOSURES)
def listed(request: HttpRequest) -> HttpResponse:
    """The newest plans of all, and how each stands."""
    actor, zone = base.actor_of(request), practice.zone()
    rows = releases.visible(actor).select_related("patient")
    with logged(events.READ_RELEASES, actor) as seen:
        found = list(rows.order_by("-in_force_from", "-id")[:_MOST])
        seen += [str(row.pk) for row in found]
        lines = [_line(row, zone) for row in found]
    columns = [_("Plan"), _("Basis"), _("State"), _("When"), _("Planned by")]
    table = parts.Table("plans", _("Newest plans first"), columns, lines, _("Nothing is planned."))
    says = _(
        "A release is checked when it is planned and again when it is sent. To plan one, open the"
        " patient and ask the check first."
    )
    heading = _("Planned releases")
    return base.shown(request, "sections", heading=heading, says=says, table=table)


def _line(row: PlannedRelease, zone: str) -> list[parts.Cell]:
    number = str(row.pk)[:8]
    return [
        parts.Cell(
            f"{parts.short_day(row.in_force_from.date())}, {number}",
            href=reverse("office_release", args=[row.pk]),
            under=row.plan.description,
        ),
        parts.Cell(taxonomy().basis(row.basis).title, under=row.basis),
        parts.Cell("", tag=standing_of(row)),
        parts.Cell(following(row, zone)),
        parts.Cell(row.planned_by_name),
    ]


@base.office(Permission.READ_DISCLOSURES)
def one(request: HttpRequest, pk: str) -> HttpResponse:
    """One plan, and what became of each sending."""
    actor = base.actor_of(request)
    row = releases.one(pk, actor=actor)
    zone = row.patient.site.time_zone
    with logged(events.READ_RELEASES, actor, patient=row.patient_id) as seen:
        seen.append(str(row.pk))
        plan = row.plan
    instants = sorted(row.instants.all(), key=lambda one: one.at)
    site = str(row.patient.site_id)
    stands = row.in_force_until is None
    return base.shown(
        request,
        "planned",
        heading=_("Planned release"),
        row=row,
        standing=standing_of(row),
        facts=[
            (_("What"), plan.description),
            (_("Basis"), taxonomy().basis(row.basis).title),
            (_("To whom"), plan.recipient_address),
            (_("When"), following(row, zone)),
            (_("Planned"), f"{moment(row.in_force_from, zone)}, {row.planned_by_name}"),
        ],
        table=_sendings(instants, zone),
        patient=str(row.patient_id) if may(actor, Permission.READ_PATIENTS, site=site) else "",
        may_end=stands and may(actor, Permission.RECORD_DISCLOSURE, site=site),
        back=reverse("office_releases"),
    )


def _sendings(rows: list[ReleaseInstant], zone: str) -> parts.Table:
    columns = [_("Due"), _("What became of it"), _("When"), _("Line of the disclosure log")]
    lines = [_sending(row, zone) for row in rows]
    return parts.Table("sendings", _("Sendings"), columns, lines, _("None."))


def _sending(row: ReleaseInstant, zone: str) -> list[Any]:
    outcome = Outcome(row.outcome) if row.outcome else None
    tag = (
        parts.Tag(str(outcome.label), _TONES[outcome])
        if outcome
        else parts.Tag(_("Due"), parts.Tone.OPEN)
    )
    line = reverse("audit_disclosure", args=[row.disclosure_id]) if row.disclosure_id else ""
    return [
        parts.Cell(moment(row.at, zone)),
        parts.Cell("", tag=tag),
        parts.Cell(moment(row.acted_at, zone) if row.acted_at else "–"),
        parts.Cell(_("Line %s") % str(row.disclosure_id)[:8] if line else "–", href=line),
    ]
