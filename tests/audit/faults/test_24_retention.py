"""24. Retention: one index too many, on legal hold, without an event, and a key that comes back."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from audit import events, log, merkle, proof, receipts, retention
from audit.errors import KeyDestroyed
from audit.retention import TooShort
from audit.sealer import pruning, recovery
from audit.verify import retained
from audit.verify.heads import Trust, check_proof
from audit.verify.report import Exit, Fault, Report
from audit.verify.source import Local
from audit.verify.whole import Question, check
from tests.audit.faults.aged import (
    APRIL,
    FREE,
    MAY,
    NOW,
    YOUNG,
    aged,
    announced,
    planned,
    prune,
    refused,
    told_by,
)  # fmt: skip
from tests.audit.faults.stage import Stage
from tests.audit.faults.tampering import entry_at
from tests.audit.support import OFFICER
from tests.support.database import migrating

SIZE = APRIL + MAY + YOUNG
#: April's, and those of two months in which nothing was sealed.
KEYS = 3


@pytest.fixture
def log_of_years(stage: Stage) -> Stage:
    return aged(stage)


def verified(stage: Stage, *, told: bytes | None = None) -> Report:
    file: Path | None = None
    if told is not None:
        file = stage.home / "retention.zip"
        file.write_bytes(told)
    return check(Local(stage.folder), Trust((stage.signer.verifier,)), Question(retention=file))


# --- as it should be ---------------------------------------------------------------------------
def test_what_is_over_goes_and_every_proof_still_holds(
    log_of_years: Stage, settings: object
) -> None:
    stage = log_of_years
    settings.LOG_FOLDER = str(stage.folder)  # type: ignore[attr-defined]
    first, kept = stage.told[0], entry_at(stage, 0)
    leaf = merkle.leaf_hash(kept)
    before = receipts.proof_of(first)
    with pytest.raises(TooShort):
        planned(years=5)
    assert planned(years=8).min_index == 0
    plan = planned()
    assert (plan.min_index, plan.count, plan.held) == (FREE, FREE, ())
    assert len(plan.keys) == KEYS
    event = announced(stage, plan)

    assert prune(stage, plan, event) == pruning.Pruned(FREE, FREE // 256, KEYS)
    with pytest.raises(KeyDestroyed):  # wherever its bytes were kept
        log.opened(kept)

    stage.append(1)
    stage.seal()
    assert stage.violations() == []
    assert stage.ask("SELECT count(*) FROM audit.event") == SIZE - FREE + 2
    left = stage.ask(
        "SELECT count(*) FROM audit.event_index AS hit WHERE NOT EXISTS "
        "(SELECT FROM audit.event AS e WHERE e.eid = hit.eid)"
    )
    assert left == 0
    told = told_by(stage, event)
    assert verified(stage, told=told).exit is Exit.OK
    assert verified(stage, told=told).facts["entries_pruned"] == FREE
    after = receipts.proof_of(first)
    assert before is not None
    assert after is not None
    for receipt in (before, after):
        report = check_proof(receipt.content, leaf, Trust((stage.signer.verifier,)))
        assert report.exit is Exit.OK, report.to_words()
    assert proof.parse(before.content).extra is not None
    assert proof.parse(after.content).extra is None


def test_the_event_is_the_one_that_the_verifier_knows() -> None:
    assert (events.PRUNED, retained.FIELD) == (retained.EVENT, "min_index")


def test_killed_before_the_files_went_it_is_done_by_the_next_run(
    log_of_years: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned()
    event = announced(log_of_years, plan)
    monkeypatch.setattr(pruning, "drop_bundles", _killed)
    with pytest.raises(KeyboardInterrupt):
        prune(log_of_years, plan, event)
    monkeypatch.undo()
    assert planned().count == 0
    below = pruning.pruned_below(log_of_years.database.url("portal_migrator"))
    assert pruning.drop_bundles(log_of_years.folder, below) == FREE // 256
    assert log_of_years.violations() == []


def test_lost_files_are_written_anew_with_the_hashes_of_what_was_pruned(
    log_of_years: Stage,
) -> None:
    stage, plan = log_of_years, planned()
    event = announced(stage, plan)
    prune(stage, plan, event)
    told, signed = told_by(stage, event), (stage.folder / "checkpoint").read_bytes()
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    url = stage.database.url("portal_migrator")
    recovery.accept_loss(url, stage.where(), dry_run=True)
    assert list(stage.folder.glob("tile")) == []
    recovery.accept_loss(url, stage.where())
    assert (stage.folder / "checkpoint").read_bytes() == signed
    assert verified(stage, told=told).exit is Exit.OK


def _killed(*_: object) -> int:
    raise KeyboardInterrupt


# --- one index too many ------------------------------------------------------------------------
def test_one_bundle_too_many_is_refused(log_of_years: Stage) -> None:
    """Also to a service whose clock runs ahead: the database's own decides."""
    plan = retention.plan(now=NOW + timedelta(days=3000))
    assert plan.min_index == FREE
    event = announced(log_of_years, plan)
    more = replace(plan, min_index=plan.min_index + 256)
    # 556 of its 768 are over; the rest, and the very event, are not.
    assert "no sealed entry behind these" in refused(lambda: prune(log_of_years, more, event))
    log_of_years.append_many(256)
    event = announced(log_of_years, replace(plan, min_index=1))
    assert "younger than six years" in refused(lambda: prune(log_of_years, more, event))
    assert log_of_years.ask("SELECT count(*) FROM audit.event") == SIZE + 258


