"""Role × action × state, each legal or refused with its sentence, against a table from the rule."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from audit.actors import Actor
from requests_app.actions import door, refile
from requests_app.errors import NotFound, RequestError
from requests_app.kinds import registry
from requests_app.kinds.base import UNBORN, Kind
from requests_app.permissions import Role
from tests.law.table import PEOPLE, Table
from tests.support import office
from tests.support.office import NOON, PATIENT, REPRESENTATIVE
from tests.support.places import PLACES, state_of

pytestmark = pytest.mark.django_db

TABLES = {kind.name: Table(kind.name) for kind in registry.all_kinds()}
EVERY_PLACE = [
    pytest.param(kind, place, id=f"{kind}-{place}") for kind in TABLES for place in PLACES[kind]
]
#: Places that only a request taken down by the desk comes to; no account filed those.
BY_DESK = {
    "received",
    "received:unmatched",
    "unverified",
    "in_review:unconfirmed",
    "waiting:unconfirmed",
    "received:in_force",
    "received:loosening",
    "received:known",
    "in_review:oral",
    "waiting:oral",
    "not_written",
    "claim_held:unconfirmed",
}


def by_desk(kind: object) -> set[str]:
    """A kind that takes effect at once stands elsewhere only when nobody had to be found first."""
    if kind in {"materials_opt_out", "objection"}:
        return BY_DESK | {"waiting", "withdrawn", "moved"}
    return BY_DESK


@contextmanager
def seen_once(request: Kind, actor: Actor) -> Iterator[bool]:
    """Whether the door shows this person the request; within, it is not asked anew for every move.

    Each attempt is undone, so the row stays what it is; fetching it takes longer than a move.
    """
    try:
        row, asked = door.lock(request.reference, actor=actor, now=NOON), (actor, NOON)
    except NotFound:
        yield False
        return

    def locked(reference: str, *, actor: Actor, now: datetime) -> Kind:
        assert (reference, actor, now) == (request.reference, *asked)
        return copy(row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "lock", locked)
        patch.setattr(door, "whole", nullcontext)  # each attempt is undone as one
        yield True


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within is undone: a savepoint is set before the first thing written.

    Most attempts are refused and write nothing.
    """
    points: list[str] = []

    def marking(execute: Any, statement: Any, *told: Any) -> Any:
        if not points and not str(statement).startswith("SELECT "):
            points.append("")  # setting the savepoint comes by here as well
            points[0] = connection.savepoint()
        return execute(statement, *told)

    try:
        with connection.execute_wrapper(marking):
            yield
    finally:
        if points:
            connection.needs_rollback = False
            connection.savepoint_rollback(points[0])
            connection.savepoint_commit(points[0])


def attempt(request: Kind, move: str, actor: Actor) -> str:
    """The state the move leads to, all constraints met; then everything is as before."""
    with undone():
        moved = made(request, move, actor)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        return moved.state


def made(request: Kind, move: str, actor: Actor) -> Kind:
    raw = office.usual(request.kind, move)
    if move == refile.MOVE:
        return office.refiled(request, raw, actor=actor)
    return door.act(
        request.reference, move, actor=actor, now=NOON, raw=raw, version=request.version
    )


def judged(table: Table, request: Kind, place: str, role: str) -> Iterator[str]:
    """Every way in which what happens differs from what the table says of this person here."""
    actor = PEOPLE[role]
    offers = {p.spec.name: p for p in door.possibilities(request, actor=actor, now=NOON)}
    for move in table.moves:
        wanted, offer = table.expected(role, move, place), offers.get(move)
        where = f"{role}, {move}, at {place}"
        if (offer is not None) != (wanted.offered and not request.moves()[move].apart):
            yield f"{where}: offered {offer}, the table says {wanted}"
        if offer and (offer.allowed != bool(wanted.leads_to) or wanted.words not in offer.sentence):
            yield f"{where}: answered {offer.sentence!r}, the table says {wanted}"
        try:
            state, sentence = attempt(request, move, actor), ""
        except RequestError as refusal:
            state, sentence = "", refusal.sentence
        if state != wanted.leads_to or wanted.words not in sentence:
            yield f"{where}: led to {state!r}, said {sentence!r}; the table says {wanted}"


@pytest.mark.parametrize(("kind", "place"), EVERY_PLACE)
def test_everybody_may_do_what_the_table_says_and_nothing_else(kind: str, place: str) -> None:
    table, clinic = TABLES[kind], office.set_up()
    request = PLACES[kind][place](clinic, PATIENT)
    assert request.state == state_of(place)

    wrong: list[str] = []
    for role in PEOPLE.keys() - {"representative"}:
        with seen_once(request, PEOPLE[role]) as seen:
            if seen != table.sees(role, place):
                wrong.append(f"{role} at {place}: sees it: {seen}")
            wrong += judged(table, request, place, role) if seen else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("kind", "place"),
    [case for case in EVERY_PLACE if case.values[1] not in by_desk(case.values[0])],
)
def test_a_representative_may_do_what_the_patient_may(kind: str, place: str) -> None:
    table, clinic = TABLES[kind], office.set_up()
    office.link_representative(REPRESENTATIVE, clinic.patient)
    request = PLACES[kind][place](clinic, REPRESENTATIVE)

    with seen_once(request, PEOPLE["representative"]) as seen:
        assert seen
        wrong = list(judged(table, request, place, "representative"))

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", TABLES)
def test_the_table_names_every_move_and_no_other(kind: str) -> None:
    moves = registry.kind(kind).moves().values()
    assert set(TABLES[kind].moves) == {m.name for m in moves if UNBORN not in m.paths}
    assert all(row["cite"] for row in TABLES[kind].moves.values())


@pytest.mark.parametrize("kind", TABLES)
def test_every_state_is_looked_at(kind: str) -> None:
    states = {state.value for state in registry.kind(kind).State}
    assert {state_of(place) for place in PLACES[kind]} == states


@pytest.mark.parametrize("kind", TABLES)
def test_every_path_of_the_graph_is_legal_somewhere_in_the_table(kind: str) -> None:
    written = {
        (move, state_of(place), target)
        for move, row in TABLES[kind].moves.items()
        for place, target in row["legal"].items()
    }
    missing = {path for path in registry.kind(kind).paths() if path[1]} - written
    assert not missing, (
        f"The machine of {kind} allows what tests/law/{kind}.toml does not name: {missing}. Write the "
        "line from the rule with its citation, or take the path out of the machine."
    )


def test_every_role_is_somebody_in_the_tables() -> None:
    roles = {role for person in PEOPLE.values() for role in person.roles}
    assert roles == {role.value for role in Role}


def test_every_place_named_in_a_table_exists() -> None:
    for kind in TABLES:
        text = Path(__file__).with_name(f"{kind}.toml").read_text(encoding="utf-8")
        for name, row in tomllib.loads(text).items():
            if name in {"kind", "seen"}:
                continue
            named = {*row["legal"], *(key.partition("/")[0] for key in row.get("refused", {}))}
            assert named <= set(PLACES[kind]), f"{kind}.{name}: {named - set(PLACES[kind])}"
