"""The one door through which a request changes.

Lock, check, move, record, in that order, inside one transaction: the row is locked; may this person?
may this state? is it lawful now?; the kind's transition; due instants, status row, letter, outbox,
log entry.  No entry, no change.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from requests_app import selectors
from requests_app.actions.whole import whole
from requests_app.compiled import CompiledInsert, CompiledSave, CompiledUpdate
from requests_app.complaints import routing, watch
from requests_app.deadlines.calendars import day_of
from requests_app.errors import NotFound, NotNow, NotPermitted, RequestError, Stale
from requests_app.kinds import clock
from requests_app.kinds.base import UNBORN, Kind, Move, MoveSpec
from requests_app.kinds.models import Request, StatusRow
from requests_app.letters import letter as letters
from requests_app.letters.models import Letter
from requests_app.outbox import Audience, Topic, tell
from requests_app.permissions import SENTENCES, Permission, may
from requests_app.questions import parse
from requests_app.seen import Seen
from requests_app.standing import reach
from requests_app.subscriptions import announce

#: The channel of an act that happened before this service and is only recorded here: what had to be
#: written and told then was written and told then, so nothing is now.
BROUGHT_IN = "intake"


@dataclass(frozen=True)
class Possibility:
    """One move a person might make: whether it is possible now and, if not, the sentence why."""

    spec: MoveSpec
    allowed: bool
    sentence: str = ""
    citation: str = ""


def act(
    reference: str, name: str, *, actor: Actor, now: datetime, raw: object, version: int
) -> Kind:
    """Make one move of one request.

    reference  the request's; one the actor may not see raises NotFound
    name       the move's name in the request's kind
    raw        the input as it came, parsed strictly into what the move asks
    version    the version the actor decided on; another one now raises Stale

    Raises NotFound, NotPermitted, Stale, NotNow, BadInput; nothing is then stored.
    """
    with whole():
        request = lock(reference, actor=actor, now=now)
        spec = spec_of(request, name)
        _require_permission(spec, request, actor, now=now)
        if request.version != version:
            raise Stale(state=request.state, version=request.version)
        move: Move[Any] = Move(request, actor, now, None)
        with _naming_the_state(request.state):
            _check(move, spec)
            move = Move(request, actor, now, _parse(spec, raw, move))
            for check in spec.input_checks:
                check(move)
            return carry_out(move, spec)


def rehearse(
    reference: str, name: str, *, actor: Actor, now: datetime, raw: object, version: int
) -> Letter | None:
    """The letter as it would go, every check of the move made; nothing of it is kept.

    Takes and raises what `act` does.  The move is made and undone, because what a letter says may
    follow from what the move does: the day an extension leads to, the reviewer who is found.
    """
    with transaction.atomic():
        moved = act(reference, name, actor=actor, now=now, raw=raw, version=version)
        sent = moved.letters.filter(version=moved.version).first()
        transaction.set_rollback(True)
    return sent


@contextmanager
def _naming_the_state(state: str) -> Iterator[None]:
    """Whoever is refused is told the state that stands, so that they can decide anew."""
    try:
        yield
    except NotNow as refusal:
        refusal.state = state
        raise


def lock(reference: str, *, actor: Actor, now: datetime) -> Kind:
    """The request, its row locked until the transaction ends. NotFound when it is not the actor's."""
    reference = selectors.reference_or_not_found(reference)
    found = _LOCKED.objects(actor, now=now, reference=reference)
    if not found:
        raise NotFound
    return cast(Kind, found[0])


_LOCKED = Seen(
    lambda rows, reference: (
        Request.objects.select_for_update(of=("self",))
        .select_related("site", "representative")
        .filter(pk__in=rows.filter(reference=reference).values("pk"))
    ),
    reference=str,
)


def spec_of(request: Kind, name: str) -> MoveSpec:
    """The move of that name, or NotNow with the state: another kind's move is not possible here."""
    spec = request.moves().get(name)
    if spec is None or not spec.by_name:
        raise NotNow("This kind of request has no such step.", state=request.state)
    return spec


def carry_out(move: Move[Any], spec: MoveSpec) -> Kind:
    """Move and record, everything having been checked. Also how a request is born."""
    request, source = move.request, move.request.state
    getattr(request, spec.name)(move)
    clock.apply(move, request.CLOCK.get(spec.name))
    sent = _letter(move, spec)
    eid = _log(move, spec, source, sent)
    request.version = move.version
    (_BORN if request._state.adding else _CHANGED)(request)
    _status_row(move, spec, source, eid)
    _tell(move, spec, sent)
    watch.note(move, spec)
    return request


_BORN, _CHANGED = CompiledSave(Request), CompiledUpdate(Request)


def possibilities(request: Kind, *, actor: Actor, now: datetime) -> list[Possibility]:
    """Every move of the kind that the actor's role may ever make, in life order."""
    move: Move[Any] = Move(request, actor, now, None)
    elsewhere = _elsewhere(request)  # the same for every move that the state has no place for
    return [_possibility(spec, move, elsewhere) for spec in of_role(request, actor=actor, now=now)]


def of_role(request: Kind, *, actor: Actor, now: datetime) -> list[MoveSpec]:
    """The moves of the kind that the actor's role may ever make by name, in life order."""
    holds = _holdings(request, actor, now=now)
    named = (spec for spec in request.moves().values() if spec.by_name)
    return [spec for spec in named if any(holds(permission) for permission in spec.needs)]


def check(request: Kind, name: str, *, actor: Actor, now: datetime) -> None:
    """That this move is possible, of state and law; NotNow with the state where it is not."""
    with _naming_the_state(request.state):
        _check(Move(request, actor, now, None), request.moves()[name])


