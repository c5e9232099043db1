"""Requests and what belongs to them, as the API shows them. No queries here beyond what was loaded."""

from datetime import date, datetime
from typing import Any

from requests_app.actions.door import Possibility
from requests_app.casework.models import goes_on_as
from requests_app.complaints.models import AdverseAfterComplaint, ComplaintMeasure
from requests_app.kinds.base import Kind, MoveSpec
from requests_app.kinds.models import StatusRow
from requests_app.letters.models import Letter
from requests_app.messages.models import Message
from requests_app.questions import json_schema
from requests_app.standing.restrictions import ClaimHold, InForce

API = "/api/v1"


def address(reference: str, *parts: str) -> str:
    """Where a request, or something of it, is found."""
    return "/".join([f"{API}/requests/{reference}", *parts])


def request_line(request: Kind) -> dict[str, Any]:
    """A request in a list: nothing that was sealed."""
    return {
        "reference": request.reference,
        "kind": request.kind,
        "title": str(request.title),
        "state": request.state,
        "state_label": request.state_label,
        "version": request.version,
        "site": str(request.site_id),
        "patient": _text(request.patient_id),
        "channel": request.channel,
        "received_at": _instant(request.received_at),
        "received_on": _day(request.received_on),
        "due_on": _day(request.due_on),
        "answered_on": _day(request.answered_on),
        "assigned_to": request.assigned_to or None,
        "url": address(request.reference),
    }


def request_whole(request: Kind) -> dict[str, Any]:
    """A request with what was asked and by whom."""
    filed = request.filed
    return request_line(request) | {
        "citation": request.citation,
        "entered_at": _instant(request.entered_at),
        "due_at": _instant(request.due_at),
        "identity_confirmed_at": _instant(request.identity_confirmed_at),
        "answered_at": _instant(request.answered_at),
        "representative": _text(request.representative_id),
        "fee_cents": request.fee_cents,
        "reviewer": request.reviewer or None,
        "follows": request.follows.reference if request.follows else None,
        "goes_on_as": goes_on_as(request),
        "asker": {
            "name": filed.asker.name,
            "birth_date": filed.asker.birth_date,
            "contact": filed.asker.contact,
            "on_behalf": filed.asker.on_behalf,
        },
        "wishes": {
            "safe_to_write": filed.wishes.safe_to_write,
            "language": filed.wishes.language,
            "interpreter": filed.wishes.interpreter,
            "large_print": filed.wishes.large_print,
        },
        "details": filed.details,
        "links": {
            name: address(request.reference, name)
            for name in (
                "actions",
                "timeline",
                "clock",
                "letters",
                "messages",
                "documents",
                "receipt",
            )
        },
    }


def possibility(request: Kind, found: Possibility) -> dict[str, Any]:
    """One move: whether it is possible now, what it asks, and if not, the sentence why."""
    return {
        "name": found.spec.name,
        "title": found.spec.title,
        "allowed": found.allowed,
        "reason": found.sentence or None,
        "citation": found.citation or None,
        "input_schema": input_schema(found.spec),
        "url": address(request.reference, "actions", found.spec.name),
        "method": "POST",
    }


def input_schema(spec: MoveSpec) -> dict[str, Any]:
    """The JSON Schema of what a move asks."""
    return json_schema(spec.asks)


def status_row(request: Kind, row: StatusRow, *, staff: bool) -> dict[str, Any]:
    """One line of the timeline; a patient reads by which side, staff by whom."""
    by = "you or your representative" if row.by_patient else "the privacy office"
    return {
        "version": row.version,
        "move": row.move,
        "title": request.moves()[row.move].title,
        "state": row.target,
        "state_label": str(request.State(row.target).label),
        "at": _instant(row.at),
        "by": row.actor_name or by if staff else by,
        "receipt": address(request.reference, "receipts", str(row.version)),
    }


def letter(row: Letter) -> dict[str, Any]:
    """A sent letter, word for word, with the digest that stands in the log."""
    text = row.text
    return {
        "id": str(row.pk),
        "template": row.template,
        "subject": text.subject,
        "body": text.body,
        "sha256": row.sha256,
        "provided": row.provided,
        "sent_at": _instant(row.sent_at),
    }


def message(row: Message, *, staff: bool) -> dict[str, Any]:
    """One message; a patient does not read which member of staff wrote."""
    return {
        "id": str(row.pk),
        "direction": row.direction,
        "body": row.text.body,
        "by": (row.written_by_name or "the asker") if staff else row.direction,
        "written_at": _instant(row.written_at),
    }


def restriction(row: InForce) -> dict[str, Any]:
    """A restriction in force, as billing and the release desk need it."""
    scope = row.scope
    return {
        "id": str(row.id),
        "reference": row.reference,
        "kind": row.kind.value,
        "information": scope.information,
        "recipients": list(scope.recipients),
        "named": scope.named,
        "limit": scope.limit,
        "codes": list(scope.codes),
        "service_from": _day(scope.service_from),
        "service_until": _day(scope.service_until),
        "reveals": scope.reveals,
        "in_force_from": _instant(row.since),
        "covers_until": _instant(row.covers_until),
    }


def claim_hold(row: ClaimHold) -> dict[str, Any]:
    """A claim that waits for an answer."""
    return {
        "reference": row.reference,
        "information": row.information,
        "service_on": _day(row.service_on),
        "since": _instant(row.since),
    }


def measure(row: ComplaintMeasure) -> dict[str, Any]:
    """What was done about a complaint; whoever complained is not shown it."""
    return {
        "id": str(row.pk),
        "measure": row.measure,
        "what": row.facts.what,
        "taken_on": _day(row.taken_on),
        "by": row.recorded_by_name,
        "recorded_at": _instant(row.recorded_at),
    }


def adverse(row: AdverseAfterComplaint) -> dict[str, Any]:
    """What went against somebody who had complained: about a request, or about the patient."""
    request = row.request.reference if row.request else None
    return {
        "request": request,
        "patient": _text(row.patient_id),
        "move": row.move,
        "why": row.why,
        "at": _instant(row.at),
        "url": address(request) if request else f"{API}/patients/{row.patient_id}",
    }


def _instant(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _text(value: object) -> str | None:
    return str(value) if value else None
