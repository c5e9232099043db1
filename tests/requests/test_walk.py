"""Each machine walked at random: every state has an owner, every move its records, none is an end.

A walk has a transaction of its own and names its seed, so that the one which failed can be walked
again: the walk of a seed is the same every time.  A request is left to rest after so many moves, since
each step looks at all that was done before: the steps of one endless request cost ever more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Model

from audit import log
from audit.actors import Actor
from requests_app import selectors
from requests_app.actions import door, refile, work
from requests_app.compiled import Compiled
from requests_app.errors import RequestError
from requests_app.kinds import clock, registry
from requests_app.kinds.base import MOVED, UNBORN, Clock, Kind, MoveSpec
from requests_app.kinds.models import DueInstant, Request, StatusRow
from requests_app.letters.letter import digest
from requests_app.letters.models import Letter
from requests_app.permissions import MAY, Permission, Role
from requests_app.practice import selectors as practice
from requests_app.standing.amendment_notices import OPEN, Stand, matters
from tests.support import office
from tests.support.office import NOON, PATIENT, PROFESSIONAL, REVIEWER, SECOND_PROFESSIONAL

pytestmark = pytest.mark.django_db

WALKERS = (PATIENT, office.OFFICER, office.STAFF, PROFESSIONAL, SECOND_PROFESSIONAL, REVIEWER)
EMAILED = {"channel": "email", "address": "pat@example.org", "email_agreed": True}
KINDS = [kind.name for kind in registry.all_kinds()]
#: After so many moves another request is filed.
ENOUGH = 40
#: The long form: so many walks of so many steps, 10,000 in all for each kind.
WALKS, STEPS = 20, 500
#: What every other request asks instead of the usual, for the paths that lead from there.
INSTEAD: dict[str, dict[str, Any]] = {
    "access": {"manner": "both"},
    "restriction": {"recipients": ["family"]},
}
#: Walks whose requests are never left to rest, so that a long history is walked as well.
ENDLESS = 2


STANDS = Compiled(
    lambda pk: Request.objects.filter(pk=pk).select_related("site", "representative"), pk=UUID
)
LOCKED = Compiled(
    lambda reference: (
        Request.objects.filter(reference=reference)
        .select_for_update(of=("self",))
        .select_related("site", "representative")
    ),
    reference=str,
)


def of_version(model: type[Model]) -> Compiled[Any]:
    """The rows of that model that one move of a request wrote."""
    rows = model._default_manager
    return Compiled(
        lambda request, version: rows.filter(request=request, version=version),
        request=UUID,
        version=int,
    )


MOVED_SO, SENT = of_version(StatusRow), of_version(Letter)
TO_SAY = Compiled(
    lambda request: DueInstant.objects.filter(request=request, acted_at=None).values_list("pk"),
    request=UUID,
)


def stands(request: Kind) -> Request:
    """The request as it stands in the database."""
    (found,) = STANDS.objects(pk=request.pk)
    return found


@dataclass
class Walk:
    """One random walk: where it stands, when, and what it has seen."""

    kind: str
    clinic: office.Office
    random: Random
    now: datetime = NOON
    enough: int = ENOUGH
    states: set[str] = field(default_factory=set)
    moves: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A new request, filed by the patient or taken down by the desk."""
        self.now += timedelta(days=1)
        asked = {"details": office.DETAILS[self.kind] | self._more()}
        if self.random.random() < 0.5:
            asked["details"] |= self._named()
            self.request = office.filed(self.kind, actor=PATIENT, now=self.now, **asked)
            return
        earlier = self.now - timedelta(days=self.random.randrange(20))
        self.request = office.taken_down(self.kind, received=earlier, now=self.now, **asked)
        if self.random.random() < 0.8:
            whom = {"patient": str(self.clinic.patient.pk)}
            work.match(self.request.reference, whom, actor=office.OFFICER, now=self.now)

    def _more(self) -> dict[str, Any]:
        asked = INSTEAD.get(self.kind, {})
        return asked if asked and self.random.random() < 0.5 else {}

    def _named(self) -> dict[str, Any]:
        """Now and then a revocation names the paper it is about, which has then ended."""
        if self.kind != "revocation" or self.random.random() < 0.5:
            return {}
        return {"authorization": str(office.authorized(self.clinic.patient, now=self.now).pk)}

    def step(self) -> None:
        """One move by somebody who may make it; what is refused must have changed nothing."""
        self.now += timedelta(hours=self.random.randrange(72))
        self.request = stands(self.request)
        self.states.add(self.request.state)
        actor, name = self._somebody()
        before = self.request.version
        try:
            moved = self._made(actor, name)
        except RequestError:
            if stands(self.request).version != before:
                raise
            return
        self.moves.add(name)
        check_records(moved, name)
        if self._leaves(moved):
            self.begin()

    def _made(self, actor: Actor, name: str) -> Kind:
        """The request once it has moved, by the door or by the action that the move is part of."""
        if name == refile.MOVE:
            return office.refiled(self.request, self._input(name), actor=actor, now=self.now)
        return door.act(
            self.request.reference, name, actor=actor, now=self.now,
            raw=self._input(name), version=self.request.version,
        )  # fmt: skip

    def _leaves(self, moved: Kind) -> bool:
        """What is moved has ended: nothing is left to do.  What is closed may still be reopened."""
        self.states.add(moved.state)
        closed = moved.state == "closed" and self.random.random() < 0.7
        return closed or moved.state == MOVED or moved.version >= self.enough

    def _somebody(self) -> tuple[Actor, str]:
        """Somebody who can move the request now, and one of their moves, each as likely as the other."""
        now = self.now
        for actor in self.random.sample(WALKERS, len(WALKERS)):
            specs = door.of_role(self.request, actor=actor, now=now) + self._apart(actor)
            for spec in self.random.sample(specs, len(specs)):
                if door.hindrance(self.request, spec, actor=actor, now=now) is None:
                    return actor, spec.name
        raise AssertionError(f"nobody can move a request that is {self.request.state}")

    def _apart(self, actor: Actor) -> list[MoveSpec]:
        """Now and then the office finds that it was filed as the wrong kind."""
        seldom = actor == office.STAFF and self.random.random() < 0.1
        return [self.request.moves()[refile.MOVE]] if seldom else []

    def _input(self, name: str) -> dict[str, Any]:
        usual = office.usual(self.kind, name)
        if name == "extend":
            return usual | {"completion_date": str(clock.answer(self.request).last_day)}
        if name == "arrange_inspection":
            return usual | {"at": (self.now + timedelta(days=2)).isoformat()}
        if name == "narrow":
            day = str(self.request.received_on - timedelta(days=90))
            return {"since": day, "until": str(self.request.received_on)}
        if name == "provide" and self.random.random() < 0.5:
            # The police's line is held back to the end of this day; then a supplement is owed.
            office.held_back(self.clinic.patient, now=self.now, until=str(self.now.date()))
        if self.kind == "amendment":
            return self._amending(name, usual)
        if name in {"grant_in_part", "deny"} and self.random.random() < 0.7:
            return usual | {"grounds": [office.GROUND, office.REVIEWABLE]}
        if name == "give" and self.request.state != "paper_owed":
            return self.random.choice([usual, EMAILED])
        if name == "take_effect" and self.random.random() < 0.5:
            return {"already_done": "Notes of 2025"}
        if name == "hold_claim":
            return usual | {"visit_on": str((self.now + timedelta(days=2)).date())}
        if name == "lapse":
            return usual | {"tried_on": str((self.now - timedelta(hours=5)).date())}
        if name == "name_person":  # the official's own account would see it no more
            return {"about": "complaint_contact"}
        if name == "refer":
            return {"reviewer": self.random.choice([SECOND_PROFESSIONAL.id, REVIEWER.id])}
        return usual

    def _amending(self, name: str, usual: dict[str, Any]) -> dict[str, Any]:
        """Whoever's matter is open; one of the things asked or both, as the decision was."""
        if name in {"settle", "tell"}:
            stands = {"tell": {Stand.TO_TELL}, "settle": OPEN}[name]
            found = [m.person.number for m in matters(self.request) if m.stand in stands]
            reached = self.random.random() < 0.7
            return usual | {"person": found[0]} | ({"reached": reached} if name == "tell" else {})
        if name == "link":
            accepted = self.request.decisions.filter(move__startswith="accept").latest("version")
            return {"records": [usual["records"][0] | {"item": i} for i in accepted.facts.items]}
        return usual


