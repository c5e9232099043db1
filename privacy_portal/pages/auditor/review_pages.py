"""The reviews of the log: how they stand, every one, and what was before its reviewer."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal import log_reviews
from privacy_portal.api.log_reviews import PURPOSE
from privacy_portal.api.reading import logged
from privacy_portal.log_reviews import SIGHTS
from privacy_portal.pages.auditor.event_words import in_words
from privacy_portal.pages.door import actor_of, needs, page, who
from privacy_portal.pages.officer.wording import moment
from privacy_portal.pages.parts import Cell, SummaryRow, Table, Tag, Tone, short_day
from requests_app import events
from requests_app import selectors as requests
from requests_app.actions.log_reviews import SIGN_WITHIN, may_countersign, may_sign
from requests_app.log_readers import require_whole_log
from requests_app.log_review import selectors
from requests_app.log_review.figures import NOT_PERMITTED
from requests_app.log_review.models import LogReview
from requests_app.log_review.selectors import Known
from requests_app.permissions import Permission, may
from requests_app.practice import selectors as practice
from requests_app.practice.models import Duty

LISTED = 50


# --- all of them -------------------------------------------------------------------------------------
@page
@needs(Permission.READ_LOG)
def reviews(call: HttpRequest) -> HttpResponse:
    """From where nobody has looked, when it is due, what was missed; and the reviews, newest first."""
    actor, days = actor_of(call), selectors.known()
    with logged(events.READ_LOG_REVIEWS, actor, purpose=PURPOSE) as seen:
        rows = list(selectors.readable(actor)[:LISTED])
        seen += [str(row.pk) for row in rows]
    facts = {
        "rows": _standing(days, who(call)["now"]),
        "table": _table(rows, days),
        "may_review": may(actor, Permission.REVIEW_LOG),
        "may_change": may(actor, Permission.MANAGE_PRACTICE),
    }
    return render(call, "audit/reviews.html", facts)


def _standing(days: Known, now: Any) -> list[SummaryRow]:
    stands, term = selectors.standing(now=now), days.term(now)
    official = practice.holder(Duty.PRIVACY_OFFICIAL, on=days.day(now))
    named = [one for one in (official.name, official.title) if one] if official else []
    often = _("Every month") if term.months == 1 else _("Every %(n)d months") % {"n": term.months}
    rows = [
        SummaryRow(_("How often"), [often]),
        SummaryRow(_("Responsible"), [", ".join(named) or _("Nobody is designated yet")]),
        SummaryRow(
            _("A second signature"), [_("Asked for") if term.second else _("Not asked for")]
        ),
    ]
    if stands is None:
        return rows
    missed = [short_day(day) for day in stands.missed]
    return [
        SummaryRow(_("Not reviewed since"), [moment(stands.since, days.zone)]),
        SummaryRow(_("Due by"), [short_day(stands.next_on)]),
        SummaryRow(_("Missed"), missed or [_("None")]),
        *rows,
    ]


def _table(rows: Sequence[LogReview], days: Known) -> Table:
    columns = (_("Begun"), _("From"), _("Reviewer"), _("State"), _("Missed before"))
    cells = [_line(row, days) for row in rows]
    return Table("reviews", _("Reviews"), columns, cells, empty=_("None yet."))


def _line(row: LogReview, days: Known) -> tuple[Cell, ...]:
    signed = getattr(row, "signature", None)
    missed = selectors.missed_before(signed, days) if signed else []
    return (
        Cell(
            f"{moment(row.covers_until, days.zone)} · {str(row.pk)[:6]}",
            href=reverse("audit_log_review", args=[row.pk]),
        ),
        Cell(moment(row.covers_from, days.zone)),
        Cell(row.begun_by_name),
        Cell("", tag=_state(row), under=_second_words(row, days)),
        Cell("\n".join(short_day(day) for day in missed)),
    )


def _state(row: LogReview) -> Tag:
    return (
        Tag(_("Signed"), Tone.GOOD)
        if hasattr(row, "signature")
        else Tag(_("Not signed"), Tone.WAITING)
    )


def _second_words(row: LogReview, days: Known) -> str:
    if hasattr(row, "second"):
        return _("Countersigned by %(name)s") % {"name": row.second.signed_by_name}
    return _("The second signature is missing") if selectors.second_missing(row, days) else ""


# --- one of them -------------------------------------------------------------------------------------
@page
@needs(Permission.READ_LOG)
def review(call: HttpRequest, pk: UUID) -> HttpResponse:
    """One review: its finding, and the figures as they were when it was begun."""
    actor, days, now = actor_of(call), selectors.known(), who(call)["now"]
    require_whole_log(actor)
    with logged(events.READ_LOG_REVIEWS, actor, purpose=PURPOSE) as seen:
        row = selectors.one(str(pk), actor=actor)
        seen.append(str(row.pk))
    span = _span(row, days)
    facts = {
        "pk": row.pk,
        "begun": moment(row.covers_until, days.zone),
        "rows": _summary(row, days),
        "sights": _sights(row),
        "incidents": _incidents(row, actor, now),
        "people": _people(row, span),
        "names": _names(row, span),
        "own": sum(row.figures.own.values()),
        "may_sign": may_sign(row, actor=actor, now=now),
        "may_countersign": may_countersign(row, actor=actor),
        "sign_within": SIGN_WITHIN.days,
        "back": reverse("audit_log_reviews"),
    }
    return render(call, "audit/review.html", facts)


def _summary(row: LogReview, days: Known) -> list[SummaryRow]:
    signed, second = getattr(row, "signature", None), getattr(row, "second", None)
    rows = [
        SummaryRow(_("From"), [moment(row.covers_from, days.zone)]),
        SummaryRow(_("Until it was begun"), [moment(row.covers_until, days.zone)]),
        SummaryRow(_("Reviewer"), [row.begun_by_name]),
        SummaryRow(_("Signed"), [moment(signed.signed_at, days.zone) if signed else _("Not yet")]),
    ]
    if signed is not None:
        missed = [short_day(day) for day in selectors.missed_before(signed, days)]
        rows += [*_finding(row, signed), SummaryRow(_("Missed before"), missed or [_("None")])]
    if second is not None:
        at = moment(second.signed_at, days.zone)
        words = [second.facts.words] if second.facts.words and not selectors.withheld(row) else []
        said = [_("%(name)s, %(at)s") % {"name": second.signed_by_name, "at": at}, *words]
        rows.append(SummaryRow(_("Countersigned"), said))
    elif selectors.second_missing(row, days):
        rows.append(SummaryRow(_("Countersigned"), [_("The second signature is missing")]))
    return rows


def _finding(row: LogReview, signed: Any) -> list[SummaryRow]:
    if selectors.withheld(row):
        return [SummaryRow(_("Finding"), [_("Not shown to you. The auditor reads it.")])]
    found = signed.finding
    said = _("Something was found") if found.something else _("Nothing that calls for action")
    rows = [SummaryRow(_("Finding"), [said, found.words])]
    if found.done:
        rows.append(SummaryRow(_("What is done about it"), [found.done]))
    if signed.request is not None:
        rows.append(SummaryRow(_("Goes on as"), [signed.request.reference]))
    return rows


def _span(row: LogReview, days: Known) -> dict[str, str]:
    """The days of the review as the search in the log takes them."""
    ends = {"since": days.day(row.covers_from), "until": days.day(row.covers_until)}
    return {
        f"{name}.{part}": str(getattr(day, part))
        for name, day in ends.items()
        for part in ("year", "month", "day")
    }


def _searched(span: dict[str, str], **what: str) -> str:
    return f"{reverse('audit_log')}?{urlencode({'search': '1', **what, **span})}"


def _count(number: int) -> Cell:
    return Cell(f"{number:,}", number=True)


def _sights(row: LogReview) -> Table:
    """What to look at first, each with its own entries counted beside."""
    figures = row.figures
    cells = [
        (
            Cell(str(one.words)),
            _count(sum(one.counts(figures.names).values())),
            _count(sum(one.counts(figures.own).values())),
        )
        for one in SIGHTS
    ]
    columns = (_("What"), _("Entries"), _("The reviewer's own"))
    return Table("sights", _("To look at first"), columns, cells)


def _incidents(row: LogReview, actor: Any, now: Any) -> list[SummaryRow]:
    """Complaints as this reader may see them, now; disclosures that no rule permitted, as it was begun."""
    seen = requests.visible_requests(actor, now=now).filter(
        kind="complaint", entered_at__gte=row.covers_from, entered_at__lt=row.covers_until
    )
    return [
        SummaryRow(_("Complaints that you may see, taken in that time"), [f"{seen.count():,}"]),
        SummaryRow(
            _("Disclosures recorded as not permitted (%(basis)s)") % {"basis": NOT_PERMITTED},
            [f"{row.figures.not_permitted:,}"],
        ),
    ]


def _people(row: LogReview, span: dict[str, str]) -> Table:
    names = log_reviews.names_of(row.figures)
    ordered = sorted(row.figures.people.items(), key=lambda one: (-one[1], one[0]))
    cells = [
        (
            Cell(
                f"{names.get(pk) or _('an account that is gone')} · {pk[:6]}",
                href=_searched(span, actor=pk),
                under=_("the reviewer") if pk == row.begun_by else "",
            ),
            _count(number),
        )
        for pk, number in ordered
    ]
    return Table("people", _("By who acted"), (_("Who"), _("Entries")), cells, empty=_("Nobody."))


def _names(row: LogReview, span: dict[str, str]) -> Table:
    figures = row.figures
    cells = [
        (
            Cell(in_words(name), href=_searched(span, event=name), under=name),
            _count(number),
            _count(figures.own.get(name, 0)),
        )
        for name, number in sorted(figures.names.items())
    ]
    columns = (_("What happened"), _("Entries"), _("The reviewer's own"))
    return Table("names", _("By what happened"), columns, cells, empty=_("Nothing."))
