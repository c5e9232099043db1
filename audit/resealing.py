"""Sealed fields whose data key was changed, sealed anew under the key that seals now.

    look         how many values lie under which key, column by column
    seal_anew    every value whose key only opens is sealed under today's

Entries of the log stay as they are (audit.rotation), and so do files: they are no fields.

A batch at a time, each in a transaction of its own: whoever stops this, or kills it at any line,
begins it again, and it goes on with what is left.  A value is opened with its old key, sealed for the
same place, opened again, and written only where the column still holds the bytes that were read.  A row
that somebody else has locked is left to them and looked at again at the end: whoever writes meanwhile
wins, and who comes to a row of the batch that is being written waits for that batch.

It runs as the tables' owner, and says so to the guards of what only grows, which then hold it to that:
see requests_app/sql/sealed_anew.sql.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, cast

from django.apps import apps
from django.db import connections, models, transaction
from psycopg import sql

from audit import events, keys, log
from audit.actors import Actor
from audit.crypto.keyring import KeyState
from audit.errors import SealBroken, UnknownKey
from audit.fields import SealedRecord

#: A batch is at most so many values, and ends with the one that reaches so many bytes.
AT_ONCE, BYTES = 200, 4_000_000
#: What was locked is looked at again so often.
ROUNDS = 3
#: So many lines of each sort stand in an entry at most.
NAMED = 400
_GUARDS_HEAR = "SELECT set_config('privacy.sealing_anew', 'on', true)"


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed field, and where PostgreSQL has it."""

    field: SealedRecord[Any]
    model: type[models.Model]

    @property
    def name(self) -> str:
        return f"{self.model._meta.db_table}.{self.field.column}"

    def named(self, text: LiteralString) -> sql.Composed:
        """The text with {table}, {pk} and {column} as PostgreSQL names them."""
        meta = self.model._meta
        names = {"table": meta.db_table, "pk": meta.pk.column, "column": self.field.column}
        return sql.SQL(text).format(**{one: sql.Identifier(str(names[one])) for one in names})

    def row(self, pk: object) -> str:
        """A primary key as a sealed value is bound to it."""
        return str(self.model._meta.pk.to_python(pk))


@dataclass(frozen=True, slots=True)
class Lying:
    """So many values of one column under one data key; `state` is None if there is no such key."""

    column: str
    key: int
    state: KeyState | None
    count: int

    @property
    def due(self) -> bool:
        return self.state is KeyState.DECRYPT

    def __str__(self) -> str:
        return f"{self.column} under key {self.key}: {self.count}"


@dataclass(slots=True)
class Done:
    """What came of it.

    sealed   how many values were sealed anew, by column
    closed   values that do not open, by column: somebody must look at them
    left     what is due all the same: it was being worked on, or came meanwhile
    idle     keys that only open, under which no field of this database lies any more
    """

    sealed: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    left: tuple[Lying, ...] = ()
    idle: tuple[int, ...] = ()


def columns(key_class: str | None = None) -> list[Column]:
    """Every sealed field there is, or those of one class of keys; UnknownKey if no field has it."""
    found = [
        Column(one, model)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for one in model._meta.local_concrete_fields
        if isinstance(one, SealedRecord) and key_class in {None, one.key_class}
    ]
    if not found:
        raise UnknownKey(f"no field is sealed with keys of class {key_class}")
    return sorted(found, key=lambda column: column.name)


def look(key_class: str | None = None, *, using: str = "default") -> list[Lying]:
    """How many values lie under which key. Reads every row, and opens none."""
    states = {key: state for key, (_, state) in _keys().items()}
    return [
        Lying(column.name, key, states.get(key), count)
        for column in columns(key_class)
        for key, count in _counted(column, using)
    ]


def seal_anew(
    key_class: str | None = None,
    *,
    actor: Actor,
    using: str = "migrate",
    tell: Callable[[str], None] = lambda line: None,
) -> Done:
    """Seal anew every value whose key only opens, and tell the log before and after.

    key_class  only fields with keys of this class
    tell       is given a line for every batch: the column, and how many of how many

    An entry that says it was begun, with none that says it ended, means that it was stopped: begin it
    again.  Nothing due, nothing told.
    """
    keys.keyring().forget()  # What was changed a moment ago, elsewhere, is changed here.
    due = [one for one in look(key_class, using=using) if one.due]
    done = Done()
    if due:
        _append(events.FIELDS_BEGUN, actor, key_class, values=due)
        for column in columns(key_class):
            _column(column, [one for one in due if one.column == column.name], using, done, tell)
    after = look(key_class, using=using)
    done.left = tuple(one for one in after if one.due)
    done.idle = _idle(key_class, after)
    if due:
        _append_ended(done, actor, key_class)
    return done


