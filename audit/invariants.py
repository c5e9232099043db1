"""What must hold between the log's tables, its files and the rows that name its entries.

Asked in one snapshot, whenever one likes: by `manage.py check_log`, and by the tests after every
crash they make.

    I1  an entry either has its place or waits for it: never both, never neither
    I2  places are 0 to n - 1 without a gap
    I3  each leaf is the hash of its entry
    I4  the head's peaks and size are those of the leaves
    I5  each signed head is of a size that was reached, with the root the tree had there
    I6  each row that must name an entry names one, its own, that is there or was pruned
    I7  each lane's entries name entries that are there; each person's numbers have no hole
    I8  the published files are the tree, as far as their head reaches
    I9  what the log says was pruned and destroyed is gone, and has not come back with a backup
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from audit import checkpoint, former_checks, merkle, tiles
from audit.entry import Entry
from audit.errors import AuditError, KeyDestroyed, MalformedProof, ProofFailed
from audit.merkle import Frontier
from audit.note import Verifier
from audit.verify import retained
from audit.verify.heads import Trust
from audit.verify.logdir import Also, check_log
from audit.verify.report import Exit
from audit.verify.source import Local

Connection = psycopg.Connection[tuple[Any, ...]]
#: Opens an entry's bytes. Without one, lanes, numbers and what was pruned are not looked at.
Opener = Callable[[bytes], Entry]
Sql = sql.SQL | sql.Composed
_AT_ONCE = 2_000
#: Tables whose rows each name an entry, with the column that does.
_named: dict[str, str] = {}
#: How an entry tells a person's number, by the name of its event: the facts' names in `extra`.
NUMBER = ("of", "seq", "prev")


def names_an_entry(table: str, column: str = "audit_eid") -> None:
    """Say that every row of this table must name an entry. Called by the floor that has the table."""
    _named[table] = column


@dataclass(frozen=True, slots=True)
class Violation:
    """Which invariant, and what was found; holds ids and counts only."""

    rule: str
    says: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.says}"


@dataclass
class _Look:
    """One look at everything, in one snapshot."""

    connection: Connection
    found: list[Violation] = field(default_factory=list)

    def add(self, rule: str, says: str) -> None:
        self.found.append(Violation(rule, says))

    def count(self, query: Sql) -> int:
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    def none(self, rule: str, says: str, query: Sql) -> None:
        """A violation if the query counts anything."""
        counted = self.count(query)
        if counted:
            self.add(rule, f"{counted} {says}")

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self.connection.cursor(name="invariants", binary=True) as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(query.encode())
            yield from cursor


def check(
    connection: Connection,
    *,
    folder: Path | None = None,
    keys: Sequence[Verifier] = (),
    opener: Opener | None = None,
) -> list[Violation]:
    """Every violation; none if all is well. The connection must not be in a transaction.

    folder, keys  the published files and who signs them; without them I8 is not looked at
    opener        for I7 and I9
    """
    with _snapshot(connection):
        look = _Look(connection)
        _places(look)
        roots = _tree(look, {*_sizes(look), *_published_size(folder, keys)})
        _heads(look, roots)
        _closed_logs(look)
        _business(look)
        if folder is not None:
            _files(look, folder, keys, roots)
        if opener is not None:
            _lanes(look, opener)
        return look.found


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


# --- I1, I2 ------------------------------------------------------------------------------------
_MINIMUM = sql.SQL("SELECT coalesce((SELECT max(min_index) FROM audit.retention), 0)")
_PLACES = (
    ("I1", "entries both have a place and wait for one",
     "SELECT count(*) FROM audit.pending JOIN audit.leaf USING (eid)"),
    ("I1", "entries have no place and do not wait for one",
     "SELECT count(*) FROM audit.event e WHERE NOT EXISTS (SELECT FROM audit.leaf l "
     "WHERE l.eid = e.eid) AND NOT EXISTS (SELECT FROM audit.pending p WHERE p.eid = e.eid) "
     "AND NOT EXISTS (SELECT FROM audit.former_leaf f WHERE f.eid = e.eid)"),
    ("I1", "places have lost their entry, and it was not pruned",
     "SELECT count(*) FROM audit.leaf l WHERE NOT EXISTS (SELECT FROM audit.event e "
     "WHERE e.eid = l.eid) AND l.idx >= "
     "coalesce((SELECT max(min_index) FROM audit.retention), 0)"),
    ("I2", "places are missing",
     "SELECT coalesce(max(idx) + 1, 0) - count(*) FROM audit.leaf"),
    ("I2", "places lie between the head and the last leaf",
     "SELECT abs((SELECT size FROM audit.head) - (SELECT count(*) FROM audit.leaf))"),
)  # fmt: skip


def _places(look: _Look) -> None:
    for rule, says, query in _PLACES:
        look.none(rule, says, sql.SQL(query))


# --- I3, I4 ------------------------------------------------------------------------------------
def _tree(look: _Look, sizes: set[int]) -> dict[int, bytes]:
    """Walk all leaves; the root at each of these sizes."""
    tree, roots, bad = Frontier(), {0: merkle.EMPTY}, 0
    for leaf, entry in look.stream(
        "SELECT leaf_hash, entry FROM audit.leaf LEFT JOIN audit.event USING (eid) ORDER BY idx"
    ):
        if entry is not None and merkle.leaf_hash(entry) != leaf:
            bad += 1
            if bad == 1:
                look.add("I3", f"entry {tree.size} is not what its leaf was made of")
        tree.append(bytes(leaf))
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    if bad > 1:
        look.add("I3", f"so are {bad - 1} more")
    _compare_head(look, tree)
    roots[tree.size] = tree.root()
    return roots


def _compare_head(look: _Look, tree: Frontier) -> None:
    row = look.connection.execute("SELECT size, frontier FROM audit.head").fetchone()
    if row is None or (row[0], bytes(row[1])) != (tree.size, tree.to_bytes()):
        look.add("I4", "the head is not that of the leaves")


# --- I5 ----------------------------------------------------------------------------------------
def _sizes(look: _Look) -> set[int]:
    return {size for (size,) in look.connection.execute("SELECT size FROM audit.checkpoint")}


def _heads(look: _Look, roots: Mapping[int, bytes]) -> None:
    rows = look.connection.execute("SELECT size, root, note FROM audit.checkpoint").fetchall()
    for size, root, note in rows:
        if size not in roots:
            look.add("I5", f"a head of {size} entries was signed, and there are fewer")
        elif roots[size] != bytes(root):
            look.add("I5", f"the head of {size} entries has another root than the tree had there")
        elif _claims(note.encode()) != (size, bytes(root)):
            look.add("I5", f"the note of {size} entries says something else than its row")


def _claims(note: bytes) -> tuple[int, bytes] | None:
    try:
        found = checkpoint.read_unsigned(note)
    except MalformedProof:
        return None
    return found.size, found.root


def _closed_logs(look: _Look) -> None:
    """I1 to I5 of what is kept of logs that were closed."""
    for rule, says in former_checks.found(look.connection):
        look.add(rule, says)


# --- I6 ----------------------------------------------------------------------------------------
def _business(look: _Look) -> None:
    for table, column in _named.items():
        names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
        if not look.count(sql.SQL("SELECT count(to_regclass({}))").format(sql.Literal(table))):
            continue
        missing = sql.SQL(
            "SELECT count(*) FROM {table} b WHERE b.{column} IS NULL OR (NOT EXISTS (SELECT "
            "FROM audit.event e WHERE e.eid = b.{column}) AND NOT EXISTS (SELECT FROM audit.leaf l "
            "WHERE l.eid = b.{column} AND l.idx < ({minimum})) AND NOT ({aside}))"
        ).format(
            **names,
            minimum=_MINIMUM,
            aside=former_checks.pruned(sql.SQL("b.{column}").format(**names)),
        )
        look.none("I6", f"rows of {table} name no entry that is there", missing)
        twice = sql.SQL("SELECT count({column}) - count(DISTINCT {column}) FROM {table}")
        look.none("I6", f"rows of {table} share their entry with another", twice.format(**names))


# --- I7 ----------------------------------------------------------------------------------------
def _lanes(look: _Look, opener: Opener) -> None:
    named: dict[UUID, UUID] = {}
    numbers: dict[str, list[tuple[int, str, str]]] = {}
    pruned: list[Mapping[str, Any]] = []
    for eid, raw, aside in look.stream(
        "SELECT eid, entry, former_leaf.eid IS NOT NULL FROM audit.event "
        "LEFT JOIN audit.former_leaf USING (eid) ORDER BY eid"
    ):
        entry = _opened(look, eid, raw, opener)
        if entry is None:
            continue
        if entry.lane is not None:
            named |= {UUID(one): eid for one in entry.lane.prev}
        if entry.patient and entry.extra and set(NUMBER) <= entry.extra.keys():
            of, seq, prev = (entry.extra[name] for name in NUMBER)
            numbers.setdefault(entry.patient, []).append((seq, of, prev))
        if entry.name == retained.EVENT and not aside:
            pruned.append(entry.extra or {})
    for one in _not_there(look, named):
        look.add("I7", f"entry {named[one]} names {one}, which is not there")
    for found in numbers.values():
        _count_numbers(look, sorted(found))
    _gone(look, pruned)


def _opened(look: _Look, eid: UUID, raw: bytes, opener: Opener) -> Entry | None:
    """None for one whose key was destroyed after its retention, and for one that was altered."""
    try:
        return opener(raw)
    except KeyDestroyed:
        return None
    except AuditError:
        look.add("I3", f"entry {eid} does not open")
        return None


def _not_there(look: _Look, named: Mapping[UUID, UUID]) -> list[UUID]:
    rows = look.connection.execute(
        sql.SQL(
            "SELECT eid FROM unnest(%s::uuid[]) AS eid "
            "WHERE NOT EXISTS (SELECT FROM audit.event e WHERE e.eid = eid.eid) "
            "AND NOT EXISTS (SELECT FROM audit.leaf l WHERE l.eid = eid.eid AND l.idx < ({})) "
            "AND NOT ({})"
        ).format(_MINIMUM, former_checks.pruned(sql.SQL("eid.eid"))),
        [list(named)],
    )
    return [eid for (eid,) in rows]


def _count_numbers(look: _Look, numbers: list[tuple[int, str, str]]) -> None:
    """From the first that is there on (older ones may be pruned), each follows the one before."""
    for (seq, of, _), (following, _, prev) in pairwise(numbers):
        if following != seq + 1 or prev != of:
            look.add("I7", f"a person's number {seq} is not followed by the next")


# --- I9 ----------------------------------------------------------------------------------------
_HERE = sql.SQL(
    "SELECT count(*) FROM audit.event JOIN audit.leaf USING (eid) WHERE idx < {} "
    "AND NOT EXISTS (SELECT FROM audit.hold WHERE lifted_at IS NULL)"
)
_ALIVE = sql.SQL("SELECT count(*) FROM audit.dek WHERE dek_id = ANY({}) AND state <> 'destroyed'")


def _gone(look: _Look, told: Sequence[Mapping[str, Any]]) -> None:
    """A backup from before a pruning brings entries and keys back."""
    below = max((int(one.get(retained.FIELD, 0)) for one in told), default=0)
    look.none("I9", "entries that were told to be pruned are here", _HERE.format(below))
    numbers = [int(key) for one in told for key in str(one.get("keys", "")).split()]
    alive = _ALIVE.format(sql.Literal(numbers))
    look.none("I9", "data keys that were told to be destroyed are here", alive)


# --- I8 ----------------------------------------------------------------------------------------
def _published_size(folder: Path | None, keys: Sequence[Verifier]) -> set[int]:
    head = _published(folder, keys) if folder is not None else None
    return {head.size} if head else set()


def _published(folder: Path, keys: Sequence[Verifier]) -> checkpoint.Checkpoint | None:
    try:
        raw = (folder / tiles.CHECKPOINT).read_bytes()
        return checkpoint.open_signed(raw, log=keys).checkpoint
    except (OSError, MalformedProof, ProofFailed):
        return None


def _files(look: _Look, folder: Path, keys: Sequence[Verifier], roots: Mapping[int, bytes]) -> None:
    head = _published(folder, keys)
    if head is None:
        look.add("I8", "no signed head is published")
        return
    if roots.get(head.size) != head.root:
        look.add("I8", f"the published head of {head.size} entries is not of this tree")
    minimum = look.count(_MINIMUM)
    also = Also(minimum=minimum, pruned=minimum)
    report = check_log(Local(folder), Trust(tuple(keys)), also)
    if report.exit is not Exit.OK:
        look.add("I8", f"the published files: {report.first}")
