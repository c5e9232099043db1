"""The other pages of a request: messages and notes, letters and documents, work beside it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.downloads import Sending
from privacy_portal.pages import parts
from privacy_portal.pages.officer import add_paper, base, besides, loading, people, shelf, wording
from privacy_portal.pages.officer.requests import tabs
from requests_app import events
from requests_app.actions import documents as actions
from requests_app.casework import selectors as casework
from requests_app.documents import content
from requests_app.documents import selectors as documents
from requests_app.errors import NotFound
from requests_app.kinds.base import Kind
from requests_app.messages.models import Direction, Message
from requests_app.permissions import Permission, may


@base.office(*base.STAFF)
def messages(request: HttpRequest, reference: str) -> HttpResponse:
    """What was written, oldest first. A note and a message look unlike each other and say who reads."""
    who = base.who(request)
    staff = may(who["actor"], Permission.READ_REQUESTS)
    with loading.read(reference, name=events.READ_MESSAGES, **who) as (found, seen):
        rows = found.messages.order_by("written_at", "id")
        shown = list(rows if staff else rows.exclude(direction=Direction.NOTE))
        seen += [str(row.pk) for row in shown]
    return _shown(
        request,
        "messages",
        found,
        route="office_messages",
        messages=[_message(row, found, staff=staff) for row in shown],
        may_write=may(who["actor"], Permission.WORK_REQUESTS, site=str(found.site_id)),
    )


@base.office(*base.STAFF)
def papers(request: HttpRequest, reference: str) -> HttpResponse:
    """Every letter word for word, and every document by name."""
    who = base.who(request)
    with loading.read(reference, name=events.READ_LETTERS, **who) as (found, seen):
        letters = list(found.letters.order_by("-sent_at", "-id"))
        files = documents.of_request(found, **who)
        seen += [str(row.pk) for row in (*letters, *files)]
    zone = found.site.time_zone
    return _shown(
        request,
        "papers",
        found,
        route="office_papers",
        letters=[
            {"text": row.text, "way": row.get_provided_display(),  # type: ignore[attr-defined]
             "sent": wording.moment(row.sent_at, zone), "sha256": row.sha256, "id": row.pk}
            for row in letters
        ],
        documents=[shelf.line(row, zone, actor=who["actor"]) for row in files],
        may_add=bool(add_paper.sorts(found, **who)),
    )  # fmt: skip


@base.office(*base.STAFF)
def download(request: HttpRequest, pk: str) -> HttpResponseBase:
    """One document for this person, opened as it goes out; two entries of the log around it."""
    if request.method != "POST":
        raise NotFound
    who = base.who(request)
    leave = actions.allow_download(pk, **who)
    fetched = actions.fetch(str(leave.pk), **who)
    row, known = fetched.document, content.BY_NAME[fetched.document.type]
    headers = {
        "Content-Disposition": f'attachment; filename="document-{row.pk}.{known.ending}"',
        "Content-Length": str(row.size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    sending = Sending(fetched, who["actor"])
    return StreamingHttpResponse(sending, content_type=known.media, headers=headers)


@base.office(Permission.WORK_REQUESTS)
def work(request: HttpRequest, reference: str) -> HttpResponse:
    """Who works on it, what it waits for, what others are to do. None of it moves the clock."""
    who = base.who(request)
    with loading.read(reference, name=events.READ_CASEWORK, **who) as (found, seen):
        beside = casework.of(found, **who)
        seen += beside.duplicates + beside.together_with
    zone = found.site.time_zone
    return _shown(
        request,
        "work",
        found,
        route="office_work",
        workers=people.workers(now=who["now"]),
        assigned=found.assigned_to,
        unmatched=found.patient_id is None,
        holds=[_hold(row, zone, who["now"]) for row in beside.holds],
        tasks=[_task(row) for row in beside.tasks],
        complaint=found.kind == "complaint",
        near=_near(beside),
        sections=besides.sections(found, **who),
        may_refile=found.answered_at is None,
        may_tie=besides.may_tie(found, **who),
    )


def _shown(
    request: HttpRequest, template: str, found: Kind, *, route: str, **facts: Any
) -> HttpResponse:
    actor: Actor = base.actor_of(request)
    pages = tabs(found, route, actor)
    here = next(one.words for one in pages if one.here)
    return base.shown(
        request,
        template,
        heading=_("%(page)s, request %(reference)s") % {"page": here, "reference": found.reference},
        bar=loading.bar(found, **base.who(request)),
        tabs=pages,
        **facts,
    )


def _message(row: Message, found: Kind, *, staff: bool) -> dict[str, Any]:
    directions = {
        Direction.NOTE: ("note", _("Internal note. Only the privacy office reads it.")),
        Direction.TO_ASKER: ("out", _("To the person who asked, who reads it")),
        Direction.TO_OFFICE: ("in", _("From the person who asked")),
    }
    look, reads = directions[Direction(row.direction)]
    return {
        "look": look,
        "reads": reads,
        "by": (row.written_by_name or _("the person who asked")) if staff else "",
        "at": row.written_at,
        "moment": wording.moment(row.written_at, found.site.time_zone),
        "body": row.text.body,
    }


def _near(beside: casework.Casework) -> list[dict[str, str]]:
    """Requests that came in with this one, and those that may be it again."""
    together = [(one, _("Came in together")) for one in beside.together_with]
    again = [(one, _("May be the same request again")) for one in beside.duplicates]
    return [{"reference": one, "words": words} for one, words in (*together, *again)]


def _hold(row: Any, zone: str, now: datetime) -> dict[str, Any]:
    lifted = row.in_force_until
    return {
        "id": str(row.pk),
        "reason": row.facts.reason,
        "by": row.recorded_by_name,
        "ends": wording.moment(row.lapses_at, zone),
        "lifted": wording.moment(lifted, zone) if lifted else "",
        "open": lifted is None and row.lapses_at > now,
    }


def _task(row: Any) -> dict[str, Any]:
    settled = getattr(row, "settled", None)
    return {
        "id": str(row.pk),
        "department": row.facts.department,
        "what": row.facts.what,
        "due": parts.long_day(row.due_on),
        "by": row.given_by_name,
        "outcome": settled.facts.outcome if settled else "",
    }
