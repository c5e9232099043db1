"""How a request stands, in words for its asker. Nothing here decides; it only says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actors import Actor
from privacy_portal.pages.parts import (
    Cell,
    SummaryRow,
    Table,
    Tag,
    TimelineItem,
    Tone,
    distance,
    happened,
    local,
    long_day,
    short_day,
    timeline,
    tone,
)
from privacy_portal.pages.patient import filed, papers
from privacy_portal.pages.patient.asker import is_visitor
from requests_app.actions import door
from requests_app.casework.models import goes_on_as
from requests_app.deadlines.calendars import day_of
from requests_app.documents import rules
from requests_app.documents import selectors as documents
from requests_app.documents.content import BY_NAME
from requests_app.drafts.models import Draft
from requests_app.kinds import registry
from requests_app.kinds.base import ENDED, MOVED, Kind, MoveSpec
from requests_app.kinds.models import Request
from requests_app.messages.models import Direction

#: What a move is called on its button and page, where its line in the timeline is no such words.
ACT_WORDS = {
    "agree_fee": gettext_lazy("Agree to the fee"),
    "agree_summary": gettext_lazy("Agree to the summary and its fee"),
    "answer": gettext_lazy("Answer our question"),
    "ask_again": gettext_lazy("Ask again"),
    "ask_for_review": gettext_lazy("Ask for a review of the denial"),
    "ask_to_accompany": gettext_lazy("Have request and denial go with later disclosures"),
    "disagree": gettext_lazy("File a statement of disagreement"),
    "end": gettext_lazy("End this wish"),
    "end_at_request": gettext_lazy("End this restriction"),
    "name_person": gettext_lazy("Say whom it is about"),
    "name_persons": gettext_lazy("Say whom we should tell"),
    "narrow": gettext_lazy("Ask for a shorter period"),
    "withdraw": gettext_lazy("Withdraw this request"),
}
#: Of what a move asks, what an asker is asked; the rest is for the office.
ASKED_OF_ASKER = {"name_person": ("about",)}
_WAITING = {"waiting"}
#: Ended, which stops the clock, without an answer.
_UNANSWERED = {"withdrawn", "unverified", MOVED}


def tag(request: Any, *, now: datetime) -> Tag:
    """The state in the words that stand everywhere, and one colour for its meaning."""
    if request.state != MOVED and request.is_late(now=now):
        return Tag(_("Late"), Tone.LATE)
    return Tag(request.state_label, tone(request.state, answered=request.answered_on is not None))


def listed(rows: Sequence[Request], *, now: datetime) -> Table:
    """My requests as a table."""
    columns = [_("Reference"), _("What you asked"), _("Received"), _("Status"), _("Answer due")]
    return Table(
        "mine", _("Your requests, newest first"), columns,
        [_line(row, now=now) for row in rows], _("You have made no request yet."),
    )  # fmt: skip


def _line(row: Any, *, now: datetime) -> list[Cell]:
    return [
        Cell(row.reference, href=reverse("my_request", args=[row.reference])),
        Cell(str(row.title)),
        Cell(short_day(row.received_on)),
        Cell("", tag=tag(row, now=now)),
        _due_cell(row, now=now),
    ]


def _due_cell(row: Any, *, now: datetime) -> Cell:
    if row.answered_on and row.state not in _UNANSWERED:
        return Cell(_("Answered on %(day)s") % {"day": short_day(row.answered_on)})
    if not row.due_on or row.state in ENDED:
        return Cell("–")
    today = day_of(now, row.site.time_zone)
    return Cell(short_day(row.due_on), under=distance(row.due_on, today))


def draft_line(draft: Draft) -> dict[str, Any]:
    """A draft among one's own pages."""
    kind = registry.kind(draft.facts.raw["kind"])
    return {
        "title": str(kind.title),
        "kept": draft.kept_at,
        "href": reverse("ask_step", args=[draft.pk, "check"]),
        "drop": reverse("ask_drop", args=[draft.pk]),
    }


