"""Backups restore, hold no key, and are believed only when whole."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from privacy_portal.commands import backups, document_copies, main, marks, schema, servers
from privacy_portal.commands.marks import Kind
from privacy_portal.env import Misconfigured
from tests.support import homes

SEALED = b"BLB1 and what follows"


def _document(folder: Path) -> Path:
    """Where a sealed file lies below a home, or below a backup's folder."""
    data = folder / "data" if (folder / "data").exists() else folder
    return data / "documents" / "3f" / "3f2b8c1e5d474a909c367e1d2a4b6f80"


@pytest.fixture(scope="module")
def clinic() -> Iterator[Path]:
    """A clinic's installation, migrated, with one row; nobody else runs it."""
    with pytest.MonkeyPatch.context() as patch, homes.home() as folder:
        for name in homes.OUTSIDE:
            patch.delenv(name, raising=False)
        homes.prepare(folder)
        with (
            servers.running(homes.places(folder)) as started,
            psycopg.connect(started.migrator) as connection,
        ):
            connection.execute("CREATE TABLE public.kept (word text)")
            connection.execute("INSERT INTO public.kept VALUES ('invented')")
        _document(folder).parent.mkdir(parents=True)
        _document(folder).write_bytes(SEALED)
        assert main(["backup", "--home", str(folder)]) == 0
        yield folder


@pytest.fixture
def backup(clinic: Path, home: Path) -> Path:
    """A copy of the clinic's backup that a test may spoil."""
    made = next((clinic / "backups").glob("portal-*"))
    return Path(shutil.copytree(made, home / made.name))


def word(folder: Path) -> object:
    with (
        servers.running(homes.places(folder)) as started,
        psycopg.connect(started.admin) as connection,
    ):
        row = connection.execute("SELECT word FROM public.kept").fetchone()
    return row[0] if row else None


def key_file(folder: Path) -> Path:
    return next((folder / "keys" / "kek").glob("*.key"))


def test_a_backup_states_what_it_holds_and_which_key_it_needs(clinic: Path, backup: Path) -> None:
    found = homes.manifest(backup)
    assert found["rows"]["public.kept"] == 1
    assert found["keys_needed"] == [f"local:{key_file(clinic).stem.removeprefix('kek-')}"]
    assert found["verified_at"]
    assert not (backup.stat().st_mode & 0o077)


def test_documents_are_in_it_as_they_lie_sealed_and_a_changed_one_spoils_it(backup: Path) -> None:
    assert homes.manifest(backup)["documents"]["files"] == 1
    assert backups.opened(backup)
    _document(backup).write_bytes(SEALED + b"!")
    with pytest.raises(Misconfigured, match="not what was backed up"):
        backups.opened(backup)


def test_a_backup_that_lacks_a_document_does_not_count(clinic: Path) -> None:
    kept = (
        "INSERT INTO requests_app_document (id, patient_id, sort, stage, facts, announced_by,"
        " announced_by_name, announced_at, blob, dek_id, type, size, content, kept_at, released_by,"
        " ended_by) VALUES (gen_random_uuid(), gen_random_uuid(), 'authority', 'kept', '', '', '',"
        " now(), 'there is no such file', 1, 'pdf', 1, '', now(), '', '')"
    )
    with (
        servers.running(homes.places(clinic)) as started,
        psycopg.connect(started.admin) as connection,
    ):
        connection.execute("SET session_replication_role = replica")
        connection.execute(kept)
        copy = clinic / "data" / "documents"
        document_copies.check_whole(copy, connection, elsewhere=True)
        with pytest.raises(Misconfigured, match="files of 1 documents"):
            document_copies.check_whole(copy, connection, elsewhere=False)
        connection.rollback()
        document_copies.check_whole(copy, connection, elsewhere=False)


