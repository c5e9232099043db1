"""`manage` reaches the database with the service's keys: how the first administrator comes in."""

from pathlib import Path

import pytest

from privacy_portal.accounts.models import User
from privacy_portal.commands import main
from tests.support import database
from tests.support.database import OwnDatabase


def test_the_first_administrator_is_made_by_a_command(
    own_database: OwnDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", own_database.url())
    keys = str(database.kek_folder().parent)

    status = main(
        ["manage", "--home", str(tmp_path), "--keys", keys,
         "make_user", "ada@example.org", "Ada Example", "--role", "administrator"]
    )  # fmt: skip

    shown = capfd.readouterr().out.split()
    assert status == 0
    made = User.objects.get(username="ada@example.org")
    assert made.check_password(shown[-1])
    assert made.grants.get().role == "administrator"
