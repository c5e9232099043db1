import os
from datetime import UTC, datetime
from uuid import UUID

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


def test_a_process_forked_from_another_counts_elsewhere() -> None:
    theirs, written = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(written, eids.fresh(1_000).bytes)
        os._exit(0)
    os.waitpid(child, 0)

    of_child = UUID(bytes=os.read(theirs, 16))

    assert _counted(of_child) != _counted(eids.fresh(1_000))
    os.close(theirs)
    os.close(written)


def _counted(eid: UUID) -> tuple[int, int]:
    return eid.int >> 64, eid.int >> 48 & 0xFFFF


def test_the_last_id_lies_at_the_end_of_the_calendar() -> None:
    assert eids.instant(eids.LAST) == datetime(9999, 12, 31, 23, 59, 59, 999_000, UTC)
