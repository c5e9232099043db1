"""The start warns until a second copy of the key was shown, and says how old the backup is."""

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit import clock
from privacy_portal.commands import key_copy, main, notices
from tests.support import homes

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def confirm(home: Path, copy: str) -> int:
    return main(["confirm-key-copy", copy, "--home", str(home)])


def test_a_true_copy_ends_the_warning(home: Path) -> None:
    places = homes.places(home)
    copy = home / "stick" / "copy.key"
    copy.parent.mkdir()
    shutil.copy(key_copy.active_key(places), copy)
    assert any("nobody confirmed" in line for line in notices.of(places))
    assert confirm(home, str(copy)) == 0
    assert not any("nobody confirmed" in line for line in notices.of(places))


def test_the_checksum_made_on_another_machine_is_enough(home: Path) -> None:
    key = key_copy.active_key(homes.places(home))
    assert confirm(home, hashlib.sha256(key.read_bytes()).hexdigest()) == 0
    assert key_copy.confirmed(homes.places(home))


@pytest.mark.parametrize("given", ["itself", "another", "nothing", "short", "checksum"])
def test_what_is_no_second_copy_is_refused(home: Path, given: str) -> None:
    places = homes.places(home)
    (home / "another").write_bytes(bytes(32))
    (home / "short").write_bytes(b"short")
    copies = {"itself": str(key_copy.active_key(places)), "checksum": "0" * 64}
    assert confirm(home, copies.get(given, str(home / given))) == 1
    assert not key_copy.confirmed(places)


@pytest.mark.parametrize(
    ("age", "told"),
    [
        pytest.param(timedelta(hours=3), "The last good backup is 3 hours old.", id="fresh"),
        pytest.param(timedelta(days=5), "WARNING: The last good backup is 5 days", id="old"),
    ],
)
def test_the_age_of_the_last_good_backup_is_shown(home: Path, age: timedelta, told: str) -> None:
    places = homes.places(home)
    note = {"made_at": (NOW - age).isoformat(), "folder": "x"}
    (places.data / "last-backup.json").write_text(json.dumps(note), encoding="utf-8")
    with clock.frozen(NOW):
        assert any(line.startswith(told) for line in notices.of(places))


def test_a_home_without_a_backup_is_told_so(home: Path) -> None:
    assert any("no good backup" in line for line in notices.of(homes.places(home)))


def test_without_a_mail_server_no_reminder_counts(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert any("no reminder counts as sent" in line for line in notices.of(homes.places(home)))
    monkeypatch.setenv("EMAIL_URL", "smtps://mail.clinic.example")
    assert not notices.mail()
