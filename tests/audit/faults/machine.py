"""Everything that can happen to the log, in any order: a state machine over the real parts.

Three writers of one process, the real sealer, real files and a pin, a backup put back, and recovery.
What is promised is kept beside: what was committed, what was taken back, and every head that was shown.
"""

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction
from django.db.utils import OperationalError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from audit import checkpoint, invariants, lanes, log, merkle
from audit.sealer import recovery
from audit.sealer.pin import Pin
from audit.sealer.points import Point
from audit.verify.report import Exit
from tests.audit.conftest import EVENT
from tests.audit.faults.stage import Stage, Stopped
from tests.audit.support import OFFICER

WRITERS = ("writer_1", "writer_2", "writer_3")
CLAIMING = (Point.LOCKED, Point.CLAIMED, Point.PLACED, Point.VERIFIED, Point.COMMITTED)
SIGNING = (Point.WRITTEN, Point.SIGNED, Point.NOTED, Point.PINNED, Point.PUBLISHED)
#: What a backup holds: the log, and the rows that name its entries.
BACKED_UP = ("audit.event", "audit.pending", "audit.leaf", "audit.head", "audit.checkpoint",
             "audit.event_index", "public.trial_row")  # fmt: skip
_NAMED = re.compile(r"names ([0-9a-f-]{36})")
writer = st.sampled_from(WRITERS)


