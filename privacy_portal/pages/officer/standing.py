"""What stands for one person, section by section, for the patient page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audit.actors import Actor
from privacy_portal.pages import parts
from privacy_portal.pages.officer.errand_list import ERRANDS
from privacy_portal.pages.officer.wording import moment
from requests_app.deadlines.calendars import day_of
from requests_app.disclosures import queue as suspensions
from requests_app.disclosures.suspensions import Doubt
from requests_app.notices import selectors as notices
from requests_app.people import endings
from requests_app.people.endings import Declined
from requests_app.people.models import Patient
from requests_app.people.selectors import reads_grounds, representatives
from requests_app.permissions import Permission as P
from requests_app.permissions import may
from requests_app.standing import involved, reliance, restrictions, selectors
from requests_app.standing.objections import ObjectionInForce
from requests_app.standing.opt_outs import OptOut
from requests_app.standing.periods import in_force


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that stands: its words, what is to be said beside it, and how it is ended.

    also    what else can be done with it: where, and in which words
    number  read out after the words of its links, where the words alone would not tell lines apart
    """

    words: str
    more: str = ""
    tag: parts.Tag | None = None
    link: str = ""
    link_words: str = ""
    also: tuple[tuple[str, str], ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One sort of thing. `adds` leads to where one more is recorded.

    documents  of a section that lists files, in place of lines
    """

    id: str
    heading: str
    lines: list[Line]
    citation: str
    adds: Sequence[tuple[str, str]] = ()
    documents: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose page, for whom, at which instant. `start` is the first authorization that is shown."""

    row: Patient
    person: frozenset[UUID]
    actor: Actor
    now: datetime
    start: int = 0


def of(part: str, asked: Asked) -> list[Section]:
    """The sections of one part of the page that this actor may read, the most binding first."""
    return PARTS[part][1](asked)


def _wishes(asked: Asked) -> list[Section]:
    row, person, now = asked.row, asked.person, asked.now
    binding = [_restrictions(row, person, now)] if may(asked.actor, P.ASK_CHECK) else []
    return [
        *binding,
        _section("reach", _("How and where to reach them"), "164.522(b)", _preferences(row, now)),
        _section("objections", _("Objections"), "164.510", _objections(person, now)),
        _section("opt-outs", _("Not to be sent"), "164.514(f)", _opt_outs(person, now)),
    ]


def _others(asked: Asked) -> list[Section]:
    row, now = asked.row, asked.now
    sections = [
        _section("people", _("People involved in the care"), "164.510(b)", _people(row, now)),
        _section("stand-in", _("Who stands in for them"), "164.502(g)", _representatives(asked)),
        _section("notice", _("Notice of privacy practices"), "164.520(c)(2)", _notice(row)),
    ]
    if may(asked.actor, P.READ_DISCLOSURES):
        lines = _suspensions(row, asked.person, asked.actor, now)
        heading = _("Held back at an agency's word")
        sections.append(_section("held", heading, "164.528(a)(2)", lines))
    return sections


def _signed(asked: Asked) -> list[Section]:
    lines = _authorizations(asked.row, asked.now, asked.start)
    return [_section("authorizations", _("Authorizations"), "164.508", lines)]


#: The parts of the page: its words and its sections.
PARTS: dict[str, tuple[str | Promise, Callable[[Asked], list[Section]]]] = {
    "wishes": (_lazy("Wishes that bind us"), _wishes),
    "others": (_lazy("Others, notice and agencies"), _others),
    "authorizations": (_lazy("Authorizations"), _signed),
}
#: Whether one may be relied on is asked of each: so many stand on a page.
AT_ONCE = 4


def errands(actor: Actor) -> list[dict[str, str]]:
    """What can be recorded for the person; each is an errand of the table."""
    named = ("involve", "authorization", "suspension", "disclosure", "acknowledge-notice",
             "recognise", "refuse-representative", "change-patient")  # fmt: skip
    return [
        {"name": name, "heading": str(ERRANDS[name].heading)}
        for name in named
        if may(actor, ERRANDS[name].needs)
    ]


def adds(asked: Asked, *names: str) -> list[tuple[str, str]]:
    """Where these errands of the person stand, as far as the actor may do them here."""
    site = str(asked.row.site_id)
    found = [ERRANDS[name] for name in names]
    return [
        (one.address(str(asked.row.pk)), str(one.heading))
        for one in found
        if may(asked.actor, one.needs, site=site)
    ]


def _section(id_: str, heading: str, citation: str, lines: Iterable[Line]) -> Section:
    return Section(id_, heading, list(lines), f"45 CFR {citation}")


def _restrictions(row: Patient, person: frozenset[UUID], now: datetime) -> Section:
    lines = [
        Line(
            one.scope.information,
            _("Since %(day)s, request %(reference)s")
            % {"day": parts.short_day(one.since.date()), "reference": one.reference},
            parts.Tag(str(one.kind.label), parts.Tone.OPEN),
            reverse("office_request", args=[one.reference]),
            _("Open request %s") % one.reference,
        )
        for one in restrictions.in_force(row.pk, at=now, person=person)
    ]
    lines += [
        Line(
            one.information,
            _("No claim goes out before request %s is answered") % one.reference,
            parts.Tag(_("Claim held"), parts.Tone.WAITING),
        )
        for one in restrictions.claim_holds(row.pk, at=now, person=person)
    ]
    return _section("restrictions", _("Restrictions in force"), "164.522(a)", lines)


def _preferences(row: Patient, now: datetime) -> Iterable[Line]:
    for one in selectors.preferences(row, at=now):
        facts = one.facts
        said = [facts.address, facts.email, facts.telephone]
        means = ", ".join(str(way.label) for way in facts.means)
        never = _("Never: %s") % facts.never if facts.never else ""
        only = _("Only about: %s") % facts.only_about if facts.only_about else ""
        more = "\n".join(part for part in (*said, never, only) if part)
        yield Line(means, more)


def _people(row: Patient, now: datetime) -> Iterable[Line]:
    for one in involved.people_involved(row.pk, at=now):
        facts = one.facts
        words = f"{facts.name}, {facts.relation}"
        yield Line(
            words,
            facts.part,
            parts.Tag(str(one.get_ground_display())),  # type: ignore[attr-defined]
            reverse("office_errand_about", args=["end-involved", one.pk]),
            _("End the statement about %s") % facts.name,
        )


def _representatives(asked: Asked) -> Iterable[Line]:
    today = day_of(asked.now, asked.row.site.time_zone)
    told = reads_grounds(asked.actor, asked.row)
    for one in representatives(asked.row):
        over = one.authority_until is not None and one.authority_until < today
        declined = endings.declined(one, at=asked.now)
        kind = str(one.get_kind_display())  # type: ignore[attr-defined]
        ends = one.authority_until
        more = f"{kind}. {one.facts.scope}".strip()
        if ends:
            more += " " + _("Until %s.") % parts.short_day(ends)
        if declined and told:
            more = "\n".join([more, *_declined(declined)])
        ended = reverse("office_errand_about", args=["end-representative", one.pk])
        link = ended if not declined and not over else ""
        words = _("End the authority of %s") % one.facts.name
        yield Line(one.facts.name, more, _stands(declined), link, words)


def _stands(declined: Declined | None) -> parts.Tag:
    if declined is None:
        return parts.Tag(_("Recognized"), parts.Tone.GOOD)
    return parts.Tag(_("Ended") if declined.ended_at else _("Refused"))


def _declined(declined: Declined) -> Iterable[str]:
    """The ground, the facts, and whose judgment it is."""
    if declined.why:
        yield str(declined.why.label)
    yield declined.facts
    if declined.judged_by:
        yield _("Judged by %s.") % declined.judged_by


def _objections(person: frozenset[UUID], now: datetime) -> Iterable[Line]:
    rows = ObjectionInForce.objects.filter(in_force(now), patient_id__in=person)
    for one in rows.order_by("in_force_from"):
        people = ", ".join(who.name for who in one.facts.people)
        yield Line(str(one.get_scope_display()), people)  # type: ignore[attr-defined]


def _opt_outs(person: frozenset[UUID], now: datetime) -> Iterable[Line]:
    rows = OptOut.objects.filter(in_force(now), patient_id__in=person)
    for one in rows.order_by("in_force_from"):
        since = _("Since %s") % parts.short_day(one.in_force_from.date())
        yield Line(str(one.get_material_display()), since)  # type: ignore[attr-defined]


def _authorizations(row: Patient, now: datetime, start: int) -> Iterable[Line]:
    for one in selectors.authorizations(row, at=now)[start : start + AT_ONCE]:
        against = reliance.relied_on_allowed(one, now)
        good = parts.Tag(_("May be relied on"), parts.Tone.GOOD)
        why = "\n".join(f"{reason.sentence} ({reason.citation})" for reason in against.reasons)
        end = reverse("office_errand_about", args=["end-authorization", one.pk])
        yield Line(
            f"{one.facts.recipient}: {one.facts.description}",
            why,
            good if against.allowed else parts.Tag(_("Not to be relied on"), parts.Tone.LATE),
            end,  # of several endings the earliest counts, so one more may always be recorded
            _("End the authorization for %s") % one.facts.recipient,
        )


def _notice(row: Patient) -> Iterable[Line]:
    for given in notices.receipts(row.pk)[:3]:
        day = parts.short_day(given.given_on)
        version = parts.short_day(given.notice.effective_on)
        yield Line(_("Version of %(version)s given on %(day)s") % {"version": version, "day": day})
    for one in notices.acknowledgments(row.pk)[:3]:
        yield Line(str(one.get_outcome_display()), parts.short_day(one.on))  # type: ignore[attr-defined]


def _suspensions(
    row: Patient, person: frozenset[UUID], actor: Actor, now: datetime
) -> Iterable[Line]:
    for one in suspensions.visible(actor).filter(patient_id__in=person).order_by("-recorded_at"):
        today = day_of(now, row.site.time_zone)
        stands = one.applied and one.stated_on <= today <= one.last_on
        tag = parts.Tag(_("In force"), parts.Tone.OPEN) if stands else parts.Tag(_("Not in force"))
        open_question = bool(one.doubt) and not hasattr(one, "answer")
        doubt = _("Asked of the officer: %s") % Doubt(one.doubt).label if open_question else ""
        until = _("Through %s. Recorded %s.") % (
            parts.short_day(one.last_on),
            moment(one.recorded_at, row.site.time_zone),
        )
        link = reverse("office_errand_about", args=["answer-suspension", one.pk])
        yield Line(
            f"{one.facts.agency}, {one.facts.official}",
            f"{until} {doubt}".strip(),
            tag,
            link if open_question else "",
            _("Answer the question about %s") % one.facts.agency,
        )
