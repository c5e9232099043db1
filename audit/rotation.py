"""Changing keys that have been in use: what they sealed still opens, and what comes is sealed anew.

    change_wrapping_key    a new key-encryption key; every data key is wrapped anew, all or none
    change_data_key        a new key of one class for the rest of its period; the old one only opens
    wrapped_under          how many data keys still need a key-encryption key

What a changed key has sealed in fields is sealed anew by `audit.resealing`. Entries of the log never
are, since their bytes are what the tree is made of. Keys of blind indexes are not changed here: every
token made with one would have to be made anew. How the signing key is succeeded: `audit.sealer.keys`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from audit import events, keys, log
from audit.actors import Actor
from audit.crypto import blind_index, primitives, providers
from audit.crypto import keyring as rings
from audit.crypto.keyring import KeyRow, KeyState
from audit.errors import UnknownKey


@dataclass(frozen=True, slots=True)
class Changed:
    """The old key and the new one by their ids; how many data keys were wrapped anew."""

    old: str
    new: str
    count: int


def change_wrapping_key(*, actor: Actor, using: str = "migrate") -> Changed:
    """Make a key-encryption key and wrap every data key under it, in one transaction.

    The old key's file stays: what could not be wrapped anew, and every backup, still needs it.
    """
    old = keys.provider().id
    new = providers.make_kek(Path(settings.KEY_FOLDER or ""))
    keys.forget()
    with _as_owner(using):
        count = keys.rewrap(using=using)
        told = {"old": old, "new": new, "count": count}
        log.append(events.WRAPPING_KEY_CHANGED, actor=actor, extra=told, using=using)
    return Changed(old, new, count)


def wrapped_under(kek_id: str, *, using: str = "default") -> int:
    """How many data keys are wrapped under this key-encryption key."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit.dek WHERE wrapped IS NOT NULL AND kek_id = %s", [kek_id]
        )
        return int(cursor.fetchone()[0])


def change_data_key(
    key_class: str, *, day: date, actor: Actor, using: str = "migrate"
) -> tuple[int, int]:
    """(old, new) key of this class for the period of `day`.

    Writers that hold the old one go on with it for a minute at most, and what they seal opens.
    UnknownKey if the class has no key for that day, or if it is one of a blind index.
    """
    if key_class in blind_index.classes():
        raise UnknownKey(f"{key_class} is the key of an index: its tokens would find nothing more")
    with _as_owner(using) as cursor:
        old = _active(cursor, key_class, day)
        cursor.execute("SELECT nextval('audit.dek_id_seq')")
        new = _made(int(cursor.fetchone()[0]), old)
        cursor.execute("UPDATE audit.dek SET state = 'decrypt' WHERE dek_id = %s", [old.dek_id])
        cursor.execute(
            "INSERT INTO audit.dek (dek_id, class, period, wrapped, kek_id) "
            "VALUES (%s, %s, %s::daterange, %s, %s)",
            [new.dek_id, new.key_class, new.period.text(), new.wrapped, new.kek_id],
        )
        told = {"class": key_class, "old": old.dek_id, "new": new.dek_id}
        log.append(events.DATA_KEY_CHANGED, actor=actor, extra=told, using=using)
    keys.keyring().forget()
    return old.dek_id, new.dek_id


def _active(cursor: Any, key_class: str, day: date) -> KeyRow:
    cursor.execute(
        keys.SELECT + "class = %s AND state = 'active' AND period @> %s::date FOR UPDATE",
        [key_class, day],
    )
    found = cursor.fetchone()
    if found is None:
        raise UnknownKey(f"no key of class {key_class} was made for {day}")
    return keys.row(found)


def _made(dek_id: int, old: KeyRow) -> KeyRow:
    keeper = keys.provider()
    bare = KeyRow(dek_id, old.key_class, old.period, None, keeper.id, KeyState.ACTIVE)
    return rings.wrapped(bare, primitives.new_key(), keeper)


@contextmanager
def _as_owner(using: str) -> Iterator[Any]:
    """A transaction as the log's owner, which portal_migrator may become."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE audit_owner")
        yield cursor
