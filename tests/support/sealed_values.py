"""What lies sealed in a database, found by a walk of the tests' own: under which key, and what it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection

from audit import keys, resealing, rotation
from audit.crypto import envelope
from audit.crypto.envelope import Place
from audit.crypto.keyring import KeyState
from audit.fields import SealedRecord
from tests.audit.support import OFFICER
from tests.support.database import OwnDatabase, migrating

#: Table, column and primary key.
At = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it lies there, the key it names, and what it says when it is opened."""

    sealed: bytes
    key: int
    says: bytes


def fields() -> Iterator[tuple[Any, Any]]:
    """Each model with each of its sealed fields."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedRecord) and not model._meta.proxy:
                yield model, field


def everything() -> dict[At, Value]:
    """Every value there is; one that does not open fails here."""
    ring = keys.keyring()
    return {
        (model._meta.db_table, field.column, str(pk)): _value(field, str(pk), sealed.content, ring)
        for model, field in fields()
        for pk, sealed in model._base_manager.values_list("pk", field.attname)
        if sealed is not None
    }


def _value(field: Any, pk: str, sealed: bytes, ring: Any) -> Value:
    key = ring.named(envelope.dek_id_of(sealed))
    place = Place(field.record_name, pk, field.record_version)
    return Value(sealed, key.dek_id, envelope.open_sealed(sealed, key=key, place=place))


#: Records without a text in them, which no walk of texts fills; none of their columns is guarded.
BYTES_ALONE = {"accounts.factor_secret", "pages.brought_lines", "pages.brought_report"}


def assert_all_sealed_anew(own: OwnDatabase) -> None:
    """Of a database with a value in each sealed column, everything moves to other keys unchanged."""
    before, rows = everything(), beside()
    filled = {at[:2] for at in before}
    empty = {f.record_name for m, f in fields() if (m._meta.db_table, f.column) not in filled}
    assert empty <= BYTES_ALONE, empty
    change_keys(own)
    with migrating(own):
        done = resealing.seal_anew(actor=OFFICER)
    after = everything()
    assert says(after) == says(before)
    assert under_active_keys(after)
    assert beside() == rows
    assert (done.left, done.closed, done.sealed.total()) == ((), {}, len(before))


def says(values: Mapping[At, Value]) -> dict[At, bytes]:
    return {at: value.says for at, value in values.items()}


def under_active_keys(values: Mapping[At, Value]) -> bool:
    return {states()[value.key] for value in values.values()} == {KeyState.ACTIVE}


def states() -> dict[int, str]:
    """The state of every data key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dek_id, state FROM audit.dek")
        return dict(cursor.fetchall())


def beside() -> dict[str, str]:
    """Of each table with sealed columns, a digest of every row without them."""
    tables: dict[str, list[str]] = {}
    for model, field in fields():
        tables.setdefault(model._meta.db_table, []).append(field.column)
    with connection.cursor() as cursor:
        found = {}
        for table, columns in tables.items():
            cursor.execute(
                f"SELECT md5(string_agg(one, ',' ORDER BY one)) FROM"
                f" (SELECT (to_jsonb(t) - %s::text[])::text AS one FROM {table} AS t) AS rows",
                [columns],
            )
            found[table] = cursor.fetchone()[0]
        return found


def change_keys(own: OwnDatabase, *classes: str) -> set[int]:
    """Another key for each of these classes, or for those of all fields; the former ones."""
    every = sorted({field.key_class for _, field in fields()})
    with migrating(own):
        return {
            rotation.change_data_key(one, day=keys.today(), actor=OFFICER)[0]
            for one in classes or every
        }


# --- what PostgreSQL lets through ------------------------------------------------------------------
_SAYING_SO = "SELECT set_config('privacy.sealing_anew', 'on', true)"
_FREE = """
    SELECT has_column_privilege('portal_app', %s, %s, 'UPDATE') AND NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal
        AND tgtype & 16 > 0 AND tgattr = ''
    )
"""


def guarded(own: OwnDatabase) -> set[tuple[str, str]]:
    """The sealed columns that the application may not change, or not at will."""
    places = {(model._meta.db_table, field.column) for model, field in fields()}
    with psycopg.connect(own.url()) as somebody:
        return {
            (table, column)
            for table, column in places
            if somebody.execute(_FREE, [table, column, table]).fetchone() != (True,)
        }


def attempted(own: OwnDatabase, role: str, says_so: bool, statement: str) -> str:
    """What PostgreSQL says to it, nothing if it lets it pass; nothing of it stays."""
    with psycopg.connect(own.url(role)) as somebody:
        try:
            if says_so:
                somebody.execute(_SAYING_SO)
            assert somebody.execute(statement.encode()).rowcount
            return ""
        except psycopg.Error as refusal:
            return str(refusal)
        finally:
            somebody.rollback()
