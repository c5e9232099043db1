"""PostgreSQL's log under our own settings: they are the same wherever we start it, and they hold."""

import contextlib
from typing import Any

import psycopg
import pytest
import yaml

from privacy_portal.embedded.postgres import QUIET
from tests.canary.stage import make_talkative, postgres_log
from tests.support.canary import Cage, Hit, Mark, hits
from tests.support.database import ROOT, OwnDatabase

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
CAGE = Cage()


def test_the_container_is_told_the_same_as_the_embedded_server() -> None:
    words = COMPOSE["services"]["postgres"]["command"]
    told = dict(word.removeprefix("--").split("=") for word in words if word.startswith("--log_"))
    assert told == QUIET


@pytest.mark.parametrize(("name", "value"), QUIET.items())
def test_the_manual_tells_it_to_those_with_servers_of_their_own(name: str, value: str) -> None:
    assert f"| `{name}` | `{value}` |" in PAGE


STATEMENTS = [
    pytest.param("SELECT %s::text", id="a value"),
    pytest.param("SELECT %s::int", id="a value that is refused"),
    pytest.param("SELECT 1 / (length(%s) - 16)", id="a value of a statement that fails"),
    pytest.param("INSERT INTO account (username) VALUES (%s)", id="a row that is refused"),
]
WAYS = [
    pytest.param(psycopg.Cursor[Any], id="bound by the server"),
    pytest.param(psycopg.ClientCursor[Any], id="written into the statement"),
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("way", WAYS)
def test_a_statement_leaves_nothing_in_the_log(
    own_database: OwnDatabase, statement: str, way: Any
) -> None:
    assert not left_behind(own_database, statement, way, "usual")


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("way", WAYS)
def test_the_same_is_found_where_the_server_writes_down_everything(
    own_database: OwnDatabase, statement: str, way: Any
) -> None:
    make_talkative(own_database)
    assert left_behind(own_database, statement, way, "talkative")


def left_behind(own: OwnDatabase, statement: str, way: Any, how: str) -> list[Hit]:
    """What the log holds of the value that the statement was sent with."""
    # Marked as planted on purpose: the tests of a run share the server's log.
    word = CAGE.canary(f"{statement} {way} {how}", Mark.CONTROL)
    link = psycopg.connect(own.url(), autocommit=True, cursor_factory=way)
    with link, contextlib.suppress(psycopg.Error):
        link.execute(statement, [word])  # type: ignore[call-overload]
    return list(hits(postgres_log(own), of=word))
