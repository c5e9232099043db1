"""Beside one request: whom an associate's answer is awaited from, what was done, who is to be told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer.standing import Line, Section
from privacy_portal.pages.officer.wording import moment
from requests_app import events
from requests_app.actions.complaints import follow_up
from requests_app.complaints import watch
from requests_app.complaints.models import AdverseAfterComplaint, ComplaintMeasure
from requests_app.disclosures import associates
from requests_app.errors import NotPermitted
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Channel
from requests_app.people.models import AccountLink
from requests_app.permissions import Permission, may
from requests_app.standing import amendment_notices
from requests_app.standing.amendment_notices import Stand


def sections(found: Kind, *, actor: Actor, now: datetime) -> list[Section]:
    """What this kind of request has beside it."""
    made = _OF_KIND.get(found.kind)
    return made(found, actor, now) if made else []


def may_tie(found: Kind, *, actor: Actor, now: datetime) -> bool:
    """Whether an account filed it that is not tied to the patient it is about."""
    if found.patient_id is None or found.channel != Channel.PORTAL or found.filed.without_account:
        return False
    if not may(actor, Permission.LINK_ACCOUNTS, site=str(found.site_id)):
        return False
    try:
        account = UUID(found.filed_by)
    except ValueError:
        return False
    ties = AccountLink.objects.filter(account=account, patient_id=found.patient_id, ended_at=None)
    return not ties.exists()


def _inquiries(found: Kind, actor: Actor, now: datetime) -> list[Section]:
    if not may(actor, Permission.READ_DISCLOSURES, site=str(found.site_id)):
        return []
    lines = [_inquiry(row, found, actor) for row in associates.inquiries(found)]
    if associates.supplement_owed(found):
        lines.append(
            Line(_("A supplement is owed: an answer came after the accounting was given."))
        )
    heading = _("Business associates asked for their disclosures")
    return [Section("associates", heading, lines, "45 CFR 164.504(e)(2)(ii)(G)")]


def _inquiry(row: associates.AssociateInquiry, found: Kind, actor: Actor) -> Line:
    record = may(actor, Permission.RECORD_DISCLOSURE, site=str(found.site_id))
    answered = row.replied_at is not None
    words = row.answer.words if row.answer else ""
    due = _("Asked on %(asked)s, to answer by %(due)s.") % {
        "asked": parts.short_day(row.asked_at.date()), "due": parts.short_day(row.due_on),
    }  # fmt: skip
    said = str(row.get_found_display()) if row.found else ""  # type: ignore[attr-defined]
    return Line(
        row.associate.name,
        "\n".join(one for one in (due, said, words) if one),
        parts.Tag(_("Answered"), parts.Tone.GOOD)
        if answered
        else parts.Tag(_("Waiting"), parts.Tone.WAITING),
        ""
        if answered or not record
        else reverse("office_errand_about", args=["associate-answer", row.pk]),
        _("Record the answer"),
        number=row.associate.name,
    )


def _measures(found: Kind, actor: Actor, now: datetime) -> list[Section]:
    try:
        with logged(events.READ_COMPLAINT_MEASURES, actor, request=found.reference) as seen:
            done = follow_up(found.reference, actor=actor, now=now)
            seen += [str(row.pk) for row in done.measures]
            measures = [_measure(row) for row in done.measures]
    except NotPermitted:
        return []
    adverse = [_adverse(row, found.site.time_zone) for row in done.adverse]
    return [
        Section("measures", _("What was done about the complaint"), measures,
                "45 CFR 164.530(e), (f)"),
        Section("adverse", _("What went against whoever complained, since"), adverse,
                "45 CFR 164.530(g)"),
    ]  # fmt: skip


def _measure(row: ComplaintMeasure) -> Line:
    kind = str(row.get_measure_display())  # type: ignore[attr-defined]
    by = f"{parts.short_day(row.taken_on)}, {row.recorded_by_name}"
    return Line(kind, f"{row.facts.what}\n{by}")


def _adverse(row: AdverseAfterComplaint, zone: str) -> Line:
    why = str(row.get_why_display())  # type: ignore[attr-defined]
    said = f"{moment(row.at, zone)}. {why}"
    if row.request is None:
        person = reverse("office_patient", args=[row.patient_id])
        return Line(str(watch.title(row)), said, None, person, _("Open the person's page"))
    reference = row.request.reference
    address = reverse("office_request", args=[reference])
    return Line(str(watch.title(row)), said, None, address, _("Open the request %s") % reference)


def _told(found: Kind, actor: Actor, now: datetime) -> list[Section]:
    words = {
        Stand.UNASKED: parts.Tag(_("The person is still to be asked"), parts.Tone.WAITING),
        Stand.CONFLICT: parts.Tag(_("The officer decides"), parts.Tone.OPEN),
        Stand.TO_TELL: parts.Tag(_("To be told"), parts.Tone.OPEN),
        Stand.TOLD: parts.Tag(_("Told"), parts.Tone.GOOD),
        Stand.LEFT: parts.Tag(_("Not to be told")),
    }
    lines = []
    for one in amendment_notices.matters(found):
        facts = one.person.facts
        why = str(one.person.get_why_display())  # type: ignore[attr-defined]
        tried = _("Tried once and not reached.") if one.tried else ""
        said = "\n".join(part for part in (facts.contact, why, facts.relied, tried) if part)
        lines.append(Line(f"{one.person.number}: {facts.name}", said, words[one.stand]))
    return [Section("tell", _("Who is to be told of the amendment"), lines, "45 CFR 164.526(c)(3)")]


_OF_KIND: Mapping[str, Callable[[Kind, Actor, datetime], list[Section]]] = {
    "accounting": _inquiries,
    "complaint": _measures,
    "amendment": _told,
}
