"""5. Somebody with the database's own powers deletes an entry before it is sealed."""

from uuid import UUID

import pytest

from audit import clock, keys, log
from requests_app import events
from requests_app.actions import disclosures
from requests_app.kinds.models import StatusRow
from tests.audit.faults.stage import Stage
from tests.support import office
from tests.support.office import NOON, OFFICER


def delete(stage: Stage, eid: UUID) -> None:
    stage.force(
        f"DELETE FROM audit.pending WHERE eid = '{eid}'",
        f"DELETE FROM audit.event_index WHERE eid = '{eid}'",
        f"DELETE FROM audit.event WHERE eid = '{eid}'",
    )


def test_the_next_entry_of_the_process_names_what_is_not_there(stage: Stage) -> None:
    _, deleted, _ = stage.append(3)
    delete(stage, deleted)
    stage.seal()
    assert stage.broken() == {"I7"}
    assert str(deleted) in str(stage.violations()[0])


def test_without_lanes_nothing_would_show(stage: Stage) -> None:
    """The control: the same deletion where no entry bears a lane."""
    made = stage.append(3, openable=True)
    delete(stage, made[1])
    stage.seal()
    assert stage.broken() == set()


def test_the_last_entry_of_a_process_is_held_by_its_end(stage: Stage) -> None:
    (last,) = stage.append()
    log.close_lane()
    delete(stage, last)
    stage.seal()
    assert stage.broken() == {"I7"}


@pytest.fixture
def line(stage: Stage) -> UUID:
    """The second of three disclosures about one person; the entry that records it."""
    keys.ensure_periods(clock.now())
    with clock.frozen(NOON):
        clinic = office.set_up()
        told = {
            "basis": "PH", "disclosed_on": "2026-01-02", "purpose": "Reporting",
            "recipient_name": "Example County", "description": "One result",
            "patient": str(clinic.patient.pk),
        }  # fmt: skip
        rows = [disclosures.record(told, actor=OFFICER, now=NOON) for _ in range(3)]
    log.close_lane()
    return rows[1].audit_eid


def test_a_row_whose_entry_is_gone_is_found(stage: Stage, line: UUID) -> None:
    stage.seal()
    assert stage.broken() == set()
    stage.force(f"DELETE FROM audit.leaf WHERE eid = '{line}'")
    delete(stage, line)
    assert {"I6", "I7"} <= stage.broken()


def test_a_disclosure_left_out_leaves_a_hole_in_the_persons_numbers(
    stage: Stage, line: UUID
) -> None:
    numbered = [
        one for one in log.recent(limit=100).entries
        if one.entry.name == events.DISCLOSURE_NUMBERED and (one.entry.extra or {})["of"] == str(line)
    ]  # fmt: skip
    delete(stage, numbered[0].eid)
    found = [str(one) for one in stage.violations()]
    assert any("number 1 is not followed by the next" in one for one in found)


def test_what_a_patient_may_open_holds_neither_number_nor_lane(stage: Stage, line: UUID) -> None:
    shown = [line, *StatusRow.objects.values_list("audit_eid", flat=True)]
    for eid in shown:
        entry = log.read(eid).entry
        assert entry.lane is None
        assert not {"seq", "prev"} & set(entry.extra or {})