class Log(RuleBasedStateMachine):
    """One run from an empty log on. `stage` is set by whoever runs it."""

    stage: Stage
    steps = recoveries = 0

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[str, tuple[Any, list[UUID]]] = {}
        self.committed: set[UUID] = set()
        self.gone: set[UUID] = set()
        self.lost: set[UUID] = set()
        self.heads: dict[int, bytes] = {0: merkle.EMPTY}
        self.notes: list[bytes] = []
        self.backup: set[UUID] | None = None
        self.behind = False
        self.changed = True
        self._clear()

    # --- writers -----------------------------------------------------------------------------
    @rule(writer=writer)
    def begin(self, writer: str) -> None:
        if writer not in self.open:
            atomic = transaction.atomic(using=writer)
            atomic.__enter__()
            self.open[writer] = (atomic, [])

    @rule(writer=writer, openable=st.booleans())
    def insert(self, writer: str, openable: bool) -> None:
        self.begin(writer)
        eid = log.append(EVENT, actor=OFFICER, openable=openable, using=writer)
        with connections[writer].cursor() as cursor:
            cursor.execute("INSERT INTO public.trial_row (audit_eid) VALUES (%s)", [eid])
        self.open[writer][1].append(eid)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        atomic, eids = self.open.pop(data.draw(st.sampled_from(sorted(self.open))))
        atomic.__exit__(None, None, None)
        self._kept(eids)

    @rule(writer=writer, count=st.integers(1, 3))
    def at_work(self, writer: str, count: int) -> None:
        """What happens on most days: entries, their commit, and a sealer that is not disturbed."""
        self.write(writer, count)
        self._sealed(1000, None)

    def write(self, writer: str, count: int) -> None:
        """Entries and their commit."""
        for number in range(count):
            self.insert(writer, bool(number))
        atomic, eids = self.open.pop(writer)
        atomic.__exit__(None, None, None)
        self._kept(eids)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.open)))
        atomic, eids = self.open.pop(name)
        transaction.set_rollback(True, using=name)
        atomic.__exit__(None, None, None)
        self.gone |= set(eids)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), kept=st.booleans())
    def break_at_the_commit(self, data: st.DataObject, kept: bool) -> None:
        """The connection breaks, and the writer never learns on which side of the commit."""
        name = data.draw(st.sampled_from(sorted(self.open)))
        atomic, eids = self.open.pop(name)
        connection = connections[name]
        commit = connection._commit

        def breaks() -> None:
            if kept:
                commit()
            self._cut(connection.connection)
            raise OperationalError

        connection._commit = breaks
        try:
            with suppress(OperationalError):
                atomic.__exit__(None, None, None)
        finally:
            connection._commit = commit
            connection.close()
        if kept:
            self._kept(eids)
        else:
            self.gone |= set(eids)

    @rule()
    def crash(self) -> None:
        """The whole process: what is open is taken back, what it remembers is gone."""
        for name, (_, eids) in list(self.open.items()):
            self.gone |= set(eids)
            self._abandon(name)
        self.open.clear()
        lanes._processes.clear()
        lanes._sessions.by_alias.clear()

    def _kept(self, eids: list[UUID]) -> None:
        self.committed |= set(eids)
        self.changed = True

    # --- the sealer --------------------------------------------------------------------------
    @rule(batch=st.integers(1, 5), point=st.sampled_from(CLAIMING))
    def claim(self, batch: int, point: Point) -> None:
        """A sealer that dies while it gives entries their places."""
        self._sealed(batch, point)

    @rule(batch=st.integers(1, 5), point=st.sampled_from((None, *SIGNING)))
    def sign(self, batch: int, point: Point | None) -> None:
        """A sealer that signs and publishes, or dies on the way."""
        self._sealed(batch, point)

    def _sealed(self, batch: int, point: Point | None) -> None:
        def stop(reached: Point) -> None:
            if reached is point:
                raise Stopped

        self.changed = True
        with suppress(Stopped):
            done = self.stage.seal(at=stop, batch=batch)
            assert bool(done.fenced) is self.behind, done
        self._shown()

    def _shown(self) -> None:
        """No head that was shown is ever taken back, or shown with another root."""
        raw = (self.stage.folder / "checkpoint").read_bytes()
        head = checkpoint.read_unsigned(raw)
        assert head.size >= max(self.heads)
        assert self.heads.setdefault(head.size, head.root) == head.root
        if raw not in self.notes:
            self.notes.append(raw)

    # --- back in time ------------------------------------------------------------------------
    @precondition(lambda self: self.backup is None and not self.behind)
    @rule()
    def back_up(self) -> None:
        self._admin(*(f"DROP TABLE IF EXISTS kept.{_plain(one)}" for one in BACKED_UP))
        self._admin(*(f"CREATE TABLE kept.{_plain(one)} AS TABLE {one}" for one in BACKED_UP))
        self.backup = self._stored()

    @precondition(lambda self: self.backup is not None and not self.behind)
    @rule()
    def restore(self) -> None:
        """Everything is stopped, and the database is as it was."""
        self.crash()
        if Pin(self.stage.pin).read() != (self.stage.folder / "checkpoint").read_bytes():
            self._sealed(1000, None)  # a head on its way out is out before the machine is stopped
        published = set(self.stage.ask(_PLACED, max(self.heads)) or [])
        assert self.backup is not None
        self.lost |= self.committed - self.backup - published
        self._put_back()
        self.backup = None
        self.behind = max(self.heads) > int(self.stage.ask("SELECT size FROM audit.head"))
        self.changed = True

    @precondition(lambda self: not self.behind)
    @rule(writer=writer, count=st.integers(1, 3))
    def restore_after_work(self, writer: str, count: int) -> None:
        """A backup that is surely older than what was published."""
        if self.backup is None:
            self.back_up()
        self.at_work(writer, count)
        self.restore()

    @precondition(lambda self: self.behind)
    @rule()
    def recover(self) -> None:
        url = self.stage.database.url("portal_migrator")
        done = recovery.recover(url, self.stage.where())
        assert done.new > done.old
        type(self).recoveries += 1
        self.behind = False
        self.changed = True

    # --- what holds at all times -------------------------------------------------------------
    @invariant()
    def nothing_that_was_promised_is_missing(self) -> None:
        type(self).steps += 1
        stored = self._stored()
        assert not stored & self.gone
        assert self.behind or self.committed - self.lost <= stored

    @invariant()
    def i1_to_i9_hold(self) -> None:
        if not self.changed:
            return  # what is not committed is seen by nobody
        self.changed = False
        keys, folder = [self.stage.signer.verifier], self.stage.folder
        found = invariants.check(self.reader, folder=folder, keys=keys, opener=log.opened)
        for one in found:
            if one.rule == "I7":  # an entry that the restore took along is named: that is I7's use
                assert UUID(_NAMED.findall(str(one))[0]) in self.lost | self._unrecovered(), one
            else:
                assert (one.rule, self.behind) == ("I8", True), one

    def _unrecovered(self) -> set[UUID]:
        return self.committed - self._stored() if self.behind else set()

    def teardown(self) -> None:
        """In the end all is sealed, and every head that was ever shown is continued."""
        try:
            self.crash()
            self._ends_well()
        finally:
            self.reader.close()

    def _ends_well(self) -> None:
        if self.behind:
            self.recover()
        for _ in range(2):
            self._sealed(1000, None)
        self.i1_to_i9_hold()
        report = self.stage.fsck(seen=self.notes)
        assert report.exit is Exit.OK, report.to_words()
        assert self.committed - self.lost <= set(self.stage.ask(_PLACED, 10**9) or [])

    # --- means -------------------------------------------------------------------------------
    def _clear(self) -> None:
        """An empty log, its empty head pinned and published."""
        lanes._processes.clear()
        lanes._sessions.by_alias.clear()
        self.stage.force(
            "TRUNCATE audit.leaf, audit.checkpoint, audit.cosignature, audit.pending, audit.event",
            "DELETE FROM audit.event_index",
            "TRUNCATE public.trial_row",
            "UPDATE audit.head SET size = 0, frontier = '', state = 'ok', says = '', "
            "published_at = NULL",
        )
        shutil.rmtree(self.stage.folder)
        self.stage.folder.mkdir()
        self.stage.pin.unlink(missing_ok=True)
        self.reader = psycopg.connect(self.stage.database.admin_url)
        self.stage.seal()

    def _put_back(self) -> None:
        self.reader.rollback()
        self.stage.force(
            "TRUNCATE audit.leaf, audit.checkpoint, audit.cosignature, audit.pending, audit.event",
            "DELETE FROM audit.event_index",
            "DELETE FROM audit.head",
            "TRUNCATE public.trial_row",
            *(f"INSERT INTO {one} SELECT * FROM kept.{_plain(one)}" for one in BACKED_UP),
        )

    def _stored(self) -> set[UUID]:
        rows = self.reader.execute("SELECT eid FROM audit.event").fetchall()
        self.reader.rollback()
        return {eid for (eid,) in rows}

    def _abandon(self, name: str) -> None:
        """As when its process ends: the session is cut, and Django's connection begins anew."""
        connection = connections[name]
        if connection.connection is not None:
            connection.connection.close()
        connection.in_atomic_block = False
        connection.needs_rollback = False
        connection.savepoint_ids.clear()
        connection.atomic_blocks.clear()
        connection.run_on_commit.clear()
        connection.close()

    def _cut(self, link: Any) -> None:
        self._admin(f"SELECT pg_terminate_backend({link.info.backend_pid}, 5000)")
        with suppress(psycopg.Error):
            link.execute("SELECT 1")
        assert link.broken

    def _admin(self, *statements: str) -> None:
        with psycopg.connect(self.stage.database.admin_url, autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement.encode())


_PLACED = "SELECT array_agg(eid) FROM audit.leaf WHERE idx < %s"


def _plain(table: str) -> str:
    return table.replace(".", "_")


def on(stage: Stage) -> Callable[[], Log]:
    """The machine over this stage; counts the steps of all its runs, and how often it recovered."""
    return type("LogHere", (Log,), {"stage": stage, "steps": 0, "recoveries": 0})
