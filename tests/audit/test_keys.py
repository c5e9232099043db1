"""Data keys in the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from audit import clock, keys, log
from audit.crypto import providers
from audit.crypto.keyring import Period, Span, period_of
from audit.errors import UnknownKey
from tests.audit.support import NOON, OFFICER
from tests.support.database import OwnDatabase, migrating


def test_keys_are_made_two_periods_ahead(own_database: OwnDatabase) -> None:
    keys.forget()
    keys.ensure_periods(NOON)
    starts = {row.period.start for row in keys.DatabaseStore().active(keys.AUDIT)}
    expected = {NOON.date().replace(month=month, day=1) for month in (1, 2, 3)}
    assert expected <= starts
    assert keys.missing(NOON) == []


def test_a_class_whose_period_has_no_key_is_named(own_database: OwnDatabase) -> None:
    assert keys.AUDIT in keys.missing(datetime(2040, 1, 1, tzinfo=UTC))


def test_a_month_without_a_key_still_logs_and_is_reported(
    keyed_database: OwnDatabase, event_name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with clock.frozen(datetime(2040, 1, 1, tzinfo=UTC)):
        eid = log.append(event_name, actor=OFFICER, using="refusals")
    assert log.read(eid).entry.name == event_name
    assert any("No key of class audit for 2040-01-01" in said for said in caplog.messages)


def test_without_any_key_nothing_is_logged(own_database: OwnDatabase, event_name: str) -> None:
    with psycopg.connect(own_database.admin_url) as admin:
        admin.execute("ALTER TABLE audit.dek DISABLE TRIGGER ALL")
        admin.execute("DELETE FROM audit.dek")
    keys.forget()
    with pytest.raises(UnknownKey):
        log.append(event_name, actor=OFFICER, using="refusals")


def test_two_makers_of_one_key_make_one(own_database: OwnDatabase) -> None:
    keys.forget()
    year = period_of(Span.YEAR, NOON.date())

    def make(_: int) -> int:
        try:
            return keys.keyring().ensure("field.trial", year)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(make, range(8)))) == 1


def test_a_key_number_out_of_the_air_is_refused(own_database: OwnDatabase) -> None:
    bare = keys.rings.KeyRow(
        999_999, "field.trial", Period(), bytes(72), "local:0", keys.KeyState.ACTIVE
    )
    with pytest.raises(Exception, match="numbered by the sequence"):
        keys.DatabaseStore().ensure(bare)


def test_rewrapping_moves_every_key_and_what_was_sealed_still_opens(
    keyed_database: OwnDatabase, event_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = _own_key_folder(tmp_path, monkeypatch)
    eid = log.append(event_name, actor=OFFICER, using="refusals")
    newer = providers.make_kek(tmp_path)
    changed = _rewrap_as_migrator(keyed_database)
    assert changed == keys_under(newer) > 0
    assert keys_under(older) == 0
    assert log.read(eid).entry.name == event_name
    assert _rewrap_as_migrator(keyed_database) == 0


def test_with_another_key_encryption_key_nothing_opens(
    keyed_database: OwnDatabase, event_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eid = log.append(event_name, actor=OFFICER, using="refusals")
    providers.make_kek(tmp_path)
    monkeypatch.setattr(settings, "KEY_FOLDER", str(tmp_path))
    keys.forget()
    with pytest.raises(UnknownKey):
        log.read(eid)
    with pytest.raises(UnknownKey):
        log.append(event_name, actor=OFFICER, using="refusals")


def test_without_a_key_folder_the_check_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KEY_FOLDER", None)
    with pytest.raises(UnknownKey):
        keys.check_provider()


def keys_under(kek_id: str) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit.dek WHERE kek_id = %s", [kek_id])
        return int(cursor.fetchone()[0])


def _own_key_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of the run's key folder, so that this test may add a key to it."""
    for path in Path(settings.KEY_FOLDER).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
        (folder / path.name).chmod(0o600)
    monkeypatch.setattr(settings, "KEY_FOLDER", str(folder))
    keys.forget()
    return keys.provider().id


def _rewrap_as_migrator(database: OwnDatabase) -> int:
    with migrating(database):
        return keys.rewrap(using="migrate")
