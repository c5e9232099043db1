"""Export bundles of the living log: entries with their proofs, and the secrets of those asked for.

A secret opens one entry and nothing else; whoever makes a bundle says which are opened, has a reason,
and appends an entry that names them.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connections

from audit import bundle, checkpoint, entry, keys, log, published, reading
from audit.bundle import Cover, Part
from audit.checkpoint import Checkpoint
from audit.entry import Entry
from audit.errors import AuditError, MalformedProof
from audit.published import Published

_NOTE = """
    SELECT note || (
        SELECT coalesce(string_agg(line, '' ORDER BY name), '') FROM (
            SELECT DISTINCT ON (name) name, line FROM audit.cosignature
            WHERE size = head.size ORDER BY name, at DESC
        ) AS witnesses
    ) FROM audit.checkpoint AS head WHERE size = %s
"""


class NotHandedOver(AuditError):
    """An entry or a head that cannot be in a bundle. The sentence names its number and says why."""


@dataclass(frozen=True)
class Head:
    """A signed head, by the bytes of its note, and the timestamp over exactly these if there is one."""

    note: bytes
    stamp: bytes | None = None


@dataclass(frozen=True)
class Wanted:
    """What is to be in a bundle.

    places    of each entry, by its place in the log, whether it is opened
    purpose   why it was made, in the words of whoever asked; written into the bundle
    previous  the size of an older head that its reader holds
    stamped   the newest head that has a timestamp: the bundle's own, wherever it covers all the rest
    """

    places: Mapping[int, bool]
    purpose: str
    previous: int | None = None
    stamped: Head | None = None

    @property
    def size(self) -> int:
        """How many entries a head has to cover at least."""
        return max(max(self.places) + 1, self.previous or 0)


@dataclass(frozen=True)
class Made:
    """The file, the size of its head, and the entries that its reader can open."""

    content: bytes
    sha256: str
    size: int
    opened: Mapping[int, tuple[UUID, Entry]]


def make(wanted: Wanted, *, now: datetime, using: str = "default") -> Made | None:
    """The bundle; None while no signed head covers all of these entries. NotHandedOver says why not."""
    newest = published.newest()
    if newest is None or max(wanted.places) >= newest.size:
        return None
    head = _head(wanted, newest)
    found = reading.at_places(list(wanted.places), using=using)
    parts, opened = [], {}
    for place in sorted(wanted.places):
        if place not in found:
            raise NotHandedOver(f"Entry {place} was deleted after its retention: leave it out.")
        secret = _secret(found[place], place) if wanted.places[place] else None
        if secret is not None:
            opened[place] = entry.header(found[place]).eid, log.opened(found[place])
        parts.append(Part(place, found[place], secret))
    cover = Cover(
        head.note, published.keys(), wanted.purpose, now, head.stamp,
        previous=_earlier(wanted.previous, using),
    )  # fmt: skip
    out = io.BytesIO()
    written = bundle.write(out, cover, parts, newest.files.node)
    return Made(out.getvalue(), written.sha256, written.size, opened)


def _head(wanted: Wanted, newest: Published) -> Head:
    """The stamped head, if it is of this log and large enough; else the newest one."""
    if wanted.stamped is None:
        return Head(newest.note)
    told = checkpoint.read_unsigned(wanted.stamped.note)
    if told.origin != newest.origin or told.size < wanted.size:
        return Head(newest.note)
    if not _begins_with(newest, told):
        raise NotHandedOver(
            f"The log no longer begins with the {told.size} entries whose head was stamped: "
            "check the log before anything of it leaves."
        )
    return wanted.stamped


def _begins_with(newest: Published, told: Checkpoint) -> bool:
    try:
        return newest.root_at(told.size) == told.root
    except MalformedProof:
        return False


def _secret(blob: bytes, place: int) -> bytes:
    try:
        key = keys.keyring().named(entry.header(blob).dek_id)
    except AuditError:
        raise NotHandedOver(
            f"The key of entry {place} is gone: ask for it without opening it."
        ) from None
    return entry.secret_of(blob, key=key, origin=settings.LOG_ORIGIN)


def _earlier(size: int | None, using: str) -> bytes | None:
    """The head of that size as it was signed."""
    if size is None:
        return None
    with connections[using].cursor() as cursor:
        cursor.execute(_NOTE, [size])
        row = cursor.fetchone()
    if row is None:
        raise NotHandedOver(
            f"No head of {size} entries was ever signed: name the size of one you hold."
        )
    note: str = row[0]
    return note.encode()
