"""A log whose first entries are older than their retention, on the stage of the fault tests."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from audit import bundle, clock, entry, keys, retention
from audit.bundle import Cover, Part
from audit.retention import Plan
from audit.sealer import pruning
from audit.sealer.pruning import Pruned
from audit.tiles import Folder
from tests.audit.faults.stage import ORIGIN, Stage
from tests.audit.faults.tampering import entry_at
from tests.audit.support import OFFICER

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
#: Entries of April and of May 2019, then such as have to stay.
APRIL, MAY, YOUNG = 300, 250, 40
#: What may go in whole bundles; of May some stay, and so does their key.
FREE = 512


def aged(stage: Stage) -> Stage:
    """Sealed and published, all of it."""
    for month, count in ((4, APRIL), (5, MAY)):
        then = datetime(2019, month, 10, tzinfo=UTC)
        with clock.frozen(then):
            keys.ensure_periods(then)
            stage.append_many(count)
            stage.seal()
        arrived(stage, then, since=stage.published() - count)
    keys.ensure_periods(clock.now())
    stage.append_many(YOUNG)
    stage.seal()
    return stage


def arrived(stage: Stage, then: datetime, *, since: int) -> None:
    """As if the database had been there when it says."""
    stage.force(
        f"UPDATE audit.event SET inserted_at = '{then.isoformat()}' "
        f"FROM audit.leaf WHERE leaf.eid = event.eid AND idx >= {since}"
    )


def planned(**more: Any) -> Plan:
    return retention.plan(now=NOW, **more)


def announced(stage: Stage, plan: Plan) -> UUID:
    """The entry that tells of it, sealed."""
    eid = retention.announce(
        plan, actor=OFFICER, approved_by=["Ada Example"], backups_until=date(2027, 2, 1)
    )
    stage.told.append(eid)
    stage.seal()
    return eid


def prune(stage: Stage, plan: Plan, event: UUID) -> Pruned:
    done = pruning.prune(
        stage.database.url("portal_migrator"), folder=stage.folder, min_index=plan.min_index,
        policy=plan.policy, event=event, keys=plan.keys,
    )  # fmt: skip
    keys.forget()
    gone = set(stage.ask("SELECT array_agg(eid) FROM audit.leaf WHERE idx < %s", plan.min_index))
    stage.told = [eid for eid in stage.told if eid not in gone]
    return done


def told_by(stage: Stage, event: UUID) -> bytes:
    """The export bundle with that entry opened, as the verifier is given it."""
    index = stage.ask("SELECT idx FROM audit.leaf WHERE eid = %s", event)
    raw = entry_at(stage, index)
    key = keys.keyring().named(entry.header(raw).dek_id)
    part = Part(index, raw, entry.secret_of(raw, key=key, origin=ORIGIN))
    head = (stage.folder / "checkpoint").read_bytes()
    cover = Cover(head, [stage.signer.verifier], "Retention", NOW)
    out = BytesIO()
    bundle.write(out, cover, [part], Folder(stage.folder, stage.published()).node)
    return out.getvalue()


def refused(attempt: Callable[[], object]) -> str:
    """What the database says."""
    try:
        attempt()
    except pruning.CannotPrune as reason:
        return str(reason)
    return ""
