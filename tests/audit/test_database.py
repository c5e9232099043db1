"""What the database itself refuses, whoever asks and however."""

import psycopg
import pytest
from psycopg import errors

from audit import clock, entry, keys, log
from tests.audit.support import OFFICER
from tests.support.database import OwnDatabase

EID = "019a1ff7-0000-7000-8000-000000000001"
DENIED = errors.InsufficientPrivilege
TABLES = (
    "event", "pending", "event_index", "dek", "leaf", "head", "checkpoint", "cosignature",
    "anchor", "retention", "subject_lane", "hold",
)  # fmt: skip
ROLES = ("portal_app", "portal_sealer", "portal_auditor", "portal_migrator")
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("portal_app", "event"): {"SELECT"},
    ("portal_app", "event_index"): {"SELECT", "INSERT"},
    ("portal_app", "dek"): {"SELECT"},
    ("portal_app", "pending"): {"SELECT"},
    ("portal_app", "subject_lane"): {"SELECT"},
    ("portal_sealer", "head"): {"SELECT", "UPDATE"},
    ("portal_sealer", "leaf"): {"SELECT", "INSERT"},
    ("portal_auditor", "subject_lane"): {"SELECT"},
    ("portal_sealer", "event"): {"SELECT"},
    ("portal_sealer", "pending"): {"SELECT", "DELETE"},
    ("portal_auditor", "event"): {"SELECT"},
    ("portal_auditor", "pending"): {"SELECT"},
    ("portal_auditor", "event_index"): {"SELECT"},
    ("portal_auditor", "dek"): {"SELECT"},
    ("portal_app", "hold"): {"SELECT"},
    ("portal_auditor", "hold"): {"SELECT"},
}
ALLOWED |= {
    (role, table): {"SELECT"}
    for role in ("portal_app", "portal_sealer", "portal_auditor")
    for table in ("leaf", "head", "checkpoint", "cosignature", "anchor", "retention")
    if (role, table) not in {("portal_sealer", "head"), ("portal_sealer", "leaf")}
}
#: Columns that only PostgreSQL fills are no part of the right to insert.
INSERTED = {"leaf": "idx, eid, leaf_hash", "checkpoint": "size, root, note",
            "cosignature": "size, name, line", "anchor": "size, kind, blob"}  # fmt: skip
#: One statement a right. An INSERT names every column, which nobody may on `event`.
STATEMENTS = {
    "SELECT": "SELECT * FROM audit.{table}",
    "INSERT": "INSERT INTO audit.{table} SELECT * FROM audit.{table} WHERE false",
    "UPDATE": "UPDATE audit.{table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM audit.{table} WHERE false",
    "TRUNCATE": "TRUNCATE audit.{table}",
}
INSERT = "INSERT INTO audit.event (eid, entry"
NOTHING = "FROM (SELECT eid, entry FROM audit.event WHERE false) AS none"
COLUMN = {
    "event": "entry", "pending": "eid", "event_index": "eid", "dek": "state", "leaf": "idx",
    "head": "size", "checkpoint": "note", "cosignature": "line", "anchor": "blob",
    "retention": "policy", "subject_lane": "seq", "hold": "since",
}  # fmt: skip
CASES = [
    pytest.param(role, table, right, id=f"{role} {right} {table}")
    for role in ROLES
    for table in TABLES
    for right in STATEMENTS
]


@pytest.fixture
def stored(keyed_database: OwnDatabase, event_name: str) -> OwnDatabase:
    """A database with one entry in it, sealed."""
    log.append(event_name, actor=OFFICER, using="refusals")
    with psycopg.connect(keyed_database.url("portal_sealer")) as sealer:
        sealer.execute(
            "INSERT INTO audit.leaf (idx, eid, leaf_hash) SELECT 0, eid, sha256(entry) FROM audit.event"
        )
        sealer.execute(
            "UPDATE audit.head SET size = 1, frontier = (SELECT leaf_hash FROM audit.leaf)"
        )
        sealer.execute(
            "INSERT INTO audit.checkpoint (size, root, note) SELECT 1, leaf_hash, 'x' FROM audit.leaf"
        )
    return keyed_database