def check_records(request: Kind, name: str) -> None:
    """A status row, its entry, a lawful due date, the letter that is owed, and PostgreSQL's consent."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    (row,) = MOVED_SO.objects(request=request.pk, version=request.version)
    assert (row.move, row.target) == (name, request.state)
    entry = log.read(row.audit_eid).entry
    assert (entry.name, entry.request) == (request.event(name), request.reference)
    check_clock(request)
    check_letter(request, name, dict(entry.extra or {}))


def check_clock(request: Kind) -> None:
    if Clock.START not in request.CLOCK.values():
        assert (request.due_on, request.due_at) == (None, None)
        return
    answer = clock.answer(request)
    assert request.due_on == answer.due <= answer.last_day
    assert answer.asked.received == request.received_on
    assert request.due_at == answer.due_at
    assert bool(TO_SAY.rows(request=request.pk)) == (request.answered_at is None)


def check_letter(request: Kind, name: str, extra: dict[str, Any]) -> None:
    letters = SENT.objects(request=request.pk, version=request.version)
    assert len(letters) == (1 if name in request.LETTERS else 0)
    for letter in letters:
        assert letter.sha256 == digest(letter.text)
        assert extra["letter_sha256"] == letter.sha256
        assert request.reference in letter.text.body


def walked(kind: str, seed: int, steps: int, *, enough: int = ENOUGH) -> Walk:
    print(f"{kind}: {steps} steps from seed {seed}")
    walk = Walk(kind, office.set_up(), Random(seed), enough=enough)
    office.disclosed(walk.clinic.patient, "2026-01-15", now=NOON)
    office.disclosed(walk.clinic.patient, "2026-02-03", now=NOON, **office.TO_THE_POLICE)
    for _ in range(steps):
        walk.step()
    return walk


class Everybody:
    """In the place of who sees what: the request, locked, whoever asks."""

    def objects(self, actor: Actor, *, now: datetime, reference: str) -> list[Request]:
        return LOCKED.objects(reference=reference)


@pytest.fixture(autouse=True)
def everybody_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sees a request is what the law tables say, for everybody at every place."""
    monkeypatch.setattr(door, "_LOCKED", Everybody())
    monkeypatch.setattr(selectors, "visible_requests", lambda actor, *, now: Request.objects.all())


