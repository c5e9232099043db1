"""25. Rights drift: what a superuser opens for a moment shows the next day, even if it is shut again.

That nothing about anybody stands in the clear in files, dumps and logs is tried in tests/canary.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import transaction

from audit import attestation, events, log
from audit.attestation import Attested
from audit.log import Facet
from privacy_portal.alarms import of_set_up
from tests.audit.faults.stage import Stage
from tests.audit.support import OFFICER

#: What is opened; what somebody then does to an entry that the log would otherwise refuse, and as
#: whom; and how it is shut again. The id of the entry stands for %s.
DRIFT = {
    "a right to delete, and the guard switched off": (
        ["GRANT DELETE ON audit.event TO portal_app", "GRANT DELETE ON audit.pending TO portal_app",
         "ALTER TABLE audit.event DISABLE TRIGGER event_leaves"],
        ("portal_app", "DELETE FROM audit.pending WHERE eid = %s; "
         "DELETE FROM audit.event WHERE eid = %s"),
        ["REVOKE DELETE ON audit.event FROM portal_app",
         "REVOKE DELETE ON audit.pending FROM portal_app",
         "ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_leaves"],
    ),
    "a guard that sleeps in replication": (
        ["ALTER TABLE audit.event ENABLE TRIGGER event_keeps_rows"],
        ("superuser", "SET session_replication_role = replica; "
         "UPDATE audit.event SET entry = entry || '\\x00' WHERE eid = %s"),
        ["ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_keeps_rows"],
    ),
    "another owner": (
        ["ALTER TABLE audit.event OWNER TO portal_migrator",
         "GRANT USAGE ON SCHEMA audit TO portal_migrator"],
        ("portal_migrator", "ALTER TABLE audit.event DISABLE TRIGGER USER; "
         "UPDATE audit.event SET entry = entry || '\\x00' WHERE eid = %s; "
         "ALTER TABLE audit.event ENABLE TRIGGER USER"),
        ["ALTER TABLE audit.event OWNER TO audit_owner",
         "REVOKE USAGE ON SCHEMA audit FROM portal_migrator",
         "DO $$ DECLARE one record; BEGIN FOR one IN SELECT tgname FROM pg_trigger WHERE NOT "
         "tgisinternal AND tgrelid = 'audit.event'::regclass LOOP EXECUTE format('ALTER TABLE "
         "audit.event ENABLE ALWAYS TRIGGER %%I', one.tgname); END LOOP; END $$"],
    ),
}  # fmt: skip
#: What opens nothing, since no guard of ours asks it; and is told all the same.
IN_VAIN = {
    "triggers asleep for the application": "session_replication_role = replica",
    "pgtrigger.ignore": "pgtrigger.ignore = 'event_keeps_rows,event_leaves'",
}


def attested() -> Attested:
    with transaction.atomic():
        return attestation.attest(actor=OFFICER)


@pytest.fixture
def day(stage: Stage) -> Callable[[], Attested]:
    """The day's attestation, with a first one already there."""
    first = attested()
    assert (first.differs, first.alarming) == (0, False)
    return attested


def by_superuser(stage: Stage, *statements: str) -> None:
    with psycopg.connect(stage.database.admin_url, autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement.replace("%%", "%").encode())


def done(stage: Stage, who: str, statements: str, eid: Any) -> bool:
    """Whether the database lets them."""
    database = stage.database
    url = database.admin_url if who == "superuser" else database.url(who)
    with psycopg.connect(url, autocommit=True) as somebody:
        try:
            for statement in statements.replace("%s", f"'{eid}'").split("; "):
                somebody.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return False
    return True


@pytest.mark.parametrize(("opens", "does", "shuts"), DRIFT.values(), ids=DRIFT.keys())
def test_what_was_open_while_it_was_attested_is_told_for_ever(
    stage: Stage, day: Callable[[], Attested],
    opens: list[str], does: tuple[str, str], shuts: list[str],
) -> None:  # fmt: skip
    (eid,) = stage.append(openable=True)
    assert not done(stage, *does, eid)  # The control: before, nobody can.
    by_superuser(stage, *opens)
    found = day()
    assert found.alarming
    assert "table audit.event" in found.changed
    assert of_set_up(found, now=found.at)
    assert done(stage, *does, eid)

    by_superuser(stage, *shuts)

    after = day()
    assert (after.differs, "table audit.event" in after.changed) == (0, True)
    told = log.find(Facet.NAME, events.CONFIGURATION_ATTESTED).entries
    assert [one.entry.outcome for one in told] == ["success", "failure", "success"]


@pytest.mark.parametrize("setting", IN_VAIN.values(), ids=IN_VAIN.keys())
def test_what_opens_nothing_here_is_told_as_well(
    stage: Stage, day: Callable[[], Attested], setting: str
) -> None:
    (eid,) = stage.append()
    by_superuser(stage, f"ALTER DATABASE {stage.database.name} SET {setting}")
    for who in ("portal_app", "superuser"):
        assert not done(stage, who, "DELETE FROM audit.event WHERE eid = %s", eid)
        assert not done(stage, who, "UPDATE audit.event SET entry = entry WHERE eid = %s", eid)
    found = day()
    assert found.alarming
    assert any(thing.startswith("setting ") for thing in found.changed)


def test_what_is_opened_and_shut_between_two_days_shows_in_nothing_but_the_log_itself(
    stage: Stage, day: Callable[[], Attested]
) -> None:
    """The control: nothing was attested in between, and the set-up is as it was."""
    opens, does, shuts = DRIFT["a guard that sleeps in replication"]
    (eid,) = stage.append()
    stage.seal()
    by_superuser(stage, *opens)
    assert done(stage, *does, eid)
    by_superuser(stage, *shuts)
    assert not day().alarming
    assert stage.broken() == {"I3"}