def test_a_backup_never_holds_a_key(clinic: Path, backup: Path) -> None:
    held = b"".join(file.read_bytes() for file in backup.rglob("*") if file.is_file())
    for secret in (file for file in (clinic / "keys").rglob("*") if file.is_file()):
        if secret.name == "kek-active":
            continue  # the key's name, which the manifest states
        content = secret.read_bytes()
        for form in (content, content.hex().encode(), base64.b64encode(content)):
            assert form not in held
    assert not [file for file in backup.rglob("*") if file.suffix == ".key"]


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("keys", id="the key folder"),
        pytest.param("keys/kek/below", id="below it"),
        pytest.param(".", id="a folder that holds it"),
    ],
)
def test_a_backup_beside_the_keys_is_refused(clinic: Path, target: str) -> None:
    before = sorted(clinic.rglob("keys/**/*"))
    assert main(["backup", str(clinic / target), "--home", str(clinic)]) == 1
    assert sorted(clinic.rglob("keys/**/*")) == before


def test_a_restore_into_an_empty_home_needs_the_key_and_then_succeeds(
    clinic: Path, backup: Path, home: Path
) -> None:
    new = home / "new"
    new.mkdir(mode=0o711)
    assert main(["restore", str(backup), "--home", str(new)]) == 1
    assert not (new / "data" / "servers" / "postgres").exists()
    key = str(key_file(clinic))
    assert main(["restore", str(backup), "--home", str(new), "--key-copy", key]) == 0
    assert word(new) == "invented"
    assert _document(new).read_bytes() == SEALED
    with servers.running(homes.places(new)) as started:
        assert marks.read(started.application).kind is Kind.CLINIC


def test_a_database_that_holds_something_is_kept_unless_told(
    clinic: Path, backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        servers.running(homes.places(clinic)) as started,
        psycopg.connect(started.migrator) as connection,
    ):
        connection.execute("UPDATE public.kept SET word = 'later'")
    assert main(["restore", str(backup), "--home", str(clinic)]) == 1
    assert word(clinic) == "later"
    assert main(["restore", str(backup), "--home", str(clinic), "--replace"]) == 0
    assert "kept as database portal_before_" in capsys.readouterr().out
    assert word(clinic) == "invented"


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        pytest.param("database.dump", lambda old: old[:-1], id="cut short"),
        pytest.param("database.dump", lambda old: old[:99] + b"?" + old[100:], id="one byte"),
        pytest.param("manifest.json", lambda old: b"{}", id="no manifest"),
        pytest.param("manifest.json", lambda old: old.replace(b"verified_at", b"x"), id="untried"),
    ],
)
def test_a_spoilt_backup_is_refused(backup: Path, file: str, spoil: object) -> None:
    assert callable(spoil)
    (backup / file).write_bytes(spoil((backup / file).read_bytes()))
    with pytest.raises(Misconfigured):
        backups.opened(backup)


def test_a_backup_that_does_not_restore_to_the_same_is_not_kept(
    clinic: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = iter([{"public.kept": 1}, {"public.kept": 2}])
    monkeypatch.setattr(backups, "rows", lambda connection: next(counts))
    assert main(["backup", str(home / "b"), "--home", str(clinic)]) == 1
    assert not list((home / "b").iterdir())


def test_an_older_schema_is_backed_up_before_it_is_migrated(
    clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(task: str, *_: object, **__: object) -> dict[str, object]:
        asked.append(task)
        return {"pending": ["x.0002"], "unknown": []}

    monkeypatch.setattr(schema.django_side, "ask", ask)
    monkeypatch.setattr(schema.backups, "make", lambda *_: asked.append("backup"))
    with servers.running(homes.places(clinic)) as started:
        schema.bring_up_to_date(started, kind=Kind.CLINIC)
    assert asked == ["ready", "backup", "migrate"]


def test_a_newer_schema_is_left_alone(clinic: Path) -> None:
    with servers.running(homes.places(clinic)) as started:
        with psycopg.connect(started.migrator) as connection:
            connection.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '9999', now())"
            )
        with pytest.raises(Misconfigured, match="newer version"):
            schema.bring_up_to_date(started, kind=Kind.CLINIC)
        with psycopg.connect(started.migrator) as connection:
            connection.execute("DELETE FROM django_migrations WHERE name = '9999'")
