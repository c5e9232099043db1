"""Of one person: what stands after amendments, what others have amended, and who holds the old text."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer.standing import Asked, Line, Section, adds
from requests_app import events
from requests_app.permissions import Permission as P
from requests_app.permissions import may, sites_for
from requests_app.standing import amendment_links, amendment_notices

_MOST = 25


def sections(asked: Asked) -> list[Section]:
    """What is linked, what waits, and whom the disclosure log proposes to be told."""
    found = [
        Section("linked", _("Records that carry an amendment or a dispute"), list(_links(asked)),
                "45 CFR 164.526(c), (d)", _goes_along(asked)),
    ]  # fmt: skip
    if may(asked.actor, P.WORK_REQUESTS, site=str(asked.row.site_id)):
        found.append(
            Section("notices", _("Amended by others, not here yet"), list(_notices(asked)),
                    "45 CFR 164.526(e)", adds(asked, "amendment-notice"))
        )  # fmt: skip
    if may(asked.actor, P.READ_DISCLOSURES, site=str(asked.row.site_id)):
        found.append(
            Section("recipients", _("Who was given something of this person"),
                    _recipients(asked), "45 CFR 164.526(c)(3)")
        )  # fmt: skip
    return found


def _goes_along(asked: Asked) -> list[tuple[str, str]]:
    if not may(asked.actor, P.ASK_CHECK, site=str(asked.row.site_id)):
        return []
    where = reverse("office_goes_along", args=[asked.row.pk])
    return [(where, _("Ask what must go along with a record"))]


def _links(asked: Asked) -> Iterable[Line]:
    rows = amendment_links.links(asked.row.pk, at=asked.now).select_related("request")
    for row in rows[:_MOST]:
        facts = row.facts
        reference = row.request.reference if row.request else ""
        yield Line(
            facts.record,
            f"{facts.asked}\n{facts.how}",
            parts.Tag(str(row.get_outcome_display())),  # type: ignore[attr-defined]
            reverse("office_request", args=[reference]) if reference else "",
            _("Open the request %s") % reference,
        )


def _notices(asked: Asked) -> Iterable[Line]:
    rows = amendment_notices.waiting_notices().filter(patient_id__in=asked.person)
    reach = sites_for(asked.actor, P.WORK_REQUESTS)
    if reach is not None:
        rows = rows.filter(patient__site_id__in=reach)
    for row in rows[:_MOST]:
        facts = row.facts
        yield Line(
            facts.sender,
            f"{parts.short_day(row.received_on)}\n{facts.amended}\n{facts.contact}",
            parts.Tag(_("Waiting"), parts.Tone.WAITING),
            reverse("office_errand_about", args=["link-notice", row.pk]),
            _("Record which of our records carry it"),
            number=f"{facts.sender} {str(row.pk)[:8]}",
        )


def _told(*said: str) -> str:
    """What is known, a line each."""
    return "\n".join(one for one in said if one)


def _recipients(asked: Asked) -> list[Line]:
    with logged(events.READ_DISCLOSURES, asked.actor, patient=asked.row.pk) as seen:
        found = amendment_notices.recipients(asked.row.pk)[:_MOST]
        seen += [one.disclosure for one in found]
    return [
        Line(one.name, _told(one.address, one.what, parts.short_day(one.last_on))) for one in found
    ]