@pytest.mark.django_db
def test_each_role_may_do_what_its_line_says_and_nothing_else() -> None:
    from tests.support import database

    wrong = []
    for case in CASES:
        role, table, right = case.values
        with psycopg.connect(database.url(role, database.clone_name())) as connection:
            statement = STATEMENTS[right].format(table=table, column=COLUMN[table])
            allowed = _allowed(connection, statement)
        if allowed != (right in ALLOWED.get((role, table), set())):
            wrong.append((case.id, allowed))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", INSERTED)
def test_only_the_sealer_adds_to_the_tree_and_names_no_other_column(table: str) -> None:
    from tests.support import database

    columns = INSERTED[table]
    insert = (
        f"INSERT INTO audit.{table} ({columns}) SELECT {columns} FROM audit.{table} WHERE false"
    )
    able = []
    for role in ROLES:
        with psycopg.connect(database.url(role, database.clone_name())) as connection:
            able += [role] * _allowed(connection, insert)
    assert able == ["portal_sealer"]


def _allowed(connection: psycopg.Connection, statement: str) -> bool:
    try:
        connection.execute(statement)
    except DENIED:
        return False
    finally:
        connection.rollback()
    return True


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(f"{INSERT}, inserted_at) SELECT *, now() {NOTHING}", id="an arrival time"),
        pytest.param(
            f"{INSERT}, inserted_at) VALUES (gen_random_uuid(), '', DEFAULT)",
            id="an arrival time as DEFAULT",
        ),
        pytest.param(
            f"{INSERT}) SELECT * {NOTHING} ON CONFLICT (eid) DO UPDATE SET entry = ''",
            id="an upsert",
        ),
        pytest.param("SELECT * FROM audit.event FOR UPDATE", id="a row lock"),
        pytest.param("SELECT setval('audit.dek_id_seq', 1)", id="turning the key numbers back"),
        pytest.param("SELECT audit.event_arrived()", id="the trigger's function"),
        pytest.param("SET ROLE audit_owner", id="becoming the owner"),
        pytest.param("ALTER TABLE audit.event DISABLE TRIGGER ALL", id="triggers switched off"),
        pytest.param("SET session_replication_role = replica", id="triggers asleep"),
        pytest.param("CREATE TABLE audit.mine (x int)", id="a table of its own"),
        pytest.param("CREATE TEMPORARY TABLE pending (eid uuid)", id="a table in front of pending"),
    ],
)
@pytest.mark.django_db
def test_the_application_is_refused(statement: str) -> None:
    from django.db import ProgrammingError, connection

    with pytest.raises(ProgrammingError) as refused, connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, DENIED)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE audit.event SET inserted_at = now()", id="update"),
        pytest.param("DELETE FROM audit.event", id="delete"),
        pytest.param("TRUNCATE audit.event CASCADE", id="truncate"),
        pytest.param("TRUNCATE audit.pending", id="truncate pending"),
        pytest.param("UPDATE audit.pending SET eid = eid", id="update pending"),
        pytest.param("DELETE FROM audit.dek", id="delete keys"),
        pytest.param("TRUNCATE audit.dek", id="truncate keys"),
        pytest.param("UPDATE audit.dek SET class = 'other'", id="rename a key"),
        pytest.param("UPDATE audit.head SET size = 0, frontier = ''", id="shrink the tree"),
        pytest.param("UPDATE audit.head SET frontier = sha256('')", id="another tree"),
        pytest.param("DELETE FROM audit.head", id="delete the head"),
        pytest.param("UPDATE audit.leaf SET idx = idx + 1", id="move a leaf"),
        pytest.param("DELETE FROM audit.leaf", id="delete leaves"),
        pytest.param("DELETE FROM audit.checkpoint", id="delete heads"),
        pytest.param("UPDATE audit.checkpoint SET note = 'x'", id="change a head"),
        *(
            pytest.param(f"TRUNCATE audit.{table} CASCADE", id=f"truncate {table}")
            for table in (
                "leaf",
                "head",
                "checkpoint",
                "cosignature",
                "anchor",
                "retention",
                "subject_lane",
                "event_index",
                "hold",
            )
        ),
    ],
)
@pytest.mark.parametrize("role", ["owner", "superuser in replica mode"])
def test_even_owner_and_superuser_meet_the_triggers(
    stored: OwnDatabase, statement: str, role: str
) -> None:
    with psycopg.connect(stored.admin_url) as connection:
        if role == "owner":
            connection.execute("SET ROLE audit_owner")
        else:
            connection.execute("SET session_replication_role = replica")
        with pytest.raises((DENIED, errors.CheckViolation)):
            connection.execute(statement)


