"""A log made by the service itself: entries through `audit.bulk`, sealed by the sealer's own process."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from audit import bulk, checkpoint
from audit.actors import system
from audit.bulk import Draft
from audit.note import Signer
from audit.sealer import keys
from requests_app import events
from tests.support.database import ROOT, OwnDatabase

BATCH = 5_000
PATIENCE = 300  # seconds for the sealer to come to what waits


def append(count: int, *, begun: int = 0) -> None:
    """So many entries, in transactions of BATCH: different people, reasons and lengths."""
    for first in range(begun, begun + count, BATCH):
        with transaction.atomic():
            bulk.append_all(
                [_draft(number) for number in range(first, min(first + BATCH, begun + count))]
            )


def _draft(number: int) -> Draft:
    return Draft(
        name=events.READ_DISCLOSURES,
        actor=system("trial"),
        patient=f"019a1ff7-0000-7000-8000-{number % 500:012}",
        purpose="Review " * (number % 7),
        extra={"count": number},
        openable=True,
    )


@contextmanager
def sealing(database: OwnDatabase, folder: Path, signer: Signer) -> Iterator[None]:
    """The sealer as a clinic runs it: a process of its own, with the key and the role that only it has."""
    home = folder.parent / "sealer"
    home.mkdir()
    key = home / keys.FILE
    key.touch(mode=0o600)
    key.write_text(signer.secret() + "\n", encoding="ascii")
    environ = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    environ |= {
        "DATABASE_SEALER_URL": database.url("portal_sealer"),
        "PRIVACY_LOG_FOLDER": str(folder),
        "PRIVACY_LOG_PIN": str(home / "pin"),
        "PRIVACY_LOG_ORIGIN": signer.name,
        "PRIVACY_SIGNING_KEY": str(key),
        "PRIVACY_SEAL_SECONDS": "1",
    }
    with (home / "log").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "privacy_portal", "sealer"],
            cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)
    assert process.returncode == 0, (home / "log").read_text()


def wait_until_signed(folder: Path, size: int, signer: Signer) -> bytes:
    """The published head, once it covers so many entries."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            raw = (folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            raw = b""
        if raw and checkpoint.open_signed(raw, log=[signer.verifier]).checkpoint.size == size:
            return raw
        time.sleep(0.1)
    raise AssertionError(f"no head of {size} entries in {PATIENCE} s")


def keep_partials(folder: Path, kept: Path) -> None:
    """As a mirror that never deletes: what the head of now needs stays beside what comes later."""
    shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("checkpoint", ".*"))


def put_partials_back(kept: Path, folder: Path) -> None:
    """Files that are not there any more; those that are stay as they are."""
    for file in (one for one in kept.rglob("*") if one.is_file()):
        there = folder / file.relative_to(kept)
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, there)