def facts(request: Kind, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything the page of one request shows."""
    rows = list(request.status_rows.order_by("-version"))
    return {
        "request": request,
        "tag": tag(request, now=now),
        "now_words": happens_now(request, now=now),
        "moved": why_moved(request),
        "late": request.state != MOVED and request.is_late(now=now),
        "goes_on": _goes_on(request, actor),
        "rows": _identity(request),
        "asked": filed.asked(request),
        "why": filed.why(request),
        "timeline": timeline(request, rows, staff=False),
        "letters": _letters(request),
        "messages": _messages(request),
        "documents": _documents(request, actor=actor, now=now),
        "papers": papers.offered(request),
        "moves": _moves(request, actor=actor, now=now),
        "visitor": is_visitor(actor),
        "back": "" if is_visitor(actor) else reverse("my_requests"),
    }


def happens_now(request: Kind, *, now: datetime) -> str:
    """One sentence, with the one day that counts."""
    if request.answered_on and request.state not in _UNANSWERED:
        return _("We answered on %(day)s. Read the letter below.") % {
            "day": long_day(request.answered_on)}  # fmt: skip
    if request.state == MOVED and request.refiled_as.right.kind == request.kind:
        return _(
            "We had put this with the wrong patient. It goes on as %(reference)s, with the same day "
            "of receipt."
        ) % {"reference": goes_on_as(request)}
    if request.state == MOVED:
        return _(
            "We moved this to another kind of request. It goes on as %(reference)s, with the same day "
            "of receipt."
        ) % {"reference": goes_on_as(request)}
    if request.state in ENDED:
        return _("This request has ended. Nothing more happens unless you ask again.")
    if request.state in _WAITING:
        return _("We wait for something from you. Read the last message or letter below.")
    if request.due_on is None:
        return _("We are at work on it. The law names no day for this.")
    if request.is_late(now=now):
        return _("We should have answered by %(day)s and have not. Below is what you can do.") % {
            "day": long_day(request.due_on)}  # fmt: skip
    return _("We must answer by %(day)s.") % {"day": long_day(request.due_on)}


def _goes_on(request: Kind, actor: Actor) -> str:
    """Where the request stands that took its place; a visitor looks it up by its own reference."""
    reference = None if is_visitor(actor) else goes_on_as(request)
    return reverse("my_request", args=[reference]) if reference else ""


def why_moved(request: Kind) -> str:
    """That the day moved, if it did, and when we said so."""
    row = request.clock_rows.filter(cause="extend").order_by("-version").first()
    if row is None:
        return ""
    at = local(row.at, request.site.time_zone)
    return _("The day moved: we told you in writing on %(day)s that we need more time, and why.") % {
        "day": long_day(at.date())}  # fmt: skip


def _identity(request: Kind) -> list[SummaryRow]:
    return [
        SummaryRow(_("Reference"), [request.reference]),
        SummaryRow(_("What you asked"), [str(request.title)]),
        SummaryRow(_("Received"), [long_day(request.received_on)]),
        SummaryRow(
            _("Last day for our answer"),
            [long_day(request.due_on)] if request.due_on else [_("The law names no day")],
        ),
    ]


def _letters(request: Kind) -> list[dict[str, Any]]:
    return [
        {
            "href": reverse("my_letter", args=[request.reference, row.pk]),
            "subject": row.text.subject,
            "at": local(row.sent_at, request.site.time_zone),
        }
        for row in request.letters.order_by("-sent_at", "id")
    ]


def _messages(request: Kind) -> list[TimelineItem]:
    rows = request.messages.exclude(direction=Direction.NOTE).order_by("-written_at", "id")
    return [
        happened(
            _("You wrote") if row.direction == Direction.TO_OFFICE else _("The privacy office wrote"),
            local(row.written_at, request.site.time_zone), words=row.text.body,
        )
        for row in rows
    ]  # fmt: skip


def _documents(request: Kind, *, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    return [
        {"pk": row.pk, "name": row.facts.name, "size": row.size, "type": BY_NAME[row.type].words}
        for row in documents.of_request(request, actor=actor, now=now)
        if row.kept_at and not row.ended_at and (rules.sent_by(row, actor) or not is_visitor(actor))
    ]


def _moves(request: Kind, *, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "href": reverse("my_act", args=[request.reference, one.spec.name]),
            "title": move_title(one.spec),
        }
        for one in door.possibilities(request, actor=actor, now=now)
        if one.allowed
    ]


def move_title(spec: MoveSpec) -> str:
    """What a move is called where one can make it."""
    return str(ACT_WORDS.get(spec.name, spec.title))