@contextmanager
def undone() -> Iterator[None]:
    """Everything within is rolled back, and what a process remembers of it forgotten."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    practice.forget()


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_of_500_steps(kind: str) -> None:
    walk = walked(kind, seed=164, steps=500)
    assert len(walk.states) >= 6
    assert walk.moves


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_of_10_000_steps_sees_everything(kind: str) -> None:
    states: set[str] = set()
    moves: set[str] = set()
    for number in range(WALKS):
        enough = STEPS if number < ENDLESS else ENOUGH
        with undone():
            walk = walked(kind, seed=528_000 + number, steps=STEPS, enough=enough)
        states |= walk.states
        moves |= walk.moves
    assert states == {state.value for state in registry.kind(kind).State}
    every = registry.kind(kind).moves().values()
    assert moves == {m.name for m in every if UNBORN not in m.paths}


@pytest.mark.parametrize("kind", KINDS)
def test_from_every_state_a_request_can_be_closed_and_closed_is_no_end(kind: str) -> None:
    paths = [(source, target) for _, source, target in registry.kind(kind).paths() if source]
    closing = {"closed", MOVED}
    while grown := {source for source, target in paths if target in closing} - closing:
        closing |= grown
    assert closing == {state.value for state in registry.kind(kind).State}
    assert any(source == "closed" for source, _ in paths)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_moved_has_ended(kind: str) -> None:
    """The request that took its place is the one to act on."""
    assert not [path for path in registry.kind(kind).paths() if path[1] == MOVED]


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_has_an_owner_in_the_practice(kind: str) -> None:
    """The practice never waits for somebody outside it, who may never answer.

    Nobody waits for what is moved: its owner is whoever has the request that took its place.
    """
    outside = {Permission.FILE_OWN, Permission.READ_ASSIGNED}
    inside = {p for role in Role for p in MAY[role] if role != Role.PATIENT} - outside
    owned = {
        state
        for spec in registry.kind(kind).moves().values()
        for state, target in spec.paths.items()
        if target != state and inside & set(spec.needs)
    }
    assert owned - {UNBORN} == {state.value for state in registry.kind(kind).State} - {MOVED}