# --- a column --------------------------------------------------------------------------------------
def _column(
    column: Column, due: Sequence[Lying], using: str, done: Done, tell: Callable[[str], None]
) -> None:
    """Those of the values that nobody is working on; after a few rounds the others are left."""
    wanted, old = sum(one.count for one in due), [one.key for one in due]
    for _ in range(ROUNDS if due else 0):
        closed = missed = 0
        for batch in _batches(column, old, using):
            pairs = list(_anew(column, batch))
            sealed = write(column, pairs, using=using)
            closed += len(batch) - len(pairs)
            missed += len(pairs) - sealed
            done.sealed[column.name] += sealed
            tell(f"{column.name}: {done.sealed[column.name]} of {wanted} sealed anew")
        if closed:
            done.closed[column.name] = closed
        if not missed:
            return


_BATCH = """
    SELECT pk, sealed FROM (
        SELECT pk, sealed, sum(octet_length(sealed)) OVER (ORDER BY pk) - octet_length(sealed) AS so_far
        FROM (
            SELECT {pk} AS pk, {column} AS sealed FROM {table}
            WHERE substring({column} FROM 4 FOR 4) = ANY(%s) {beyond}
            ORDER BY {pk} LIMIT %s
        ) AS few
    ) AS counted WHERE so_far < %s ORDER BY pk
"""


def _batches(column: Column, old: Sequence[int], using: str) -> Iterator[list[tuple[Any, bytes]]]:
    """Primary keys with the bytes under these keys, in the order of the primary key."""
    named = [_as_stored(key) for key in old]
    batch: list[tuple[Any, bytes]] = []
    while True:
        text = _BATCH.replace("{beyond}", "AND {pk} > %s" if batch else "")
        values = [named, *([batch[-1][0]] if batch else []), AT_ONCE, BYTES]
        batch = [(pk, bytes(sealed)) for pk, sealed in _asked(column.named(text), values, using)]
        if not batch:
            return
        yield batch


def _anew(column: Column, batch: Sequence[tuple[Any, bytes]]) -> Iterator[tuple[Any, bytes, bytes]]:
    """Primary key, old bytes and new ones of each value that opens."""
    renewed = column.field.renewer()
    for pk, sealed in batch:
        try:
            yield pk, sealed, renewed(sealed, column.row(pk))
        except (SealBroken, UnknownKey):
            continue


_FREE = "SELECT {pk} FROM {table} WHERE {pk} = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED"
_SWAP = "UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s"


def write(column: Column, pairs: Sequence[tuple[Any, bytes, bytes]], *, using: str) -> int:
    """Put the new bytes where the old ones still are and nobody is at work; how many were put.

    pairs  primary key, old bytes, new bytes
    """
    if not pairs:
        return 0
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(_GUARDS_HEAR)
        cursor.execute(column.named(_FREE), [[pk for pk, _, _ in pairs]])
        free = {pk for (pk,) in cursor.fetchall()}
        swaps = [(anew, pk, sealed) for pk, sealed, anew in pairs if pk in free]
        if not swaps:
            return 0
        cursor.executemany(column.named(_SWAP), swaps)
        return int(cursor.rowcount)


# --- what lies where -------------------------------------------------------------------------------
def _counted(column: Column, using: str) -> list[tuple[int, int]]:
    found = _asked(
        column.named(
            "SELECT substring({column} FROM 4 FOR 4), count(*) FROM {table} "
            "WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
        ),
        [],
        using,
    )
    return [(int.from_bytes(key), count) for key, count in found]


def _keys() -> dict[int, tuple[str, KeyState]]:
    """Class and state of each data key of fields."""
    found = _asked(
        "SELECT dek_id, class, state FROM audit.dek WHERE starts_with(class, 'field.')",
        [],
        keys.ALIAS,
    )
    return {key: (key_class, KeyState(state)) for key, key_class, state in found}


def _idle(key_class: str | None, after: Sequence[Lying]) -> tuple[int, ...]:
    used = {one.key for one in after}
    return tuple(
        sorted(
            key
            for key, (of, state) in _keys().items()
            if state is KeyState.DECRYPT and key not in used and key_class in {None, of}
        )
    )


def _asked(
    question: str | sql.Composed, values: Sequence[Any], using: str
) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(question, values)
        return cast(list[tuple[Any, ...]], cursor.fetchall())


def _as_stored(key: int) -> bytes:
    return key.to_bytes(4)


# --- what the log is told --------------------------------------------------------------------------
def _append(name: str, actor: Actor, key_class: str | None, **told: Any) -> None:
    """Columns, numbers of keys and counts; on its own connection, so that it stays whatever follows."""
    outcome = told.pop("outcome", "success")
    extra = {"class": key_class or "every"} | {one: _lines(found) for one, found in told.items()}
    log.append(name, actor=actor, outcome=outcome, extra=extra, using=log.REFUSALS)


def _append_ended(done: Done, actor: Actor, key_class: str | None) -> None:
    _append(
        events.FIELDS_ENDED,
        actor,
        key_class,
        outcome="failure" if done.closed else "success",
        sealed=[f"{column}: {count}" for column, count in sorted(done.sealed.items())],
        closed=[f"{column}: {count}" for column, count in sorted(done.closed.items())],
        left=done.left,
        idle=done.idle,
    )


def _lines(found: Sequence[object]) -> str:
    return "\n".join(str(one) for one in found[:NAMED])
