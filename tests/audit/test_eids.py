import subprocess
import sys
from datetime import UTC, datetime

import pytest

from audit import eids, entry
from tests.audit.support import NOON


def test_an_id_begins_with_its_instant() -> None:
    eid = eids.fresh(entry.millis(NOON))
    assert (eid.version, eids.instant(eid)) == (7, NOON)


def test_ids_of_later_instants_sort_later() -> None:
    assert eids.fresh(1_000) < eids.fresh(1_001) < eids.LAST


def test_a_stuck_random_source_repeats_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eids, "urandom", bytes)
    assert len({eids.fresh(1_000) for _ in range(20_000)}) == 20_000


_FORK = """
import os
from audit import eids
child = os.fork()
if child:
    os.waitpid(child, 0)
eid = eids.fresh(0).int
print(eid >> 64, eid >> 48 & 0x3FFF)
"""


def test_a_forked_process_counts_from_a_place_of_its_own() -> None:
    """The web's workers are forked once everything is loaded."""
    said = subprocess.run([sys.executable, "-c", _FORK], capture_output=True, text=True, check=True)
    childs, own = said.stdout.splitlines()
    assert childs != own


def test_the_last_id_lies_at_the_end_of_the_calendar() -> None:
    assert eids.instant(eids.LAST) == datetime(9999, 12, 31, 23, 59, 59, 999_000, UTC)
