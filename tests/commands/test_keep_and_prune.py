"""`prune`, `hold`, `rotate` and `recover --dry-run`, as the person who runs the service types them."""

import io
import json
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings

from audit import keys, log, merkle, names, proof, receipts, standing
from audit.errors import KeyDestroyed
from audit.note import Signer
from audit.sealer import keys as signing
from audit.verify.cli import main as verify
from audit.verify.heads import Trust, check_proof
from privacy_portal import alarms, health
from privacy_portal.commands import django_side, inside, main
from privacy_portal.commands import sealer as sealer_command
from privacy_portal.embedded import secrets
from tests.audit.conftest import EVENT
from tests.audit.faults.aged import FREE, aged
from tests.audit.faults.stage import ORIGIN, Stage
from tests.audit.faults.tampering import as_it_was, entry_at
from tests.support import office, sealed_values
from tests.support.database import OwnDatabase, migrating

Say = Callable[..., str]
NEXT = "privacy-portal.local/log/2"
DECIDED = ("--approved-by", "Ada Example", "--backups-until", "2099-01-31")


@pytest.fixture
def stage(
    own_database: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """A log on a database of the test's own, in the folders of an installation."""
    monkeypatch.setattr(names._vocabulary, "_names", {EVENT, *names.known()})
    home = tmp_path / "home"
    held = secrets.key_folder(home / "keys")
    shutil.copytree(django_settings.KEY_FOLDER, held / "kek")
    made = Stage(own_database, home / "data")
    secrets.write_private(_sealers(home), f"{made.signer.secret()}\n".encode())
    (made.folder / "log.vkey").write_text(f"{made.signer.verifier}\n")
    for name, value in own_database.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PRIVACY_HOME", str(home))
    monkeypatch.setenv("PRIVACY_LOG_PIN", str(made.pin))
    monkeypatch.setattr(django_settings, "KEY_FOLDER", str(held / "kek"))
    monkeypatch.setattr(django_settings, "LOG_FOLDER", str(made.folder))
    monkeypatch.setattr(django_side, "ask", asked)
    keys.forget()
    with migrating(own_database):
        yield made
    keys.forget()


def _sealers(home: Path) -> Path:
    return secrets.key_folder(home / "keys" / "sealer") / "signing-key"


def asked(task: str, *_: object, told: str = "", **__: object) -> dict[str, Any]:
    """What a process of its own would do, in this one."""
    before, sys.stdin = sys.stdin, io.StringIO(told)
    try:
        answer: dict[str, Any] = json.loads(json.dumps(inside.TASKS[task]()))
        return answer
    finally:
        sys.stdin = before


@pytest.fixture
def say(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Say:
    """What a command says, on one line; it ends well unless told."""

    def run(*arguments: str, ends: int = 0) -> str:
        capsys.readouterr()
        assert main([*arguments]) == ends, capsys.readouterr().out
        keys.forget()
        return re.sub(r"\s+", " ", capsys.readouterr().out)

    return run


@pytest.fixture
def sealing(stage: Stage) -> Iterator[None]:
    """A sealer beside, as in the running service."""
    stop, sealer = threading.Event(), stage.sealer()

    def run() -> None:
        while not stop.wait(0.05):
            sealer.step()
        sealer.forget()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


def verified(stage: Stage, *more: str) -> int:
    return verify(["log", str(stage.folder), "--vkey", str(stage.signer.verifier), *more])


# --- prune and hold ------------------------------------------------------------------------------
def test_what_is_over_is_pruned_when_somebody_has_decided_it(
    stage: Stage, say: Say, sealing: None
) -> None:
    kept = entry_at(aged(stage), 0)
    assert f"{FREE} can go" in say("prune", "--dry-run")
    assert "--approved-by" in say("prune", ends=1)
    assert "--backups-until" in say("prune", "--approved-by", "Ada Example", ends=1)
    assert "at least 6 years" in say("prune", "--years", "5", ends=1)
    assert stage.ask("SELECT count(*) FROM audit.retention") == 0

    made = say("hold", "--reason", "A lawsuit", "--since", "2019-05-05")
    assert "Hold 1 is in force" in made
    assert "entries since 2019-05-05" in say("hold")
    said = say("prune", "--dry-run")
    assert "256 can go" in said
    assert "the legal hold 1" in said
    assert "Say why" in say("hold", "--lift", "1", ends=1)
    assert "would end" in say("hold", "--lift", "1", "--reason", "Settled", "--dry-run")
    assert "Hold 1 has ended" in say("hold", "--lift", "1", "--reason", "Settled")
    assert "No hold 1" in say("hold", "--lift", "1", "--reason", "Settled", ends=1)

    said = say("prune", *DECIDED)

    assert f"{FREE} entries and 2 files of them are gone, and 3 keys" in said
    bundle = re.search(r"gets (\S+)", said)
    assert bundle is not None
    assert verified(stage, "--retention", bundle[1]) == 0
    assert verified(stage) == 2
    assert "None can go yet" in say("prune", *DECIDED)
    with pytest.raises(KeyDestroyed):
        log.opened(kept)


def test_without_a_sealer_nothing_is_pruned_and_the_same_entry_serves_later(
    stage: Stage, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privacy_portal.commands import prune

    monkeypatch.setattr(prune, "_SECONDS", 0)
    aged(stage)
    for _ in range(2):
        assert "Start the service" in say("prune", *DECIDED, ends=1)
    assert stage.ask("SELECT count(*) FROM audit.pending") == 1
    stage.seal()
    assert "are gone" in say("prune", *DECIDED)


# --- rotate --------------------------------------------------------------------------------------
def test_the_wrapping_key_is_changed_and_the_old_one_goes_when_nothing_needs_it(
    stage: Stage, say: Say
) -> None:
    (eid,) = stage.append()
    old = keys.provider().id
    assert f"keys that {old} wraps" in say("rotate", "wrapping", "--dry-run")
    assert keys.provider().id == old
    assert "is in use" in say("rotate", "wrapping", "--drop", old, ends=1)
    assert f"Keep {old}" in say("rotate", "wrapping")
    backup = stage.home.parent / "backups" / "portal-20260131T120000Z"
    backup.mkdir(parents=True)
    (backup / "manifest.json").write_text(
        json.dumps({"keys_needed": [old], "made_at": "2026-01-31T12:00:00+00:00"})
    )
    assert "1 backups" in say("rotate", "wrapping", "--drop", old, ends=1)
    shutil.rmtree(backup)
    assert "would be deleted" in say("rotate", "wrapping", "--drop", old, "--dry-run")
    assert "is deleted" in say("rotate", "wrapping", "--drop", old)
    assert "is not there" in say("rotate", "wrapping", "--drop", old, ends=1)
    assert log.read(eid).entry.name
    stage.append()


def test_a_data_key_is_changed_and_the_old_one_still_opens(stage: Stage, say: Say) -> None:
    (eid,) = stage.append()
    assert "would seal" in say("rotate", "data", "--dry-run")
    assert "seals from now on" in say("rotate", "data")
    stage.append()
    assert stage.ask("SELECT count(DISTINCT substring(entry FROM 5 FOR 4)) FROM audit.event") == 2
    assert log.read(eid).entry.name
    assert "tokens" in say("rotate", "data", "--class", "index.log.subject", ends=1)
    assert "no key of class" in say("rotate", "data", "--class", "field.nothing", ends=1)


def test_what_a_changed_key_has_sealed_in_fields_is_sealed_anew(stage: Stage, say: Say) -> None:
    one, two = (
        office.set_up().patient,
        office.add_patient(office.Site.objects.get(), number="MR-0900"),
    )
    assert "0 values would be sealed anew" in say("rotate", "fields", "--dry-run")
    people = ("--class", "field.people")
    assert "rotate fields --class field.people" in say("rotate", "data", *people)
    before = sealed_values.everything()
    due = "requests_app_patient.identity under key"
    assert due in (looked := say("rotate", "fields", "--dry-run"))
    assert "2 values would be sealed anew. Nothing was changed." in looked
    assert sealed_values.everything() == before
    with psycopg.connect(stage.database.url()) as somebody:
        somebody.execute("SELECT FROM requests_app_patient WHERE id = %s FOR UPDATE", [one.pk])
        assert "Give it again" in (said := say("rotate", "fields", ends=1))
        assert "1 values are sealed anew" in said
    assert "none lies under these keys any more" in say("rotate", "fields", *people)
    assert sealed_values.says(sealed_values.everything()) == sealed_values.says(before)
    assert "no field is sealed" in say("rotate", "fields", "--class", "audit", ends=1)
    say("rotate", "data", *people)
    stage.force(f"UPDATE requests_app_patient SET identity = '\\x01' WHERE id = '{two.pk}'")
    assert "keys that open nothing" in say("rotate", "fields", "--dry-run")


def test_the_signing_key_is_succeeded_and_every_receipt_still_verifies(
    stage: Stage, say: Say
) -> None:
    (eid,) = stage.append()
    stage.seal()
    before = receipts.proof_of(eid)
    assert before is not None
    assert "1 keys sign" in say("rotate", "signing", "--dry-run")
    assert "there is no succession" in say("rotate", "signing", "--finish", ends=1)
    assert "Both keys sign" in say("rotate", "signing")
    assert "two keys sign already" in say("rotate", "signing", ends=1)
    assert "has not signed the newest head" in say("rotate", "signing", "--finish", ends=1)

    old, new = signers(stage)
    stage.seal(signers=[old, new])
    for one in (old, new):
        assert verify(["log", str(stage.folder), "--vkey", str(one.verifier)]) == 0
    assert "signs no more" in say("rotate", "signing", "--finish")

    assert signers(stage) == (new,)
    assert stage.seal(signers=[new]).fenced == ""
    after = receipts.proof_of(eid)
    assert after is not None
    leaf = merkle.leaf_hash(entry_at(stage, 0))
    # Each with the key of its day; the newest head continues the oldest, with both keys at hand.
    for receipt, key in ((before, old), (after, new)):
        assert check_proof(receipt.content, leaf, Trust((key.verifier,))).exit == 0
    assert check_proof(before.content, leaf, Trust((new.verifier,))).exit == 1
    former = (stage.folder / "log-former.vkey").read_text().strip()
    assert former == str(old.verifier)
    seen = stage.home / "seen"
    seen.write_bytes(proof.parse(before.content).checkpoint)
    both = ("--vkey", former, "--vkey", str(new.verifier))
    assert verify(["log", str(stage.folder), *both, "--seen", str(seen)]) == 0


def signers(stage: Stage) -> tuple[Signer, ...]:
    return signing.read(stage.home.parent / "keys" / "sealer" / "signing-key", ORIGIN)


def test_recover_says_what_accepting_a_loss_would_do_and_then_does_it(
    stage: Stage, say: Say
) -> None:
    stage.append(3)
    stage.seal()
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    looked = say("recover", "--dry-run", "--accept-loss", "The disk broke")
    assert "Nothing was changed" in looked
    assert not (stage.folder / "checkpoint").exists()
    assert "Sealing goes on" in say("recover", "--accept-loss", "The disk broke")
    assert verified(stage) == 0


def test_where_entries_are_gone_for_good_another_log_goes_on(
    stage: Stage, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.append(3)
    stage.seal()
    frontier = bytes(stage.ask("SELECT frontier FROM audit.head"))
    assert "Nothing is missing" in say("recover", "--succeed", "The disk broke", ends=1)
    stage.append(2)
    stage.seal()
    kept = stage.home / "kept"
    kept.write_bytes((stage.folder / "checkpoint").read_bytes())
    shutil.rmtree(stage.folder)
    stage.folder.mkdir()
    stage.pin.unlink()
    as_it_was(stage, 3, frontier)
    known = ("--known", str(kept))
    assert "never signed" in say("recover", "--accept-loss", "The disk broke", *known, ends=1)
    asked_for = ("recover", "--succeed", "The disk broke", *known)
    looked = say(*asked_for, "--dry-run")
    assert "Entries 3 to 4 are missing" in looked
    assert "Nothing was changed" in looked

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(signing, "take_next", _killed)
        with pytest.raises(KeyboardInterrupt):
            say(*asked_for)
    told = json.loads(json.dumps(health._log()))
    assert [(one["log"], one["successor"]) for one in told["closed"]] == [(ORIGIN, NEXT)]
    assert "give recover --succeed once more" in " ".join(alarms.of_log(standing.standing()))
    assert "would be finished" in say(*asked_for, "--dry-run")
    assert f"The log {NEXT} goes on" in say(*asked_for)

    monkeypatch.setenv("DATABASE_SEALER_URL", stage.database.url("portal_sealer"))
    monkeypatch.setenv("PRIVACY_LOG_FOLDER", str(stage.folder))
    monkeypatch.setenv("PRIVACY_SIGNING_KEY", str(_sealers(stage.home.parent)))
    sealer = sealer_command.from_environment()
    assert sealer.step().published == 2  # the first, and the one about what was refused above
    sealer.forget()
    new = (stage.folder / "2" / "log.vkey").read_text().strip()
    assert verify(["log", str(stage.folder / "2"), "--vkey", new]) == 0
    assert "1 keys sign" in say("rotate", "signing", "--dry-run")
    assert "None can go yet" in say("prune", "--dry-run")


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
