"""The head of the tree that an export states is the sealer's own, signed over what was there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import clock
from audit.checkpoint import open_signed
from audit.errors import ProofFailed
from audit.note import Signer
from privacy_portal.exports.head import NOT_SEALED
from tests.audit.faults.stage import ORIGIN, Stage
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.exporting import written
from tests.support.office import AUDITOR, NOON


@pytest.fixture
def stage(own_database: OwnDatabase, tmp_path: Path) -> Iterator[Stage]:
    with clock.frozen(NOON):
        yield Stage(own_database, tmp_path)


def head(of: str = "disclosures") -> str:
    """What the file itself says: the last line of NDJSON."""
    _, content = written(of, AUDITOR, "ndjson")
    said: str = json.loads(content.splitlines()[-1])["end"]["tree_head"]
    return said


def test_the_head_in_an_export_is_the_newest_that_the_sealer_signed(stage: Stage) -> None:
    clinic = office.set_up()
    office.disclosed(clinic.patient, "2026-02-02")
    assert head() == NOT_SEALED

    stage.seal()
    first = stage.published()
    office.disclosed(clinic.patient, "2026-02-03")
    stage.seal()
    told = head()

    signed = open_signed(told.encode(), log=[stage.signer.verifier]).checkpoint
    assert (signed.origin, signed.size) == (ORIGIN, stage.published())
    assert signed.size > first
    other = Signer(ORIGIN, bytes(range(1, 33)))
    with pytest.raises(ProofFailed):
        open_signed(told.encode(), log=[other.verifier])


def test_the_row_and_the_entry_state_the_same_head(stage: Stage) -> None:
    office.set_up()
    stage.seal()
    export, content = written("requests", AUDITOR, "ndjson")
    end = json.loads(content.splitlines()[-1])["end"]
    assert export.head == end["tree_head"] != NOT_SEALED
