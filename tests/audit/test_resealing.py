"""Fields whose data key was changed are sealed anew, however often that is stopped, whoever is at work."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction

from audit import attestation, clock, events, keys, log, resealing
from audit.crypto import envelope
from audit.errors import UnknownKey
from audit.log import Facet, Opened
from audit.resealing import Column, Done
from requests_app.people.models import Patient
from tests.audit.faults.stage import Stage
from tests.audit.support import OFFICER
from tests.support import office, sealed_values
from tests.support.database import ROOT, OwnDatabase, migrating
from tests.support.office import NOON
from tests.support.sealed_values import change_keys, everything, says, under_active_keys
from tests.support.world import World


@pytest.fixture
def clinic(own_database: OwnDatabase) -> Iterator[office.Office]:
    with clock.frozen(NOON):
        yield office.set_up()


def run(own: OwnDatabase, key_class: str | None = None, **more: Any) -> Done:
    keys.forget()
    with migrating(own):
        return resealing.seal_anew(key_class, actor=OFFICER, **more)


def told(name: str) -> tuple[Opened, ...]:
    return log.find(Facet.NAME, name).entries


def extra(one: Opened) -> dict[str, Any]:
    return dict(one.entry.extra or {})


class Killed(BaseException):
    """The run ended here, all at once."""


# --- a whole office --------------------------------------------------------------------------------
def test_everything_there_is_is_sealed_anew_however_often_it_is_stopped(
    own_database: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    with clock.frozen(NOON):
        World(office.set_up())
    before, beside = everything(), sealed_values.beside()
    old = change_keys(own_database)
    set_up = attestation.observed().digests()

    due = [one for one in resealing.look() if one.due]
    assert sum(one.count for one in due) == len(before)
    assert {one.key for one in due} <= old
    assert everything() == before  # looking changes nothing
    assert_the_application_cannot(own_database)
    for stop in (after(0), after(1), inside_the_transaction(3), after(20)):
        with monkeypatch.context() as until:
            stop(until)
            with pytest.raises(Killed):
                run(own_database)
        assert says(everything()) == says(before)
    half = everything()
    assert 20 < sum(half[at] != before[at] for at in before) < len(before)
    assert len(told(events.FIELDS_BEGUN)) == 4
    assert not told(events.FIELDS_ENDED)

    done = run(own_database)

    anew = everything()
    assert says(anew) == says(before)
    assert under_active_keys(anew)
    assert not any(anew[at].sealed == before[at].sealed for at in before)
    assert sealed_values.beside() == beside
    assert attestation.observed().digests() == set_up
    assert (done.left, done.closed, set(done.idle)) == ((), {}, old)
    (ended,) = told(events.FIELDS_ENDED)
    assert extra(ended)["idle"].split() == [str(key) for key in sorted(old)]
    # Each key that was changed leaves no value behind; nothing that was proved is unproved by it.
    stage = Stage(own_database, tmp_path)
    assert stage.seal().fenced == ""
    assert stage.violations() == []

    assert run(own_database).sealed.total() == 0
    assert (len(told(events.FIELDS_BEGUN)), len(told(events.FIELDS_ENDED))) == (5, 1)


_OTHER_KEY = """
    UPDATE {table} SET {column} = overlay({column} PLACING '\\x00ffffff'::bytea FROM 4)
    WHERE {column} IS NOT NULL
"""


def assert_the_application_cannot(own: OwnDatabase) -> None:
    """Wherever something guards a value, its being sealed anew by the application is refused."""
    held = sealed_values.guarded(own)
    let = [
        f"{table}.{column}"
        for table, column in sorted({(table, column) for table, column, _ in everything()} & held)
        if not sealed_values.attempted(
            own, "portal_app", True, _OTHER_KEY.format(table=table, column=column)
        )
    ]
    assert let == []


def after(batches: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Killed once so many batches were written."""

    def stop(until: pytest.MonkeyPatch) -> None:
        write, count = resealing.write, iter(range(batches))

        def some(*given: Any, **more: Any) -> int:
            if next(count, None) is None:
                raise Killed
            return write(*given, **more)

        until.setattr(resealing, "write", some)

    return stop


