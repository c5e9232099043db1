"""Pieces made in a second process: the same file, whatever becomes of that process."""

import io
import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction

from audit import clock
from privacy_portal.exports import beside, jobs, pieces
from privacy_portal.exports.beside import Pieces
from privacy_portal.exports.making import Made
from requests_app import events
from requests_app.disclosures.models import DisclosureFacts
from requests_app.disclosures.register import NewLine, enter_all
from tests.support import exporting, office
from tests.support.database import OwnDatabase
from tests.support.office import AUDITOR, NOON, OFFICER
from tests.support.shop import until

FIRST, LAST = os.getpid(), 7


# --- whatever becomes of it ------------------------------------------------------------------
def make(after: str, *, fate: Callable[[int], object] = bool) -> Made:
    """The piece that begins there, which says who made it; in the second process its fate first."""
    here = int(after or 0)
    if os.getpid() != FIRST:
        fate(here)
    by = b"first" if os.getpid() == FIRST else b"second"
    following = str(here + 1) if here < LAST else None
    return Made(by, by, (after,), frozenset(), read=1, lines=1, after=following)


def ends(after: str, *, foreseen: int = 1) -> str | None:
    here = int(after or 0) + foreseen
    return str(here) if here <= LAST else None


def at(place: int, act: Callable[[], object]) -> Callable[[int], object]:
    return lambda here: act() if here == place else None


def fails() -> None:
    raise RuntimeError


@pytest.fixture
def two(settings: Any) -> None:
    settings.EXPORT_BESIDE = True


def walked(pieces: Pieces) -> list[tuple[str, str]]:
    """Every piece in turn: where it began and who made it."""
    after: str | None = ""
    walk = list[tuple[str, str]]()
    with pieces:
        while after is not None:
            made = pieces.next(after)
            walk.append((after, made.content.decode()))
            after = made.after
    return walk


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("fate", "by_the_second"),
    [
        pytest.param(bool, {1, 3, 5, 7}, id="nothing"),
        pytest.param(at(3, partial(os._exit, 1)), {1}, id="it dies"),
        pytest.param(at(3, fails), {1}, id="it meets a fault"),
        pytest.param(at(1, partial(os._exit, 1)), set(), id="it dies at once"),
    ],
)
def test_each_piece_is_made_once_and_in_order(
    fate: Callable[[int], object], by_the_second: set[int]
) -> None:
    before = children()
    walk = walked(Pieces(partial(make, fate=fate), ends))
    assert [int(after or 0) for after, _ in walk] == list(range(LAST + 1))
    assert {int(after or 0) for after, by in walk if by == "second"} == by_the_second
    assert not children() - before


@pytest.mark.usefixtures("two")
def test_one_that_is_never_heard_of_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "PATIENCE", 0.1)
    before = children()
    walk = walked(Pieces(partial(make, fate=at(1, signal.pause)), ends))
    assert {by for _, by in walk} == {"first"}
    assert not children() - before


@pytest.mark.usefixtures("two")
def test_a_piece_that_begins_elsewhere_than_was_foreseen_is_not_taken() -> None:
    walk = walked(Pieces(make, partial(ends, foreseen=2)))
    assert [(int(after or 0), by) for after, by in walk] == [
        (here, "first") for here in range(LAST + 1)
    ]


def test_no_second_process_where_none_is_wanted_or_there_is_one_piece(settings: Any) -> None:
    settings.EXPORT_BESIDE = False
    assert {by for _, by in walked(Pieces(make, ends))} == {"first"}
    settings.EXPORT_BESIDE = True
    assert {by for _, by in walked(Pieces(make, lambda _after: None))} == {"first"}


@pytest.mark.usefixtures("two")
def test_where_no_process_can_be_had_the_first_makes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    assert {by for _, by in walked(Pieces(make, ends))} == {"first"}


@pytest.mark.usefixtures("two")
def test_it_ends_with_the_first_however_that_died() -> None:
    here, there = Pipe(duplex=False)
    writer = os.fork()
    if writer == 0:
        pieces = Pieces(make, ends)
        pieces.next("")
        there.send(children())
        signal.pause()
    (second,) = here.recv()
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    until(lambda: is_gone(second), "the second process has ended too")


def children() -> set[int]:
    mine = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return set(map(int, mine))


def is_gone(process: int) -> bool:
    """Ended; whether somebody has taken note of that is another matter."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return True
    return told.rpartition(")")[2].split()[0] == "Z"


# --- of a ledger -------------------------------------------------------------------------------
@pytest.fixture
def ledger(own_database: OwnDatabase, settings: Any) -> Iterator[None]:
    """Of thirty-three lines and thirteen requests, exported five at a time."""
    settings.EXPORT_PIECE_LINES = 5
    with clock.frozen(NOON):
        clinic = office.set_up()
        for _ in range(13):
            office.taken_down("access", patient=str(clinic.patient.pk))
        facts = DisclosureFacts(recipient_name="Example County", description="One result")
        line = NewLine(patient=clinic.patient, facts=facts, basis="PH", on=NOON.date())
        with transaction.atomic():
            enter_all([line] * 33, actor=OFFICER, now=NOON)
        yield


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("register", "form", "by_the_second"),
    [
        pytest.param("disclosures", "csv", 3, id="the second, fourth and sixth of seven pieces"),
        pytest.param("disclosures", "xlsx", 3, id="a workbook's lines"),
        pytest.param("requests", "csv", 1, id="the second of three pieces of requests"),
        pytest.param("log", "csv", 3, id="the even ones of seven pieces of entries"),
    ],
)
def test_the_bytes_are_the_same_whoever_made_them(
    register: str, form: str, by_the_second: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, answered = beside._Other.answer, list[Made | None]()

    def counted(other: Any) -> Made | None:
        answered.append(answer(other))
        return answered[-1]

    monkeypatch.setattr(beside._Other, "answer", counted)
    lines = []
    for settings.EXPORT_BESIDE in (False, True):
        more = OF_ONE_NAME if register == "log" else {}
        _, content = exporting.written(register, AUDITOR, form, **more)
        lines.append(cells(content) if form == "xlsx" else content)
    assert lines[0] == lines[1]
    assert (len(answered), None in answered) == (by_the_second, False)


#: An export adds entries to the log; of this name it adds none.
OF_ONE_NAME = {"facet": "name", "value": events.DISCLOSURE_RECORDED}


def cells(book: bytes) -> list[Any]:
    return list(openpyxl.load_workbook(io.BytesIO(book))["Lines 1"].iter_rows(values_only=True))


@pytest.mark.usefixtures("ledger", "two")
def test_killed_half_way_the_first_goes_on_alone() -> None:
    export, killed = exporting.asked("disclosures", AUDITOR, "ndjson"), list[int]()
    before = children()

    def looks() -> bool:
        if not killed and children() - before:
            killed.extend(children() - before)
            os.kill(killed[0], signal.SIGKILL)
        return False

    jobs.write_waiting(actor_of=lambda _export: AUDITOR, until=looks)
    export.refresh_from_db()
    lines = b"".join(pieces.opened(export)).splitlines()[:-1]
    assert killed
    assert (export.stage, export.lines, len(set(lines))) == ("ready", 33, 33)
    assert not children() - before