def hindrance(request: Kind, spec: MoveSpec, *, actor: Actor, now: datetime) -> RequestError | None:
    """What stands in the way of a move, of state and law; not whether this actor's role may make it."""
    try:
        _check(Move(request, actor, now, None), spec)
    except RequestError as refusal:
        return refusal
    return None


def _possibility(spec: MoveSpec, move: Move[Any], elsewhere: NotNow) -> Possibility:
    if move.request.state not in spec.paths:
        return Possibility(spec, False, elsewhere.sentence)
    try:
        _check(move, spec)
    except RequestError as refusal:
        return Possibility(spec, False, refusal.sentence, refusal.citation)
    return Possibility(spec, True)


def _check(move: Move[Any], spec: MoveSpec) -> None:
    if move.request.state not in spec.paths:
        raise _elsewhere(move.request)
    for check in spec.checks:
        check(move)


def _elsewhere(request: Kind) -> NotNow:
    said = _("This is not possible while the request is “%(state)s”.")
    return NotNow(said % {"state": request.state_label})


def _parse(spec: MoveSpec, raw: object, move: Move[Any]) -> Any:
    return parse(spec.asks, raw, at="", today=move.today)


def _require_permission(spec: MoveSpec, request: Kind, actor: Actor, *, now: datetime) -> None:
    if not _permitted(spec, request, actor, now=now):
        raise NotPermitted(_who_can(spec))


def _who_can(spec: MoveSpec) -> str:
    return _TOGETHER.get(spec.needs, SENTENCES[spec.needs[0]])


#: Where two permissions open one move, who holds them is said together.
_TOGETHER: dict[tuple[Permission, ...], str] = {
    (Permission.FILE_OWN, Permission.WORK_REQUESTS): (
        "Only the person who asked, or the privacy office for them, can do this."
    ),
    (Permission.WORK_REQUESTS, Permission.FILE_FOR_OTHERS): (
        "Only the privacy office or the front desk can do this."
    ),
}


def _permitted(spec: MoveSpec, request: Kind, actor: Actor, *, now: datetime) -> bool:
    holds = _holdings(request, actor, now=now)
    return any(holds(permission) for permission in spec.needs)


def _holdings(request: Kind, actor: Actor, *, now: datetime) -> Callable[[Permission], bool]:
    """Whether the actor holds a permission on this request; whose it is is looked up once."""

    @cache
    def handles() -> bool:
        return routing.handles(request, actor, on=day_of(now, request.site.time_zone))

    @cache
    def holds(permission: Permission) -> bool:
        if _holds(actor, permission, request):
            return True
        return permission in request.HANDLER and handles()

    return holds


def _holds(actor: Actor, permission: Permission, request: Kind) -> bool:
    if permission == Permission.FILE_OWN:
        return may(actor, permission) and selectors.is_own(request, actor)
    return may(actor, permission, site=str(request.site_id))


def _letter(move: Move[Any], spec: MoveSpec) -> Letter | None:
    owed = move.request.LETTERS.get(spec.name)
    if owed is None or move.actor.via == BROUGHT_IN:
        return None
    usual = reach.letter_way(move.request, at=move.now)
    provided = getattr(move.input, "provided", None) or usual
    reach.check_letter_way(move.request, provided, at=move.now)
    return letters.send(owed, move, provided=provided)


def _log(move: Move[Any], spec: MoveSpec, source: str, sent: Letter | None) -> UUID:
    request = move.request
    return log.append(
        request.event(spec.name),
        actor=move.actor,
        patient=str(request.patient_id) if request.patient_id else None,
        request=request.reference,
        obj=log.Obj("request", str(request.pk), move.version),
        before={"state": source} if source else None,
        after={"state": request.state, "due_on": str(request.due_on or "")} | _earlier(move),
        extra={"letter_sha256": sent.sha256, "letter": sent.template} if sent else None,
        day=move.today,
        zone=request.site.time_zone,
        openable=True,
    )


def _earlier(move: Move[Any]) -> dict[str, str]:
    """At birth: the request that this one goes on from."""
    earlier = move.request.follows if move.version == 1 else None
    return {"follows": earlier.reference} if earlier else {}


def _status_row(move: Move[Any], spec: MoveSpec, source: str, eid: UUID) -> None:
    request = move.request
    facts = {
        "request": request.pk,
        "version": request.version,
        "kind": request.kind,
        "move": spec.name,
        "source": source,
        "target": request.state,
        "at": move.now,
        "actor_id": move.actor.id,
        "actor_name": move.actor.name,
        "by_patient": _by_patient(move),
        "audit_eid": eid,
    }
    _STATUS_ROWS.rows([facts])


_STATUS_ROWS = CompiledInsert(StatusRow)


def _by_patient(move: Move[Any]) -> bool:
    """Whether the person who asks moves it, for themself or as representative."""
    return _holds(move.actor, Permission.FILE_OWN, move.request)


def _by_office(move: Move[Any]) -> bool:
    """Whether the privacy office knows of it, having done it."""
    return may(move.actor, Permission.WORK_REQUESTS) or move.actor.via in {"task", "command"}


def _tell(move: Move[Any], spec: MoveSpec, sent: Letter | None) -> None:
    if move.actor.via == BROUGHT_IN:
        return
    born = UNBORN in spec.paths
    asker = Topic.RECEIVED if born else Topic.LETTER if sent else Topic.MOVED
    tidings = [(asker, Audience.ASKER)]
    if born or not _by_office(move):
        tidings.append((Topic.RECEIVED if born else Topic.MOVED, Audience.OFFICE))
    tell(move.request, *tidings, now=move.now)
    announce([(move.request, Topic.RECEIVED if born else Topic.MOVED)], now=move.now)
