"""Of one person: what was disclosed, and what is planned to be."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy_portal.api.disclosures import PURPOSE
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.officer.standing import Asked, Line, Section, adds
from privacy_portal.pages.officer.wording import moment
from requests_app import events
from requests_app.actions import releases
from requests_app.disclosures import selectors as ledger
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.planned import PlannedRelease
from requests_app.disclosures.selectors import Accountable
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.permissions import Permission as P
from requests_app.permissions import may

#: The newest stand here; all of them in the disclosure log.
SHOWN = 25
TAGS = {
    Accountable.YES: parts.Tone.OPEN,
    Accountable.NO: parts.Tone.NEUTRAL,
    Accountable.UNCLASSIFIED: parts.Tone.WAITING,
}


def sections(asked: Asked) -> list[Section]:
    """The newest lines of the ledger, opened, and what is planned."""
    about = {"patient": asked.row.pk, "purpose": PURPOSE}
    with logged(events.READ_DISCLOSURES, asked.actor, **about) as seen:
        rows = ledger.visible(asked.actor).filter(patient_id__in=asked.person)
        found = list(rows.order_by("-seq")[:SHOWN])
        seen += [str(row.pk) for row in found]
        lines = [_line(row, asked) for row in found]
    return [
        Section("ledger", _("Disclosure log, newest first"), lines, "45 CFR 164.528(b)",
                adds(asked, "disclosure", "bulk-release")),
        Section("planned", _("Planned for later"), list(_planned(asked)), "45 CFR 164.508(b)(5)",
                adds(asked, "plan-release")),
    ]  # fmt: skip


def counts(row: Disclosure) -> parts.Tag:
    """Whether a line stands in an accounting, in a word."""
    words = {
        Accountable.YES: _("Counts"),
        Accountable.NO: _("Exempt"),
        Accountable.UNCLASSIFIED: _("To be classified"),
    }
    found = ledger.standing(row).accountable
    return parts.Tag(words[found], TAGS[found])


def _line(row: Disclosure, asked: Asked) -> Line:
    facts, number = row.facts, {"number": row.seq}
    basis = taxonomy().basis(row.basis).title if row.basis else _("Not classified yet")
    days = [row.disclosed_on, *([row.disclosed_until] if row.disclosed_until else [])]
    on = " – ".join(parts.short_day(day) for day in days)
    corrected = getattr(row, "corrected_by_id", None) is not None
    may_correct = may(asked.actor, P.RECORD_DISCLOSURE, site=str(row.site_id)) and not corrected
    correct = reverse("office_errand_about", args=["correct-disclosure", row.pk])
    said = [f"{on}. {basis}.", facts.description]
    if corrected:
        said.append(_("Replaced by a later line."))
    if row.corrects_id:
        said.append(_("Replaces an earlier line."))
    return Line(
        f"{row.seq}: {facts.recipient_name}",
        "\n".join(said),
        counts(row),
        reverse("audit_disclosure", args=[row.pk]),
        _("Open line %(number)s") % number,
        ((correct, _("Correct line %(number)s") % number),) if may_correct else (),
    )


def _planned(asked: Asked) -> Iterable[Line]:
    rows = releases.visible(asked.actor).filter(patient_id__in=asked.person)
    for row in rows.order_by("-in_force_from", "-id")[:SHOWN]:
        words = row.plan.description
        yield Line(
            words,
            following(row, asked.row.site.time_zone),
            standing_of(row),
            reverse("office_release", args=[row.pk]),
            _("Open the plan"),
            number=f"{words} {str(row.pk)[:8]}",
        )


def following(row: PlannedRelease, zone: str) -> str:
    """When it goes next, and how often."""
    open_ = sorted(one.at for one in row.instants.all() if one.acted_at is None)
    said = [_("Next on %s") % moment(open_[0], zone)] if open_ else [_("Nothing more goes")]
    if row.every_days:
        every = ngettext("every day", "every %(n)d days", row.every_days)
        said.append(every % {"n": row.every_days})
    return ", ".join(said)


def standing_of(row: PlannedRelease) -> parts.Tag:
    """Whether the plan still stands."""
    if row.in_force_until is None:
        return parts.Tag(_("Planned"), parts.Tone.OPEN)
    return parts.Tag(_("Ended"))
