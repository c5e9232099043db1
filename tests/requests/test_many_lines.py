"""Lines that come by many: as good as those that come alone, and in nobody's way."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from audit import bulk, eids, keys, loading, log
from audit.crypto import blind_index
from audit.errors import MalformedEntry, OutsideTransaction
from audit.log import Facet
from requests_app import events
from requests_app.disclosures import register, shown
from requests_app.disclosures.models import Disclosure, DisclosureFacts, Form, More
from requests_app.disclosures.register import NewLine
from requests_app.intake import taking
from requests_app.intake.models import TakenLine
from requests_app.people.models import Patient
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import NOON, OFFICER

TOLD = DisclosureFacts(recipient_name="Example County", description="A result", purpose="Report")
OWN = {"id", "seq", "audit_eid"}


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def test_a_line_of_many_is_stored_and_logged_as_one_by_itself(clinic: office.Office) -> None:
    told = More(count=3, frequency="weekly")
    line = NewLine(patient=clinic.patient, facts=TOLD, basis="PH", on=NOON.date(),
                   until=NOON.date(), form=Form.SERIES, more=told)  # fmt: skip
    with transaction.atomic():
        alone = register.enter_one(line, actor=OFFICER, now=NOON)
        ids = register.enter_all([line, line], actor=OFFICER, now=NOON)

    for pk in ids:
        row = Disclosure.objects.get(pk=pk)
        for field in Disclosure._meta.concrete_fields:
            same = getattr(row, field.attname) == getattr(alone, field.attname)
            assert same is (field.attname not in OWN), field.attname
        one, other = log.read(alone.audit_eid).entry, log.read(row.audit_eid).entry
        assert (one.name, one.patient, one.after) == (other.name, other.patient, other.after)
    assert log.numbered(str(clinic.patient.pk))[0] == 3
    assert len(log.find(Facet.SUBJECT, str(clinic.patient.pk)).entries) >= 6


def test_what_cannot_be_made_or_stored_undoes_all_of_it(clinic: office.Office) -> None:
    names = ("token", "content", "sort", "made", "taken_by", "taken_at")
    row = (b"1" * 16, b"2" * 16, "disclosure", clinic.patient.pk, "officer-1", NOON)

    def breaking() -> Any:
        yield row
        raise LookupError

    with pytest.raises(LookupError), transaction.atomic():
        loading.store(TakenLine, names, breaking())
    with pytest.raises(DatabaseError), transaction.atomic():
        loading.store(TakenLine, names, [row, row])
    assert not TakenLine.objects.exists()

    with transaction.atomic():
        loading.store(TakenLine, names, [row])
    assert TakenLine.objects.get().taken_at == NOON


def test_an_entry_that_cannot_be_spelt_undoes_those_before_it(clinic: office.Office) -> None:
    good = bulk.Draft(events.DISCLOSURE_RECORDED, OFFICER, patient=str(clinic.patient.pk))
    before = _found_by()
    with pytest.raises(MalformedEntry), transaction.atomic():
        bulk.append_all([good, good._replace(extra={"count": 2**60})])
    assert _found_by() == before

    with transaction.atomic():
        one, other = bulk.append_all([good, good])
    assert {at for eid, at in _found_by() - before if eid in (one, other)} == {eids.instant(one)}
    assert len(_found_by() - before) == 2
    assert [log.read(eid).entry.patient for eid in (one, other)] == [str(clinic.patient.pk)] * 2


def test_no_key_is_asked_for_while_entries_are_sent(
    clinic: office.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = bulk.Draft(name=events.PATIENT_ADDED, actor=OFFICER, patient=str(clinic.patient.pk))

    with transaction.atomic(), bulk.together() as entries:
        entries.add_all([draft])
        keys.forget()  # as after a minute; the connection is sending, and would wait for itself
        monkeypatch.setattr(keys.DatabaseStore, "_select", None)

    monkeypatch.undo()
    assert log.read(entries.ids[0]).entry.name == events.PATIENT_ADDED


def _found_by() -> set[tuple[Any, Any]]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT eid, at FROM audit.event_index")
        return set(cursor.fetchall())


def test_rows_are_loaded_inside_a_transaction_alone(own_database: OwnDatabase) -> None:
    with pytest.raises(OutsideTransaction):
        loading.store(TakenLine, ("token",), [])


@pytest.mark.django_db
def test_a_sealer_takes_its_own_record_type() -> None:
    with pytest.raises(TypeError):
        Disclosure.facts.field.sealer()(More(), "1")  # type: ignore[arg-type]


# --- several people in one transaction -------------------------------------------------------------
def test_an_intake_and_an_export_never_wait_for_each_other_for_ever(
    own_database: OwnDatabase,
) -> None:
    """Both number the lines of several people, each in an order of its own."""
    clinic = office.set_up()
    people = [office.add_patient(clinic.site, number=f"MR-02{n}") for n in range(3)]
    low, high, held = (*sorted((one.pk for one in people[:2]), key=str), people[2].pk)
    to = shown.Shown(basis="SEC", recipient="The Secretary", address="", what="Log",
                     purpose="Review", letter="Folder 7", held={"request": "Folder 7"})  # fmt: skip

    def intake() -> int:
        return taking.take([_line(pk) for pk in (high, held, low)], actor=OFFICER, now=NOON).taken

    def export() -> int:
        with transaction.atomic():
            return shown.account_for(to, [low, high], showing=held, actor=OFFICER, now=NOON)

    _numbered_once(held)
    with psycopg.connect(own_database.admin_url) as admin, ThreadPoolExecutor(2) as pool:
        admin.execute("SELECT FROM audit.subject_lane WHERE subject_token = %s FOR UPDATE",
                      [blind_index.token("log.subject", str(held))])  # fmt: skip
        taken = _started(pool, intake, waiting=1, of=own_database)
        shown_to = _started(pool, export, waiting=2, of=own_database)
        admin.rollback()
        assert (taken.result(30), shown_to.result(30)) == (3, 2)


def _line(patient: Any) -> dict[str, Any]:
    return {
        "key": str(patient), "patient": str(patient), "basis": "PH", "disclosed_on": "2026-02-10",
        "recipient_name": "Example County", "description": "A result", "purpose": "Report",
    }  # fmt: skip


def _numbered_once(pk: Any) -> None:
    patient = Patient.objects.select_related("site").get(pk=pk)
    with transaction.atomic():
        line = NewLine(patient=patient, facts=TOLD, basis="PH", on=NOON.date())
        register.enter_one(line, actor=OFFICER, now=NOON)


def _started(
    pool: ThreadPoolExecutor, act: Callable[[], int], *, waiting: int, of: OwnDatabase
) -> "Future[int]":
    """Begun on a connection of its own, once that many connections wait for a lock."""

    def run() -> int:
        try:
            return act()
        finally:
            connections.close_all()

    future = pool.submit(run)
    with psycopg.connect(of.admin_url, autocommit=True) as admin:
        deadline = time.monotonic() + 30
        while _waiting(admin) < waiting and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _waiting(admin) >= waiting
    return future


def _waiting(admin: "psycopg.Connection[Any]") -> int:
    found = admin.execute(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()
    return int(found[0]) if found else 0
