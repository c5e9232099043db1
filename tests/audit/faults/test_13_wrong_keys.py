"""13. The key-encryption key is wrong or gone, or one wrapped key stands in the place of another."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from audit import keys, log
from audit.crypto import providers
from audit.crypto.providers import LocalFile
from audit.errors import SealBroken, UnknownKey, UnsafeKeyFile
from privacy_portal import health
from requests_app.people.models import Patient
from tests.audit.faults.stage import Stage
from tests.support import office


@pytest.fixture
def folder(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The run's key folder, copied, so that this test may spoil it."""
    kept = tmp_path / "kek"
    shutil.copytree(settings.KEY_FOLDER, kept)
    monkeypatch.setattr(settings, "KEY_FOLDER", str(kept))
    keys.forget()
    return kept


@pytest.fixture
def patient(stage: Stage, folder: Path) -> Patient:
    """Somebody with a sealed record, and one entry about them."""
    made: Patient = office.set_up().patient
    stage.append(patient=str(made.pk))
    return made


def active(folder: Path) -> Path:
    return next(folder.glob(f"kek-{LocalFile(folder).id.removeprefix('local:')}.key"))


def _another_key(folder: Path) -> None:
    active(folder).write_bytes(os.urandom(32))


def _cut_short(folder: Path) -> None:
    active(folder).write_bytes(active(folder).read_bytes()[:31])


def _gone(folder: Path) -> None:
    active(folder).unlink()


def _open_to_others(folder: Path) -> None:
    active(folder).chmod(0o640)


def _a_new_one_and_no_old(folder: Path) -> None:
    old = active(folder)
    providers.make_kek(folder)
    old.unlink()


SPOILED = {
    "another key under its name": (_another_key, UnsafeKeyFile),
    "cut short": (_cut_short, UnsafeKeyFile),
    "gone": (_gone, UnknownKey),
    "open to others": (_open_to_others, UnsafeKeyFile),
    "a new one, and the old one gone": (_a_new_one_and_no_old, UnknownKey),
}


def test_nothing_opens_nothing_is_sealed_and_nothing_is_shown(
    stage: Stage, patient: Patient, folder: Path
) -> None:
    before = everything(stage)
    for label, (spoil, error) in SPOILED.items():
        with _spoiled(folder, spoil):
            for attempt in (
                lambda: log.read(stage.told[-1]),
                lambda: Patient.objects.get(pk=patient.pk).identity,
                lambda: stage.append(),
            ):
                with pytest.raises(error):
                    pytest.fail(f"{label}: {attempt()}")
    assert everything(stage) == before
    assert log.read(stage.told[-1]).entry.patient == str(patient.pk)


def test_the_service_is_not_ready(folder: Path) -> None:
    for label, (spoil, _) in list(SPOILED.items())[:4]:
        assert health.examine("key", health.key).ok
        with _spoiled(folder, spoil):
            assert not health.examine("key", health.key).ok, label


@contextmanager
def _spoiled(folder: Path, spoil: Callable[[Path], None]) -> Iterator[None]:
    """As it was again afterwards."""
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    spoil(folder)
    keys.forget()
    try:
        yield
    finally:
        shutil.rmtree(folder)
        kept.rename(folder)
        keys.forget()


def everything(stage: Stage) -> Any:
    """What is sealed in the database, to the byte."""
    return stage.ask(
        "SELECT (SELECT array_agg(entry ORDER BY eid) FROM audit.event)::text "
        f"|| (SELECT array_agg(identity ORDER BY id) FROM {Patient._meta.db_table})::text "
        "|| (SELECT count(*) FROM audit.dek)"
    )


# --- one wrapped key in the place of another ---------------------------------------------------
def exchange(stage: Stage) -> None:
    """The wrapped keys of the log's month and of the one after it."""
    ids = stage.ask(
        "SELECT array_agg(dek_id ORDER BY lower(period)) FROM audit.dek WHERE class = 'audit'"
    )
    one, other = ids[0], ids[1]
    with_keys = (
        "UPDATE audit.dek AS here SET wrapped = there.wrapped FROM audit.dek AS there "
        f"WHERE (here.dek_id, there.dek_id) IN (({one}, {other}), ({other}, {one}))"
    )
    stage.force(with_keys)
    keys.forget()


def test_a_wrapped_key_in_the_place_of_another_opens_and_seals_nothing(
    stage: Stage, patient: Patient
) -> None:
    exchange(stage)
    with pytest.raises(SealBroken):
        log.read(stage.told[-1])
    with pytest.raises(SealBroken):
        stage.append()


def test_were_it_not_bound_to_its_place_entries_would_be_sealed_under_the_wrong_key(
    stage: Stage, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the key that was put there is taken for its own."""
    exchange(stage)
    monkeypatch.setattr(providers.primitives, "same", lambda left, right: True)
    stage.append()
    monkeypatch.undo()
    keys.forget()
    with pytest.raises(SealBroken):
        log.read(stage.told[-1])