def test_one_entry_too_many_is_refused_to_owner_and_superuser(log_of_years: Stage) -> None:
    plan = planned()
    prune(log_of_years, plan, announced(log_of_years, plan))
    eid = log_of_years.ask("SELECT eid FROM audit.leaf WHERE idx = %s", FREE)
    for become in ("SET ROLE audit_owner", "SET session_replication_role = replica"):
        with psycopg.connect(log_of_years.database.admin_url) as admin:
            admin.execute(become)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute("DELETE FROM audit.event WHERE eid = %s", [eid])


def test_with_the_triggers_off_one_too_many_shows(log_of_years: Stage) -> None:
    """The control: it goes, and the comparison of everything names it."""
    plan = planned()
    prune(log_of_years, plan, announced(log_of_years, plan))
    eid = log_of_years.ask("SELECT eid FROM audit.leaf WHERE idx = %s", FREE)
    log_of_years.force(f"DELETE FROM audit.event WHERE eid = '{eid}'")
    assert "I1" in log_of_years.broken()


# --- on legal hold -----------------------------------------------------------------------------
HOLDS = {
    "on everything": (None, 0),
    "on what came since the 5th of May 2019": (datetime(2019, 5, 5, tzinfo=UTC), 256),
    "on this year": (datetime(2026, 1, 1, tzinfo=UTC), FREE),
}


def test_what_is_on_hold_stays_until_it_is_lifted(log_of_years: Stage) -> None:
    stage, whole = log_of_years, planned()
    event = announced(stage, whole)
    with migrating(stage.database):
        for label, (since, free) in HOLDS.items():
            number = retention.place_hold(reason="A lawsuit", since=since, actor=OFFICER)
            plan = planned()
            held = (number,) if free < FREE else ()
            assert (label, plan.min_index, plan.held) == (label, free, held)
            if held:
                assert "on legal hold" in refused(lambda: prune(stage, whole, event)), label
            retention.lift_hold(number, reason="It is settled", actor=OFFICER)
        with pytest.raises(LookupError):
            retention.lift_hold(number, reason="Once more", actor=OFFICER)
    prune(stage, planned(), event)
    stage.seal()
    assert stage.violations() == []


def test_without_the_check_the_hold_would_hold_nothing(log_of_years: Stage) -> None:
    """The control: the trigger that looks at holds is off."""
    plan = planned()
    event = announced(log_of_years, plan)
    with migrating(log_of_years.database):
        retention.place_hold(reason="A lawsuit", since=None, actor=OFFICER)
    with psycopg.connect(log_of_years.database.admin_url) as admin:
        admin.execute("ALTER TABLE audit.retention DISABLE TRIGGER retention_begins")
    assert prune(log_of_years, plan, event).entries == FREE


# --- without an event --------------------------------------------------------------------------
def test_without_a_sealed_event_nothing_goes(log_of_years: Stage) -> None:
    plan = planned()
    waiting = retention.announce(
        plan, actor=OFFICER, approved_by=["Ada Example"], backups_until=NOW.date()
    )
    for event in (uuid4(), waiting):
        assert "no sealed entry" in refused(lambda event=event: prune(log_of_years, plan, event))
    assert retention.place_of(waiting) is None
    log_of_years.seal()
    assert retention.place_of(waiting) == SIZE
    assert retention.announced(FREE) == waiting


def test_files_without_their_event_are_incomplete(log_of_years: Stage) -> None:
    plan = planned()
    event = announced(log_of_years, plan)
    prune(log_of_years, plan, event)
    report = verified(log_of_years)
    assert (report.exit, set(report.counts)) == (Exit.INCOMPLETE, {Fault.MISSING})
    claimed = check(
        Local(log_of_years.folder), Trust((log_of_years.signer.verifier,)), Question(minimum=FREE)
    )
    assert (claimed.exit, set(claimed.counts)) == (Exit.INCOMPLETE, {Fault.PRUNED})
    assert "pruned without retention event" in claimed.to_words()
    # The control: with it, the same files are whole.
    assert verified(log_of_years, told=told_by(log_of_years, event)).exit is Exit.OK


# --- keys --------------------------------------------------------------------------------------
def test_a_key_that_still_seals_an_entry_is_not_destroyed(log_of_years: Stage) -> None:
    plan = planned()
    event = announced(log_of_years, plan)
    of_may = log_of_years.ask(
        "SELECT dek_id FROM audit.dek WHERE class = 'audit' AND period @> date '2019-05-10'"
    )
    of_now = log_of_years.ask(
        "SELECT dek_id FROM audit.dek WHERE class = 'audit' AND period @> current_date"
    )
    for key, words in ((of_may, "sealed under data key"), (of_now, "is in use")):
        attempt = replace(plan, keys=(key,))
        assert words in refused(lambda attempt=attempt: prune(log_of_years, attempt, event))
    assert log_of_years.ask("SELECT count(*) FROM audit.event") == SIZE + 1


def test_a_destroyed_key_that_a_backup_brings_back_is_found(log_of_years: Stage) -> None:
    stage = log_of_years
    backup, plan = stage.backed_up(), planned()
    prune(stage, plan, announced(stage, plan))
    assert stage.broken() == set()
    stage.restore(backup)
    assert "knows" in stage.seal().fenced
    recovery.recover(stage.database.url("portal_migrator"), stage.where())
    found = [str(one) for one in stage.violations() if one.rule == "I9"]
    assert found == [
        f"I9: {FREE} entries that were told to be pruned are here",
        f"I9: {KEYS} data keys that were told to be destroyed are here",
    ]
    again = planned()
    prune(stage, again, announced(stage, again))
    assert stage.violations() == []
