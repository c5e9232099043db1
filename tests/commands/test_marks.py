"""Demo data and a clinic's records never share a database."""

from pathlib import Path

import psycopg
import pytest

from privacy_portal.commands import main, marks, servers
from privacy_portal.commands.marks import Kind
from tests.support import homes


def made(home: Path, *, demo: bool) -> None:
    """A database that was begun as a demo's, or as a clinic's."""
    with servers.running(homes.places(home)) as started:
        if demo:
            marks.make(started.migrator)
        with psycopg.connect(started.migrator) as connection:
            connection.execute("CREATE TABLE public.django_migrations (id int)")


def kind(home: Path) -> Kind:
    with servers.running(homes.places(home)) as started:
        return marks.read(started.application).kind


@pytest.mark.parametrize(
    ("command", "demo"),
    [
        pytest.param("up", True, id="up on a demo's"),
        pytest.param("run", False, id="run on a clinic's"),
        pytest.param("demo", False, id="demo on a clinic's"),
    ],
)
def test_the_wrong_command_is_refused(
    home: Path, command: str, demo: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    made(home, demo=demo)
    port = [] if command == "demo" else ["--port", str(homes.free_port())]
    assert main([command, "--home", str(home), *port]) == 1
    assert "belong" in capsys.readouterr().out
    assert kind(home) is (Kind.DEMO if demo else Kind.CLINIC)


def test_an_empty_database_is_neither(home: Path) -> None:
    assert kind(home) is Kind.EMPTY


def test_the_application_cannot_take_the_mark_away(home: Path) -> None:
    made(home, demo=True)
    with (
        servers.running(homes.places(home)) as started,
        psycopg.connect(started.application) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("DELETE FROM public.demo_mark")


def test_passwords_of_a_clinic_are_not_renewed_all_at_once(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(home, demo=False)
    assert main(["passwords", "--home", str(home)]) == 1
    assert "one by one" in capsys.readouterr().out


def test_a_demo_begins_again(home: Path) -> None:
    made(home, demo=True)
    with (
        servers.running(homes.places(home)) as started,
        psycopg.connect(started.migrator) as connection,
    ):
        connection.execute("CREATE TABLE public.left_behind (id int)")
    assert main(["demo", "--home", str(home)]) == 0
    assert kind(home) is Kind.DEMO
    with (
        servers.running(homes.places(home)) as started,
        psycopg.connect(started.migrator) as connection,
        pytest.raises(psycopg.errors.UndefinedTable),
    ):
        connection.execute("SELECT 1 FROM public.left_behind")