def inside_the_transaction(batches: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Killed when so many batches were written and one more was, but not yet committed."""

    def stop(until: pytest.MonkeyPatch) -> None:
        real, count = transaction.atomic, iter(range(batches))

        @contextmanager
        def atomic(using: str) -> Iterator[None]:
            with real(using=using):
                yield
                if next(count, None) is None:
                    raise Killed

        until.setattr(resealing.transaction, "atomic", atomic)

    return stop


# --- others at work --------------------------------------------------------------------------------
def patients(own: OwnDatabase, number: int = 3) -> list[Any]:
    """So many, sealed under a key that was changed."""
    site = office.Site.objects.get()
    made = [office.add_patient(site, number=f"MR-090{one}") for one in range(number)]
    change_keys(own, "field.people")
    return made


def test_a_row_that_somebody_works_on_is_left_and_nobody_waits(
    clinic: office.Office, own_database: OwnDatabase
) -> None:
    busy = patients(own_database)[0]
    with psycopg.connect(own_database.url()) as other:
        other.execute("SELECT FROM requests_app_patient WHERE id = %s FOR UPDATE", [busy.pk])
        done = run(own_database)
    assert [(one.column, one.count) for one in done.left] == [("requests_app_patient.identity", 1)]
    assert done.idle == ()
    assert run(own_database).sealed.total() == 1
    assert under_active_keys(everything())


def test_who_writes_between_reading_and_writing_wins(
    clinic: office.Office, own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, _ = patients(own_database, 2)
    write = resealing.write

    def meanwhile(column: Column, pairs: Any, **more: Any) -> int:
        if column.name == "requests_app_patient.identity":
            row = Patient.objects.get(pk=changed.pk)
            row.identity = replace(row.identity, given_names="Meanwhile")
            row.save()
        return write(column, pairs, **more)

    monkeypatch.setattr(resealing, "write", meanwhile)
    done = run(own_database)
    assert Patient.objects.get(pk=changed.pk).identity.given_names == "Meanwhile"
    assert done.left == ()
    assert under_active_keys(everything())


def test_two_at_once_seal_each_value_once(
    clinic: office.Office, own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients(own_database)
    before, write = everything(), resealing.write

    def twice(column: Column, pairs: Any, **more: Any) -> int:
        return write(column, pairs, **more) + write(column, pairs, **more)

    monkeypatch.setattr(resealing, "write", twice)
    due = sum(one.count for one in resealing.look() if one.due)
    assert run(own_database).sealed.total() == due
    assert says(everything()) == says(before)


def test_a_value_that_does_not_open_stays_and_is_told(
    clinic: office.Office, own_database: OwnDatabase
) -> None:
    broken = patients(own_database)[1]
    with psycopg.connect(own_database.admin_url) as admin:
        admin.execute(
            "UPDATE requests_app_patient SET identity = set_byte(identity, 90,"
            " get_byte(identity, 90) # 1) WHERE id = %s", [broken.pk],
        )  # fmt: skip
    done = run(own_database)
    assert done.closed == {"requests_app_patient.identity": 1}
    assert sum(one.count for one in done.left) == 1
    (ended,) = told(events.FIELDS_ENDED)
    assert ended.entry.outcome == "failure"
    assert extra(ended)["closed"] == "requests_app_patient.identity: 1"


def test_what_does_not_say_the_same_is_not_written(
    clinic: office.Office, own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients(own_database)
    before, seal = everything(), envelope.seal

    def garbled(plain: bytes, **more: Any) -> bytes:
        return seal(plain[:-1] + b"x", **more)

    monkeypatch.setattr(envelope, "seal", garbled)
    assert run(own_database).sealed.total() == 0
    assert everything() == before


def test_only_the_class_that_is_named(clinic: office.Office, own_database: OwnDatabase) -> None:
    office.filed()
    change_keys(own_database)
    done = run(own_database, "field.people")
    assert {column.split(".")[0] for column in done.sealed} == {"requests_app_patient"}
    assert any(one.due for one in resealing.look("field.kinds"))
    with pytest.raises(UnknownKey, match="no field is sealed"):
        run(own_database, "audit")


@pytest.mark.soak
@pytest.mark.parametrize("batches", [1, 2, 5, 9])
@pytest.mark.parametrize("committed", [True, False])
def test_a_process_killed_half_way_leaves_nothing_half_done(
    clinic: office.Office, own_database: OwnDatabase, batches: int, committed: bool
) -> None:
    """SIGKILL, from within: after the commit of that batch, or inside its transaction."""
    patients(own_database, 8)
    before = everything()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED.format(batches=batches, committed=committed)],
        cwd=ROOT, env=own_database.environ | {"DJANGO_SETTINGS_MODULE": "privacy_portal.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    half = everything()
    assert says(half) == says(before)
    assert sum(half[at] != before[at] for at in before) == batches - (not committed)
    assert (len(told(events.FIELDS_BEGUN)), len(told(events.FIELDS_ENDED))) == (1, 0)
    assert run(own_database).left == ()
    assert under_active_keys(everything())


_KILLED = """
import contextlib, itertools, os, signal, django
django.setup()
from audit import resealing
from audit.actors import system
real, count = resealing.transaction.atomic, itertools.count(1)

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

@contextlib.contextmanager
def atomic(using):
    last = next(count) == {batches}
    with real(using=using):
        yield
        if last and not {committed}:
            kill()
    if last:
        kill()

resealing.AT_ONCE, resealing.transaction.atomic = 1, atomic
resealing.seal_anew(actor=system("test"))
"""
