"""The sorts of line as data. Each is carried out by the action a person would use.

What happened before this service is recorded with its own dates, and its entries in the log say that
they were brought in (`via`): declared by whoever brings them, not witnessed here.  Nothing is written
or sent to anybody for it: that was done then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions import authorizations, door, notices, patients
from requests_app.actions.file import file
from requests_app.deadlines.calendars import latest_day
from requests_app.disclosures.models import EarlierAccounting, EarlierFacts
from requests_app.errors import BadInput, Problem
from requests_app.kinds.models import Request
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, day, text
from requests_app.questions.amounts import money

#: Stands in the log as the channel of an act that was brought in.
BROUGHT_IN = door.BROUGHT_IN
DISCLOSURE = "disclosure"
Take = Callable[[dict[str, Any], Actor, datetime], UUID]


@dataclass(frozen=True)
class EarlierAnswers:
    """An accounting given before this service was used."""

    patient: str = text(
        name="the patient", question="About whom?", max_length=64, example=EXAMPLE_ID
    )
    requested_on: date = day(
        name="the day it was asked for", question="When was it asked for?", not_future=True
    )
    given_on: date = day(name="the day", question="When was it given?", not_future=True)
    fee: int = money(name="the fee", question="What did it cost?")
    where_kept: str = text(
        name="where the copy is kept", question="Where is the copy kept?", max_length=200,
        example="Cabinet 3",
    )  # fmt: skip


def _patient(raw: dict[str, Any], actor: Actor, now: datetime) -> UUID:
    return patients.add(raw, actor=actor, now=now).pk


def _earlier(raw: dict[str, Any], actor: Actor, now: datetime) -> UUID:
    require(actor, Permission.RECORD_DISCLOSURE)
    asked = questions.parse(EarlierAnswers, raw, at="", today=latest_day(now))
    patient = selectors.patient_named(
        asked.patient, at="/patient", actor=actor, permission=Permission.RECORD_DISCLOSURE
    )
    row = EarlierAccounting(
        id=uuid4(),
        patient=patient,
        requested_on=asked.requested_on,
        given_on=asked.given_on,
        fee_cents=asked.fee,
        facts=EarlierFacts(asked.where_kept),
        recorded_by=actor.id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )
    row.save(force_insert=True)
    log.append(
        events.EARLIER_ACCOUNTING,
        actor=actor,
        patient=str(patient.pk),
        obj=log.Obj("earlier_accounting", str(row.pk), None),
        after={"requested_on": str(row.requested_on), "fee_cents": row.fee_cents},
    )
    return row.pk


def _authorization(raw: dict[str, Any], actor: Actor, now: datetime) -> UUID:
    found = authorizations.record(raw, actor=actor, now=now)
    kept = found.authorization or found.consent
    if kept is None:
        raise BadInput.one("", "Nothing was kept of this paper.")
    return kept.pk


def _acknowledgment(raw: dict[str, Any], actor: Actor, now: datetime) -> UUID:
    return UUID(str(notices.acknowledge(raw, actor=actor, now=now).pk))


def _request(raw: dict[str, Any], actor: Actor, now: datetime) -> UUID:
    """A request with its true receipt, and the moves it had made, each at its own instant."""
    rest = dict(raw)
    moves = rest.pop("moves", [])
    request = file(rest, actor=actor, now=now)
    if not isinstance(moves, list):
        raise BadInput.one("/moves", "Send a list of moves.")
    for place, one in enumerate(moves):
        _move(request, one, at=f"/moves/{place}", actor=actor, now=now)
    return request.pk


def _move(request: Request, one: object, *, at: str, actor: Actor, now: datetime) -> None:
    if not isinstance(one, dict) or not isinstance(one.get("move"), str):
        raise BadInput.one(at, "Name the move, the instant at which it was made, and its input.")
    when = _instant(one.get("at"), at=f"{at}/at", since=request.received_at, until=now)
    version = Request.objects.values_list("version", flat=True).get(pk=request.pk)
    try:
        door.act(
            request.reference,
            one["move"],
            actor=actor,
            now=when,
            raw=one.get("input", {}),
            version=version,
        )
    except BadInput as fault:
        raise BadInput(
            [Problem(f"{at}/input{p.field}", p.sentence) for p in fault.problems]
        ) from None


def _instant(given: object, *, at: str, since: datetime, until: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput.one(at, "Write the instant with its offset, like 2026-03-27T14:05:00-04:00.")
    if not since <= found <= until:
        raise BadInput.one(at, "The move must be after the receipt, and not in the future.")
    return found


def _of_kind(kind: str) -> Take:
    def take(raw: dict[str, Any], actor: Actor, now: datetime) -> UUID:
        return _request(raw | {"kind": kind}, actor, now)

    return take


#: Sort of line → what carries it out. A disclosure has a road of its own, for there are many.
SORTS: Mapping[str, Take] = {
    "patient": _patient,
    "request": _request,
    "restriction": _of_kind("restriction"),
    "preference": _of_kind("confidential_communications"),
    "objection": _of_kind("objection"),
    "accounting": _earlier,
    "authorization": _authorization,
    "acknowledgment": _acknowledgment,
}


def brought_in(actor: Actor) -> Actor:
    """The actor, marked in every entry as bringing in what happened elsewhere."""
    return replace(actor, via=BROUGHT_IN)
