"""What the commands do inside Django: demo data whole or not at all, passwords shown once."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from audit import actors
from privacy_portal.accounts import people
from privacy_portal.accounts.models import User
from privacy_portal.commands import inside, marks
from privacy_portal.commands.places import ROOT
from requests_app.permissions import Permission
from tests.support.database import OwnDatabase

ADMIN = actors.Actor(
    id="system:test", name="Test", via="command", scopes=frozenset({Permission.MANAGE_USERS.value})
)


@dataclass(frozen=True)
class Credential:
    role: str = "privacy officer"
    sign_in: str = "officer@example.org"
    password: str = "shown-once"


def demo_is(monkeypatch: pytest.MonkeyPatch, fill: Callable[[object], list[Credential]]) -> None:
    module = ModuleType("privacy_portal.demo")
    module.__spec__ = ModuleSpec("privacy_portal.demo", None)
    module.fill = fill  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "privacy_portal.demo", module)


def staff(address: str) -> User:
    return people.create_staff(address, "Ada Example", people.random_password(), actor=ADMIN)


def test_demo_data_is_written_once_and_its_passwords_returned(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks.make(own_database.url("portal_migrator"))
    demo_is(monkeypatch, lambda now: [Credential()])
    answer = inside.fill()
    assert answer["credentials"][0]["password"] == "shown-once"
    assert marks.read(own_database.url()).filled


def test_demo_data_that_breaks_half_way_leaves_nothing(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(now: object) -> list[Credential]:
        staff("officer@example.org")
        raise LookupError("half way")

    marks.make(own_database.url("portal_migrator"))
    demo_is(monkeypatch, breaks)
    with pytest.raises(LookupError):
        inside.fill()
    assert not User.objects.exists()
    assert not marks.read(own_database.url()).filled


def test_a_new_password_takes_the_place_of_the_old_one(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = staff("officer@example.org")
    monkeypatch.setattr(sys, "stdin", io.StringIO("officer@example.org\nnobody@example.org\n"))
    answer = inside.passwords()
    assert answer["unknown"] == 1
    account.refresh_from_db()
    assert account.check_password(answer["credentials"][0]["password"])


def test_a_current_schema_has_nothing_pending(own_database: OwnDatabase) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "privacy_portal.commands.inside", "ready"],
        cwd=ROOT, env=own_database.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == {"pending": [], "unknown": []}
