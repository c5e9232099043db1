"""Accounts made by whoever runs the service."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from privacy_portal.accounts import tokens
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_users import User
from tests.support.accounts import NOON, Somebody, signed_in


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here makes accounts."""


def test_the_first_administrator_signs_in_with_the_password_shown() -> None:
    password = run("make_user", "admin@example.org", "Admin Example", "--role", "administrator")

    user = User.objects.get(username="admin@example.org")
    signed_in(Somebody(user, "admin@example.org", password))
    assert actor_for(user, via="session").roles == {"administrator"}


def test_an_auditor_is_not_made_without_an_end() -> None:
    with pytest.raises(CommandError, match="it is lent for a time"):
        run("make_user", "auditor@example.org", "Auditor Example", "--role", "auditor")

    assert not User.objects.exists()


def test_a_machine_client_is_made_once_and_gets_as_many_tokens_as_asked() -> None:
    made = [run("make_token", "Scanner", "--scope", "ask_check", "--days", "30") for _ in range(2)]

    assert User.objects.count() == 1
    for text in made:
        found = tokens.authenticate(text, now=NOON)
        assert found is not None
        assert found[1].scopes == {"ask_check"}
        assert found[1].name == "Scanner"
