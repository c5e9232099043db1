"""6. TRUNCATE, as the application, as the sealer, as the owner, and forced by a superuser."""

import psycopg
import pytest
from psycopg import errors

from tests.audit.faults.stage import Stage

TABLES = ("event", "pending", "leaf", "head", "checkpoint")


@pytest.mark.parametrize("role", ["portal_app", "portal_sealer", "portal_migrator", "owner"])
def test_nobody_empties_the_log(stage: Stage, role: str) -> None:
    stage.append(2)
    stage.seal()
    url = stage.database.admin_url if role == "owner" else stage.database.url(role)
    for table in TABLES:
        with psycopg.connect(url) as connection:
            if role == "owner":
                connection.execute("SET ROLE audit_owner")
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"TRUNCATE audit.{table} CASCADE".encode())
    stage.all_is_well(size=2)


def test_emptied_by_force_the_log_is_fenced_and_goes_on_taking_entries(stage: Stage) -> None:
    stage.append(3)
    stage.seal()
    stage.force(
        "TRUNCATE audit.event, audit.pending, audit.leaf",
        "UPDATE audit.head SET size = 0, frontier = ''",
    )
    stage.append(2)

    done = stage.seal()

    assert "knows 3 entries, the database 0" in done.fenced
    assert stage.ask("SELECT count(*) FROM audit.pending") == 2
    assert stage.seal().fenced == done.fenced
    assert {"I5", "I8"} <= stage.broken()


def test_without_the_pin_and_the_files_it_would_pass(stage: Stage) -> None:
    """The control: nobody remembers, and nothing is noticed here. That is what witnesses are for."""
    stage.append(3)
    stage.seal()
    stage.force(
        "TRUNCATE audit.event, audit.pending, audit.leaf, audit.checkpoint, audit.cosignature",
        "UPDATE audit.head SET size = 0, frontier = ''",
    )
    stage.pin.unlink()
    (stage.folder / "checkpoint").unlink()
    stage.append(1)
    assert stage.seal().fenced == ""