@pytest.mark.django_db
def test_every_trigger_is_enabled_always() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'audit.%' ORDER BY 1"
        )
        states = dict(cursor.fetchall())
    assert set(states.values()) == {"A"}
    assert set(states) >= {"event_arrived", "event_keeps_rows", "event_keeps_all", "dek_changes"}


@pytest.mark.django_db
def test_functions_with_the_owners_rights_have_a_fixed_search_path() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig FROM pg_proc "
            "WHERE pronamespace = 'audit'::regnamespace AND prosecdef"
        )
        found = dict(cursor.fetchall())
    assert set(found) >= {"dek_ensure", "event_arrived"}
    # How the planner finds a key is the trigger's own; nothing else is set by anything.
    looked_up = found.pop("event_arrived")
    assert looked_up == ["search_path=pg_catalog, pg_temp", "enable_seqscan=off"]
    assert {tuple(config) for config in found.values()} == {("search_path=pg_catalog, pg_temp",)}


def _insert(blob: bytes, eid: str = EID) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit.event (eid, entry) VALUES (%s, %s)", [eid, blob])


def _head(dek_id: int, *, magic: bytes = b"AUD1") -> bytes:
    return magic + dek_id.to_bytes(4, "big") + bytes.fromhex(EID.replace("-", "")) + bytes(88)


def _audit_key() -> int:
    return keys.keyring().active(keys.AUDIT, clock.now().date()).dek_id


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(lambda dek: _head(dek, magic=b"AUD2"), id="another form"),
        pytest.param(lambda dek: _head(dek)[:-1], id="too short"),
        pytest.param(lambda dek: _head(dek) + bytes(65_424), id="too long"),
        pytest.param(lambda dek: _head(dek)[:8] + bytes(16) + _head(dek)[24:], id="another id"),
        pytest.param(lambda dek: _head(99_999), id="a key that is not there"),
        pytest.param(lambda dek: _head(2**32 - 1), id="the highest key number"),
    ],
)
@pytest.mark.django_db
def test_bytes_that_are_no_entry_are_refused(bad) -> None:  # type: ignore[no-untyped-def]
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        _insert(bad(_audit_key()))


@pytest.mark.django_db
def test_an_entry_under_a_fields_key_is_refused() -> None:
    from django.db import IntegrityError

    index_key = keys.DatabaseStore().active("index.log.name")[0].dek_id
    with pytest.raises(IntegrityError, match="no usable data key"):
        _insert(_head(index_key))


@pytest.mark.parametrize(("state", "accepted"), [("decrypt", True), ("destroyed", False)])
def test_the_keys_state_counts_at_the_insert_not_in_the_cache(
    stored: OwnDatabase, event_name: str, state: str, accepted: bool
) -> None:
    from django.db import IntegrityError

    with psycopg.connect(stored.admin_url) as connection:
        gone = ", wrapped = NULL, destroyed_event = gen_random_uuid()" * (state == "destroyed")
        connection.execute(f"UPDATE audit.dek SET state = %s{gone} WHERE class = 'audit'", [state])
    if accepted:
        assert log.append(event_name, actor=OFFICER, using="refusals")
    else:
        with pytest.raises(IntegrityError, match="no usable data key"):
            log.append(event_name, actor=OFFICER, using="refusals")


@pytest.mark.django_db
def test_a_stored_entry_waits_for_its_place_in_the_tree() -> None:
    from tests.support import database

    _insert(_head(_audit_key()))
    with psycopg.connect(database.url("portal_sealer", database.clone_name())) as connection:
        assert connection.execute("SELECT count(*) FROM audit.pending").fetchone() is not None


def test_every_committed_entry_is_pending(stored: OwnDatabase) -> None:
    with psycopg.connect(stored.url("portal_sealer")) as connection:
        rows = connection.execute(
            "SELECT event.eid = pending.eid FROM audit.event FULL JOIN audit.pending USING (eid)"
        ).fetchall()
    assert rows == [(True,)]


def test_the_entry_under_test_is_of_the_form_the_checks_ask_for() -> None:
    assert entry.header(_head(7)).dek_id == 7
