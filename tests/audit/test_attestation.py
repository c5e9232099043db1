"""The daily attestation of how database and service are set up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from audit import attestation, clock, events, log
from audit.actors import system
from audit.attestation import expected
from audit.errors import NotTaken
from audit.log import Facet
from privacy_portal import set_up, tasks
from privacy_portal.alarms import of_set_up
from requests_app.outbox import Audience, OutboxRow, Topic
from tests.support import office
from tests.support.database import OwnDatabase

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def now(own_database: OwnDatabase) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def by_superuser(database: OwnDatabase, statement: str) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def attested(**also: Any) -> attestation.Attested:
    with transaction.atomic():
        return attestation.attest(actor=system("test"), **also)


def test_a_migrated_database_is_as_this_release_makes_it(db: None) -> None:
    """After a migration of the log: `manage.py attest --write`."""
    facts = attestation.observed()
    assert expected.FILE.read_text(encoding="utf-8") == expected.written(facts)
    assert len(expected.compared(facts)) == 0


def test_the_entry_says_what_was_found(now: None) -> None:
    found = attested()
    entry = log.read(found.eid).entry
    assert (entry.name, entry.outcome) == (events.CONFIGURATION_ATTESTED, "success")
    assert entry.extra is not None
    assert entry.after is not None
    assert entry.extra["digest"] == attestation.observed().digest
    assert {"table audit.event", "role portal_app", "table public.requests_app_request"} <= set(
        entry.after
    )
    assert attestation.latest() == found


#: What a superuser does, the thing it shows in, and by how many facts the set-up then differs more.
DRIFT = {
    "a right": ("GRANT DELETE ON audit.event TO portal_app", "table audit.event", 1),
    "a right to a column": (
        "GRANT UPDATE (entry) ON audit.event TO portal_app", "table audit.event", 1,
    ),
    "a trigger off": (
        "ALTER TABLE audit.event DISABLE TRIGGER event_keeps_rows", "table audit.event", 2,
    ),
    "a trigger that sleeps in replication": (
        "ALTER TABLE audit.leaf ENABLE TRIGGER leaf_keeps_all", "table audit.leaf", 2,
    ),
    "a trigger dropped": ("DROP TRIGGER event_arrived ON audit.event", "table audit.event", 1),
    "a trigger more": (
        "CREATE TRIGGER more BEFORE INSERT ON audit.leaf FOR EACH ROW EXECUTE FUNCTION audit.refuse()",
        "table audit.leaf", 1,
    ),
    "another owner": ("ALTER TABLE audit.pending OWNER TO portal_app", "table audit.pending", None),
    "another body": (
        "CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NULL; END'",
        "function audit.refuse()", 2,
    ),
    "a check dropped": (
        "ALTER TABLE audit.leaf DROP CONSTRAINT leaf_leaf_hash_check", "table audit.leaf", 1,
    ),
    "an ordinary table's guards off": (
        "ALTER TABLE public.requests_app_statusrow DISABLE TRIGGER ALL",
        "table public.requests_app_statusrow", None,
    ),
    "a right to an ordinary table": (
        "GRANT TRUNCATE ON requests_app_statusrow TO portal_app",
        "table public.requests_app_statusrow", 0,
    ),
    "triggers asleep for the application": (
        "DO $$ BEGIN EXECUTE format('ALTER ROLE portal_app IN DATABASE %I SET"
        " session_replication_role = replica', current_database()); END $$",
        "setting session_replication_role", 1,
    ),
    "pgtrigger.ignore": (
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET pgtrigger.ignore = ''event''',"
        " current_database()); END $$",
        "setting pgtrigger.ignore", 1,
    ),
}  # fmt: skip


def test_drift_is_found_at_the_next_attestation(now: None, own_database: OwnDatabase) -> None:
    before = attested()
    assert (before.differs, before.changed, before.alarming) == (0, (), False)
    for what, (statement, thing, more) in DRIFT.items():
        by_superuser(own_database, statement)
        found = attested()
        assert thing in found.changed, what
        assert found.alarming, what
        differs = found.differs - before.differs
        assert differs == more if more is not None else differs > 0, what
        before = found


def test_a_database_that_swallows_entries_is_not_taken_at_its_word(
    now: None, own_database: OwnDatabase
) -> None:
    by_superuser(
        own_database, "CREATE RULE gone AS ON INSERT TO audit.event_index DO INSTEAD NOTHING"
    )
    with pytest.raises(NotTaken):
        attested()


def test_what_the_service_says_of_itself_is_compared_too(now: None, settings: Any) -> None:
    attested(also=set_up.of_service())
    settings.SESSION_HOURS = 999
    found = attested(also=set_up.of_service())
    assert found.changed == ("service setting SESSION_HOURS",)


def test_no_secret_is_attested(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = "s3cret" * 8
    lines = attestation.observed(also=set_up.of_service()).lines()
    assert "service setting METRICS_TOKEN | set" in lines
    hidden = (settings.METRICS_TOKEN, settings.SECRET_KEY, settings.DOCUMENTS_URL)
    assert not [line for line in lines if any(secret in line for secret in hidden)]


def test_the_sweep_attests_each_day_and_tells_of_a_change(
    own_database: OwnDatabase, client: Client
) -> None:
    with clock.frozen(NOON):
        office.set_up()
        tasks.sweep_due()
        tasks.sweep_due()
    assert len(log.find(Facet.NAME, events.CONFIGURATION_ATTESTED).entries) == 1
    assert not OutboxRow.objects.filter(topic=Topic.SET_UP).exists()

    by_superuser(own_database, "GRANT DELETE ON audit.event TO portal_app")
    with clock.frozen(NOON + DAY):
        tasks.sweep_due()
        alarms = client.get("/health/ready").json()["alarms"]

    told = OutboxRow.objects.filter(topic=Topic.SET_UP)
    assert {row.audience for row in told} == {Audience.ADMINISTRATOR, Audience.OFFICER}
    assert told[0].said == {"changed": 1, "not_as_made": 1}
    assert [one for one in alarms if "1 fact of the database's set-up" in one]
    assert "audit.event" not in str(alarms)


def test_a_difference_stays_an_alarm_until_it_is_put_right(
    own_database: OwnDatabase,
) -> None:
    by_superuser(own_database, "GRANT DELETE ON audit.event TO portal_app")
    for days, differs in ((0, 1), (1, 1), (2, 0)):
        if not differs:
            by_superuser(own_database, "REVOKE DELETE ON audit.event FROM portal_app")
        with clock.frozen(NOON + days * DAY):
            found = attested()
            assert found.differs == differs
            assert found.alarming == (days != 1)
            alarms = of_set_up(found, now=clock.now())
            assert bool([one for one in alarms if "not as this release" in one]) == bool(differs)
    assert of_set_up(found, now=NOON + 5 * DAY)[-1].startswith("The set-up was last attested")


def test_the_command_names_what_differs(own_database: OwnDatabase) -> None:
    out = StringIO()
    call_command("attest", "--now", stdout=out)
    assert "is as this release makes it" in out.getvalue()
    by_superuser(own_database, "GRANT DELETE ON audit.event TO portal_app")
    out = StringIO()
    with pytest.raises(CommandError, match="1 facts"):
        call_command("attest", stdout=out)
    assert "unexpected: table audit.event | right of portal_app: DELETE\n" in out.getvalue()
    assert "not as last attested: table audit.event" in out.getvalue()
