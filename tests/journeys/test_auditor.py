"""An auditor's afternoon: the log is searched, exported, and verified on a machine of their own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import override_settings

from audit import clock
from privacy_portal.accounts.actors import actor_for
from requests_app.permissions import Role
from tests.journeys import world
from tests.journeys.browsing import Somebody
from tests.support import accounts, exporting, office
from tests.support.database import ROOT, OwnDatabase
from tests.support.logs import SIGNER
from tests.support.sealed_logs import sealing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

pytestmark = pytest.mark.journey
PATIENCE = 60  # seconds for the sealer to sign what waits


@pytest.fixture
def sealed(stage: "Stage", tmp_path: Path) -> Iterator[Path]:
    """The log's folder, which the sealer's own process keeps signed."""
    folder = tmp_path / "log"
    folder.mkdir()
    own = OwnDatabase(settings.DATABASES["default"]["NAME"])
    with (
        override_settings(LOG_FOLDER=str(folder), LOG_ORIGIN=SIGNER.name),
        sealing(own, folder, SIGNER),
    ):
        yield folder


def test_an_export_is_fetched_and_the_log_verified_by_the_very_command_pictured(
    chromium: "Browser", stage: "Stage", sealed: Path, tmp_path: Path
) -> None:
    # given a disclosure on record, and an auditor
    office.disclosed(stage.clinic.patient, "2026-02-01", now=clock.now())
    audra = accounts.staff(Role.AUDITOR, name="Audra Walker")
    me = world.signed_in(chromium, stage, audra)

    # when they ask for the disclosure log as a file, and the worker has written it
    me.open("/audit/exports")
    me.follow("Export the disclosure log")
    me.send()
    assert me.page.title().startswith("Error: ")
    me.page.locator("[name=format][value=csv]").check()
    me.page.locator("[value=own_auditor]").check()
    me.fill(for_whom_name="Audra Walker")
    me.send()
    assert me.heading == "We are preparing your export"
    exporting.write(actor_for(audra.user, via="session"))
    me.follow("Look how far it is")
    assert me.heading == "Your export is ready"
    me.picture("auditor-export")

    # then the file is the one whose digest the page names
    with me.page.expect_download() as fetched:
        me.page.get_by_role("link", name="Download the file (CSV").click()
    content = Path(fetched.value.path()).read_bytes()
    assert b"Example County Health" in content
    assert sha256(content).hexdigest() in me.words

    # and when they go to the page about verification
    _until_signed(me)
    command = me.page.locator("pre code").inner_text()
    assert "What it does not prove" in me.words

    # then the command it names, on the log's folder, finds every entry as it was signed
    told = command.replace("FOLDER", str(sealed)).replace("python", sys.executable, 1)
    done = subprocess.run(
        ["bash", "-c", told], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

    # and the service's own check says so too, in a panel of its own
    me.press("Check it here and now")
    assert me.heading.startswith("The log is intact up to entry")
    me.picture("auditor-verified")

    # and after one bit of an entry is turned over, both say no
    _spoil(sealed)
    done = subprocess.run(
        ["bash", "-c", told], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    me.open("/audit/verification")
    me.press("Check it here and now")
    assert me.heading == "The log is not as it was signed"
    assert "First fault: entr" in me.words


def _until_signed(me: Somebody) -> None:
    """The page itself says when a head is signed."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        me.open("/audit/verification")
        if "Nothing is signed yet." not in me.words and "--vkey 'KEY'" not in me.words:
            return
    raise AssertionError(f"no signed head in {PATIENCE} s")


def _spoil(folder: Path) -> None:
    entries = next(one for one in sorted((folder / "tile/entries").rglob("*")) if one.is_file())
    content = bytearray(entries.read_bytes())
    content[700] ^= 1
    entries.write_bytes(content)
