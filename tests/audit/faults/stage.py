"""The stage of the fault tests: a database of the test's own, a folder, a pin, and sealers on them."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction
from psycopg import sql

from audit import checkpoint, invariants, log, tiles
from audit.bulk import Draft, append_all
from audit.invariants import Violation
from audit.note import Signer
from audit.sealer.pin import Pin
from audit.sealer.points import Point
from audit.sealer.remembered import Where
from audit.sealer.work import Done, Sealer
from audit.verify.heads import Trust
from audit.verify.logdir import Also, check_log
from audit.verify.report import Report
from audit.verify.source import Local
from tests.audit.conftest import EVENT
from tests.audit.support import OFFICER
from tests.support import database
from tests.support.database import OwnDatabase

_numbers = count(1)
ORIGIN = "privacy-portal.local/log/1"
ROOT = Path(__file__).resolve().parents[3]


#: Every trigger of ours on the tables that hold the tree.
_SWITCH = """
    DO $$
    DECLARE
        one record;
    BEGIN
        FOR one IN SELECT tgname, tgrelid::regclass AS place FROM pg_trigger
            WHERE NOT tgisinternal AND tgrelid = ANY (ARRAY['audit.event', 'audit.pending',
            'audit.leaf', 'audit.head', 'audit.checkpoint', 'audit.cosignature']::regclass[])
        LOOP
            EXECUTE format('ALTER TABLE %s {how} TRIGGER %I', one.place, one.tgname);
        END LOOP;
    END
    $$
"""


class Stopped(BaseException):
    """The sealer was stopped at a point: raised, where killing a process would show no more."""


@dataclass
class Stage:
    """Everything a sealer works on. `told` are the ids that `append` gave back: what was promised."""

    database: OwnDatabase
    home: Path
    signer: Signer = field(default_factory=lambda: Signer(ORIGIN, bytes(range(32))))
    told: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in (self.folder, self.pin.parent):
            folder.mkdir(parents=True)

    @property
    def folder(self) -> Path:
        return self.home / "log"

    @property
    def pin(self) -> Path:
        return self.home / "elsewhere" / "pin"

    def where(self, **more: Any) -> Where:
        """The log as those who recover it are told of it."""
        given = {"folder": self.folder, "pin": Pin(self.pin), "keys": [self.signer.verifier]}
        return Where(**{**given, **more})  # type: ignore[arg-type]

    def append(self, count: int = 1, **about: Any) -> list[UUID]:
        """So many entries, committed together."""
        with transaction.atomic():
            made = [log.append(EVENT, actor=OFFICER, **about) for _ in range(count)]
        self.told += made
        return made

    def append_many(self, count: int, **about: Any) -> list[UUID]:
        """The same in one statement, where how they are appended does not matter."""
        with transaction.atomic():
            made = append_all([Draft(name=EVENT, actor=OFFICER, **about)] * count)
        self.told += made
        return made

    def sealer(self, **more: Any) -> Sealer:
        url = self.database.url("portal_sealer")
        given: dict[str, Any] = {"folder": self.folder, "pin": Pin(self.pin)}
        return Sealer(url, **{**given, "signers": [self.signer], **more})

    def seal(self, **more: Any) -> Done:
        """One step of a new sealer."""
        sealer = self.sealer(**more)
        try:
            return sealer.step()
        finally:
            sealer.forget()

    def stopped_at(self, point: Point) -> None:
        """One step that ends, all at once, after this point. A point never reached is a fault."""

        def stop(reached: Point) -> None:
            if reached is point:
                raise Stopped

        try:
            self.seal(at=stop)
        except Stopped:
            return
        raise AssertionError(f"{point} was never reached")

    def killed_at(self, point: Point) -> None:
        """The same with a process of its own and SIGKILL."""
        told = json.dumps(
            {
                "url": self.database.url("portal_sealer"),
                "folder": str(self.folder),
                "pin": str(self.pin),
                "secret": self.signer.secret(),
                "point": point,
            }
        )
        done = subprocess.run(
            [sys.executable, "-m", "tests.audit.faults.killed"],
            cwd=ROOT, input=told, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr

    # --- back in time ------------------------------------------------------------------------
    def backed_up(self) -> str:
        """The database as it is now, under another name."""
        name = f"{self.database.name}_backup_{next(_numbers)}"
        self._copy(self.database.name, name)
        return name

    def restore(self, backup: str) -> None:
        """Put the backup in the place of the database."""
        self._drop(self.database.name)
        self._copy(backup, self.database.name)
        self._drop(backup)

    def _copy(self, old: str, new: str) -> None:
        connections.close_all()
        names = {"old": sql.Identifier(old), "new": sql.Identifier(new)}
        database._admin(sql.SQL("CREATE DATABASE {new} TEMPLATE {old}").format(**names))
        database._let_roles_in(new)

    def _drop(self, name: str) -> None:
        connections.close_all()
        database._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def files(self, name: str) -> Path:
        """A copy of the published files as they are now."""
        kept = self.home / name
        shutil.copytree(self.folder, kept)
        return kept

    def put_files_back(self, kept: Path) -> None:
        shutil.rmtree(self.folder)
        kept.rename(self.folder)

    # --- what is there now -------------------------------------------------------------------
    def published(self) -> int:
        raw = (self.folder / tiles.CHECKPOINT).read_bytes()
        return checkpoint.open_signed(raw, log=[self.signer.verifier]).checkpoint.size

    def ask(self, query: str, *values: object) -> Any:
        """The first column of the first row, as the superuser sees it."""
        with psycopg.connect(self.database.admin_url) as admin:
            row = admin.execute(query.encode(), values).fetchone()
        return row[0] if row else None

    def force(self, *statements: str) -> None:
        """As a superuser who has switched the log's own triggers off."""
        with psycopg.connect(self.database.admin_url) as admin:
            admin.execute(_SWITCH.format(how="DISABLE").encode())
            for statement in statements:
                admin.execute(statement.encode())
            admin.execute(_SWITCH.format(how="ENABLE ALWAYS").encode())

    def violations(self) -> list[Violation]:
        with psycopg.connect(self.database.url()) as connection:
            return invariants.check(
                connection, folder=self.folder, keys=[self.signer.verifier], opener=log.opened
            )

    def broken(self) -> set[str]:
        """Which invariants do not hold."""
        return {one.rule for one in self.violations()}

    def fsck(self, *, seen: Sequence[bytes] = ()) -> Report:
        """The verifier's own look at the folder."""
        earlier = [(f"seen {place}", raw) for place, raw in enumerate(seen)]
        also = Also(seen=earlier)
        return check_log(Local(self.folder), Trust((self.signer.verifier,)), also)

    def all_is_well(self, *, size: int) -> None:
        """Every invariant, every promise kept, everything sealed and published."""
        assert self.violations() == []
        assert (self.published(), self.ask("SELECT count(*) FROM audit.pending")) == (size, 0)
        assert self.fsck().exit == 0, self.fsck().to_words()
        kept = self.ask("SELECT array_agg(eid) FROM audit.leaf") or []
        assert set(self.told) <= set(kept)


@contextmanager
def on_its_own_connection() -> Any:
    """For threads: Django's connections of this thread are closed at the end."""
    try:
        yield
    finally:
        connections.close_all()
