"""What no single request holds: agencies' statements, supplements owed, notices of others, bases, outages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audit.actors import Actor
from privacy_portal.accounts import feeds
from privacy_portal.api.reading import logged
from privacy_portal.api.suspensions import PURPOSE
from privacy_portal.pages import parts
from privacy_portal.pages.officer import base
from privacy_portal.pages.officer.standing import Line, Section
from privacy_portal.pages.officer.wording import moment
from requests_app import events, selectors
from requests_app.disclosures import queue
from requests_app.disclosures.suspensions import Doubt, Suspension, open_questions
from requests_app.disclosures.taxonomy import Basis, YesNo, taxonomy
from requests_app.falling_due import selectors as falling_due
from requests_app.permissions import Permission as P
from requests_app.permissions import may, sites_for
from requests_app.practice import selectors as practice
from requests_app.standing import amendment_notices

_MOST = 50
#: Every page of this sort: its route, its words, what it is for, and whoever may open it.
ALL = (
    ("office_held_back", _lazy("Agencies' statements and supplements"),
     _lazy("What was held back from accountings, what is to be answered, what is owed."),
     P.READ_DISCLOSURES),
    ("office_releases", _lazy("Planned releases"),
     _lazy("What goes out later or again and again, and what the check has stopped."),
     P.READ_DISCLOSURES),
    ("office_amendment_notices", _lazy("Amended by others"),
     _lazy("Notices from which nothing was amended here yet."), P.WORK_REQUESTS),
    ("office_stop_lists", _lazy("Stop lists"),
     _lazy("Whom outside senders must not write to; made every day."), P.GIVE_STOP_LISTS),
    ("office_intake", _lazy("Bring in many lines"),
     _lazy("A file of disclosures, or of what the practice has on its first day."),
     P.RECORD_DISCLOSURE),
    ("audit_disclosures", _lazy("Disclosure log"), _lazy("Every line, filtered."), P.READ_DISCLOSURES),
    ("audit_log_reviews", _lazy("Reviews of the log"),
     _lazy("When it is to be looked at again, what was found, and what was missed."), P.READ_LOG),
    ("office_bases", _lazy("Bases of disclosures"),
     _lazy("The rule that permits each, and whether it stands in an accounting."),
     P.READ_DISCLOSURES),
    ("office_outages", _lazy("Outages"),
     _lazy("When the service was not at work, and which due days passed meanwhile."),
     P.MEND_SERVICE),
    ("office_calendar_address", _lazy("Your calendar address"),
     _lazy("The due days in your own calendar program."), P.READ_REQUESTS),
)  # fmt: skip


@base.office(*{needs for *_rest, needs in ALL})
def registers(request: HttpRequest) -> HttpResponse:
    """Where each of them is."""
    actor = base.actor_of(request)
    lines = [
        (reverse(route), words, about) for route, words, about, need in ALL if may(actor, need)
    ]
    return base.shown(request, "registers", heading=_("Registers and files"), pages=lines)


# --- agencies ----------------------------------------------------------------------------------------
@base.office(P.READ_DISCLOSURES)
def held_back(request: HttpRequest) -> HttpResponse:
    """Questions to the officer first, then what is owed, then every statement."""
    who = base.who(request)
    actor, zone = who["actor"], practice.zone()
    with logged(events.READ_SUSPENSIONS, actor, purpose=PURPOSE) as seen:
        rows = queue.visible(actor)
        asked = list(
            rows.filter(pk__in=open_questions().values("pk")).order_by("recorded_at")[:_MOST]
        )
        rest = rows.exclude(pk__in=[row.pk for row in asked])
        others = list(rest.order_by("-recorded_at", "-id")[:_MOST])
        owed = list(queue.supplements_owed(actor, now=who["now"]))
        seen += [str(row.pk) for row in (*asked, *others)] + [one.reference for one in owed]
    sections = [
        Section("questions", _("To be answered by the privacy officer"),
                [_statement(row, actor, zone) for row in asked], "45 CFR 164.528(a)(2)"),
        Section("owed", _("Supplements that are owed now"), [_owed(one, zone) for one in owed],
                "45 CFR 164.528(a)(2)"),
        Section("statements", _("Statements of agencies, newest first"),
                [_statement(row, actor, zone) for row in others], "45 CFR 164.528(a)(2)"),
    ]  # fmt: skip
    heading = _("Agencies' statements and supplements")
    says = _(
        "For staff alone: no patient sees any of it. A statement is recorded on the page of the patient."
    )
    return base.shown(
        request, "sections", heading=heading, says=says, sections=sections, back=_back()
    )


def _statement(row: Suspension, actor: Actor, zone: str) -> Line:
    facts, site = row.facts, str(row.site_id)
    waits = bool(row.doubt) and not hasattr(row, "answer")
    said = [facts.words, _("Through %(day)s. Recorded %(moment)s by %(name)s.") % {
        "day": parts.short_day(row.last_on), "moment": moment(row.recorded_at, zone),
        "name": row.recorded_by_name}]  # fmt: skip
    if row.doubt:
        said.append(str(Doubt(row.doubt).label))
    if hasattr(row, "answer"):
        said.append(_("Answered: %s") % row.answer.facts.words)
    answer = reverse("office_errand_about", args=["answer-suspension", row.pk])
    patient = reverse("office_patient_part", args=[row.patient_id, "others"])
    also = ((patient, _("Open the patient")),) if may(actor, P.READ_PATIENTS, site=site) else ()
    return Line(
        f"{facts.agency}, {facts.official}",
        "\n".join(said),
        parts.Tag(_("Applied"), parts.Tone.OPEN) if row.applied else parts.Tag(_("Not applied")),
        answer if waits and may(actor, P.DECIDE, site=site) else "",
        _("Answer the question"),
        also,
        number=f"{facts.agency} {str(row.pk)[:8]}",
    )


def _owed(one: queue.Owed, zone: str) -> Line:
    said = _("Given on %(moment)s. Lines that can be told now: %(lines)d.") % {
        "moment": moment(one.accounting.issued_at, zone), "lines": one.lines,
    }  # fmt: skip
    link = reverse("office_move", args=[one.reference, "supplement"])
    return Line(one.reference, said, None, link, _("Supplement the accounting %s") % one.reference)


# --- notices of others -------------------------------------------------------------------------------
@base.office(P.WORK_REQUESTS)
def amended_elsewhere(request: HttpRequest) -> HttpResponse:
    """What other offices have amended and nothing here carries yet, oldest first."""
    actor = base.actor_of(request)
    rows = amendment_notices.waiting_notices()
    reach = sites_for(actor, P.WORK_REQUESTS)
    if reach is not None:
        rows = rows.filter(patient__site_id__in=reach)
    with logged(events.READ_STANDING, actor) as seen:
        found = list(rows[:_MOST])
        seen += [str(row.pk) for row in found]
        lines = [_notice(row) for row in found]
    section = Section("waiting", _("Waiting, oldest first"), lines, "45 CFR 164.526(e)")
    says = _("A notice is recorded on the page of the patient it is about.")
    return base.shown(request, "sections", heading=_("Amended by others"), says=says,
                      sections=[section], back=_back())  # fmt: skip


def _notice(row: amendment_notices.IncomingNotice) -> Line:
    facts = row.facts
    return Line(
        facts.sender,
        f"{parts.short_day(row.received_on)}\n{facts.amended}\n{facts.contact}",
        None,
        reverse("office_errand_about", args=["link-notice", row.pk]),
        _("Record which of our records carry it"),
        (
            (
                reverse("office_patient_part", args=[row.patient_id, "amendments"]),
                _("Open the patient"),
            ),
        ),
        number=f"{facts.sender} {str(row.pk)[:8]}",
    )


# --- bases -------------------------------------------------------------------------------------------
@base.office(P.READ_DISCLOSURES)
def bases(request: HttpRequest) -> HttpResponse:
    """The closed set of bases: what each permits, what it asks to keep, how it counts."""
    columns = [_("Basis"), _("Code"), _("In an accounting"), _("What must be kept")]
    rows = [_basis(row) for row in taxonomy().all.values()]
    table = parts.Table("bases", _("Bases of disclosures"), columns, rows)
    heading = _("Bases of disclosures")
    return base.shown(request, "sections", heading=heading, table=table, back=_back())


def _basis(row: Basis) -> list[parts.Cell]:
    counts = {
        YesNo.YES: parts.Tag(_("Counts"), parts.Tone.OPEN),
        YesNo.NO: parts.Tag(_("Exempt")),
        YesNo.DEPENDS: parts.Tag(_("Depends"), parts.Tone.WAITING),
    }
    because = f"{row.because} {row.deciding_question} {row.because_citation}"
    held = " ".join(one.question for one in row.must_hold)
    return [
        parts.Cell(row.title, under=row.citation),
        parts.Cell(row.code),
        parts.Cell("", tag=counts[row.accountable], under=because),
        parts.Cell(held or "–"),
    ]


# --- the service -------------------------------------------------------------------------------------
@base.office(P.MEND_SERVICE)
def outages(request: HttpRequest) -> HttpResponse:
    """When the service was not at work, latest first."""
    rows = falling_due.outages(base.actor_of(request)).order_by("-since", "-id")[:_MOST]
    zone = practice.zone()
    lines = [
        [
            parts.Cell(moment(row.since, zone), href=reverse("office_outage", args=[row.pk])),
            parts.Cell(moment(row.until, zone)),
            parts.Cell(str(row.passed), number=True),
        ]
        for row in rows
    ]
    columns = [_("From"), _("Until"), _("Due days that passed")]
    table = parts.Table("outages", _("Outages, latest first"), columns, lines, _("There was none."))
    return base.shown(request, "sections", heading=_("Outages"), table=table, back=_back())


@base.office(P.MEND_SERVICE)
def outage(request: HttpRequest, pk: str) -> HttpResponse:
    """Every deadline that passed in one of them, in order. Nothing of it is lost: it was made up for."""
    actor, zone = base.actor_of(request), practice.zone()
    row = selectors.one(falling_due.outages(actor).filter(pk=selectors.uuid_or_not_found(pk)))
    with logged(events.READ_SERVICE, actor, purpose="outage") as seen:
        found = list(falling_due.deadlines(row, actor).order_by("at", "id")[:200])
        seen += [one.request.reference for one in found if one.request]
    lines = [_deadline(one, zone, number) for number, one in enumerate(found, start=1)]
    columns = [_("Number"), _("When"), _("What"), _("Request")]
    caption = _("From %(since)s until %(until)s") % {
        "since": moment(row.since, zone), "until": moment(row.until, zone),
    }  # fmt: skip
    table = parts.Table("deadlines", caption, columns, lines, _("No due day passed."))
    heading, back = _("What passed in an outage"), reverse("office_outages")
    return base.shown(request, "sections", heading=heading, table=table, back=back)


def _deadline(row: Any, zone: str, number: int) -> list[parts.Cell]:
    reference = row.request.reference if row.request else ""
    link = reverse("office_request", args=[reference]) if reference else ""
    return [
        parts.Cell(str(number)),
        parts.Cell(moment(row.at, zone)),
        parts.Cell(row.what.replace("_", " ").capitalize()),
        parts.Cell(reference or "–", href=link),
    ]


@base.office(P.READ_REQUESTS)
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Whether one has an address, when it was last asked for, and how it is ended."""
    row, zone = feeds.present(base.actor_of(request)), practice.zone()
    used = moment(row.last_used, zone) if row and row.last_used else _("never yet")
    return base.shown(
        request,
        "calendar_address",
        heading=_("Your calendar address"),
        there=row is not None,
        made=moment(row.made_at, zone) if row else "",
        used=used,
        back=_back(),
    )


def _back() -> str:
    return reverse("office_registers")
