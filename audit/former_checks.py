"""What must hold of the logs that were closed: I1 to I5, of the entries that are kept of them."""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from audit import merkle
from audit.merkle import Frontier

Connection = psycopg.Connection[tuple[Any, ...]]
_COUNTED = (
    ("I1", "entries have a place in a closed log and another one, or wait for it",
     "SELECT count(*) FROM audit.former_leaf f WHERE EXISTS (SELECT FROM audit.leaf l "
     "WHERE l.eid = f.eid) OR EXISTS (SELECT FROM audit.pending p WHERE p.eid = f.eid)"),
    ("I1", "places of a closed log have lost their entry, and it was not pruned",
     "SELECT count(*) FROM audit.former_leaf f WHERE NOT EXISTS (SELECT FROM audit.event e "
     "WHERE e.eid = f.eid) AND f.idx >= coalesce((SELECT max(min_index) "
     "FROM audit.former_retention r WHERE r.epoch = f.epoch), 0)"),
    ("I2", "closed logs do not have the places that are kept of them",
     "SELECT count(*) FROM audit.former_log g WHERE g.kept <> (SELECT count(*) "
     "FROM audit.former_leaf f WHERE f.epoch = g.epoch AND f.idx < g.kept)"),
    ("I2", "logs were closed that are not followed by the next one",
     "SELECT count(*) FROM audit.former_log g WHERE g.successor IS DISTINCT FROM "
     "coalesce((SELECT n.origin FROM audit.former_log n WHERE n.epoch = g.epoch + 1), "
     "(SELECT h.origin FROM audit.head h WHERE h.epoch = g.epoch + 1))"),
    ("I2", "closed logs are not told of by the first entry of the next one",
     "SELECT count(*) FROM audit.former_log g WHERE NOT EXISTS (SELECT FROM audit.leaf l "
     "WHERE l.eid = g.event AND l.idx = 0) AND NOT EXISTS (SELECT FROM audit.former_leaf f "
     "WHERE f.eid = g.event AND f.idx = 0 AND f.epoch = g.epoch + 1) AND NOT EXISTS "
     "(SELECT FROM audit.former_log n WHERE n.epoch = g.epoch + 1 AND n.kept = 0)"),
)  # fmt: skip


def pruned(eid: sql.Composable) -> sql.Composed:
    """Whether the entry of this id was pruned from a log that is closed now."""
    return sql.SQL(
        "EXISTS (SELECT FROM audit.former_leaf f WHERE f.eid = {eid} AND f.idx < "
        "coalesce((SELECT max(min_index) FROM audit.former_retention r "
        "WHERE r.epoch = f.epoch), 0))"
    ).format(eid=eid)


def found(connection: Connection) -> Iterator[tuple[str, str]]:
    """Each rule that does not hold, and how; within the caller's snapshot."""
    for rule, says, query in _COUNTED:
        row = connection.execute(query.encode()).fetchone()
        if row and row[0]:
            yield rule, f"{row[0]} {says}"
    for epoch, origin in connection.execute(
        "SELECT epoch, origin FROM audit.former_log ORDER BY epoch"
    ).fetchall():
        yield from _tree(connection, epoch, origin)


def _tree(connection: Connection, epoch: int, origin: str) -> Iterator[tuple[str, str]]:
    signed: dict[int, bytes] = dict(
        connection.execute(
            "SELECT size, root FROM audit.former_checkpoint WHERE epoch = %s", [epoch]
        ).fetchall()
    )
    tree = Frontier()
    with connection.cursor(name="former", binary=True) as cursor:
        cursor.itersize = 2_000
        cursor.execute(
            "SELECT leaf_hash, entry FROM audit.former_leaf LEFT JOIN audit.event USING (eid) "
            "WHERE epoch = %s ORDER BY idx",
            [epoch],
        )
        for leaf, entry in cursor:
            if entry is not None and merkle.leaf_hash(entry) != leaf:
                yield "I3", f"entry {tree.size} of {origin} is not what its leaf was made of"
            tree.append(bytes(leaf))
            if tree.size in signed and bytes(signed[tree.size]) != tree.root():
                yield "I5", f"a head of {tree.size} entries of {origin} has another root"
