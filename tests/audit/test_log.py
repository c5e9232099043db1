from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, connections, transaction

from audit import clock, context, eids, log
from audit.context import RequestContext
from audit.errors import OutsideTransaction, SealBroken, UnknownEventName
from audit.log import Facet
from tests.audit.support import NOON, OFFICER
from tests.support.database import OwnDatabase
from tests.support.statements import statements


@pytest.mark.django_db
def test_an_entry_holds_what_was_said(event_name: str) -> None:
    with clock.frozen(NOON), context.entered(RequestContext("req-1", "192.0.2.7", "web")):
        eid = log.append(
            event_name,
            actor=OFFICER,
            patient="patient-1",
            request="AAAA-BBBB",
            obj=log.Obj("request", "1", 3),
            before={"state": "received"},
            after={"state": "granted"},
            extra={"pages": 12},
            zone="America/Chicago",
        )
    told = log.read(eid).entry
    assert (told.at, told.actor.name, told.patient) == (NOON, "Ada Example", "patient-1")
    assert (told.before, told.after) == ({"state": "received"}, {"state": "granted"})
    assert told.network is not None
    assert (told.network.request_id, told.network.address, told.app) == (
        "req-1", "192.0.2.7", "web",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_name_nobody_registered_is_not_appended() -> None:
    with pytest.raises(UnknownEventName):
        log.append("trial:thing:misspelt", actor=OFFICER)


@pytest.mark.django_db
def test_an_entry_and_its_index_are_one_statement(event_name: str) -> None:
    about = {"patient": "patient-1", "request": "AAAA-BBBB"}
    with statements() as asked:
        log.append(event_name, actor=OFFICER, **about)
    assert len(asked) == 1, asked


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facet", "value"),
    [
        pytest.param(Facet.SUBJECT, "patient-1", id="patient"),
        pytest.param(Facet.ACTOR, "officer-1", id="actor"),
        pytest.param(Facet.NAME, "trial:thing:done", id="name"),
        pytest.param(Facet.REQUEST, "AAAA-BBBB", id="request"),
    ],
)
def test_entries_are_found_newest_first_a_page_at_a_time(
    event_name: str, facet: Facet, value: str
) -> None:
    made = [
        log.append(event_name, actor=OFFICER, patient="patient-1", request="AAAA-BBBB")
        for _ in range(5)
    ]
    first = log.find(facet, value, limit=3)
    second = log.find(facet, value, before=first.before, limit=3)
    found = [one.eid for one in (*first.entries, *second.entries)]
    assert found == made[::-1]
    assert second.before is None


@pytest.mark.django_db
def test_the_whole_log_is_read_newest_first(event_name: str) -> None:
    made = [log.append(event_name, actor=OFFICER) for _ in range(3)]
    page = log.recent(limit=2)
    assert [one.eid for one in page.entries] == made[:0:-1]
    assert log.recent(limit=1, before=page.before).entries[0].eid == made[0]


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_where_a_page_ends_is_told_before_it_is_read(event_name: str, limit: int) -> None:
    for patient in ("patient-1", "patient-2", "patient-1", "patient-1", "patient-1", "patient-2"):
        log.append(event_name, actor=OFFICER, patient=patient)
    about = Facet.SUBJECT, "patient-1"
    for before in (eids.LAST, log.recent(limit=2).entries[1].eid):
        whole, found = (
            log.recent(before=before, limit=limit),
            log.find(*about, before=before, limit=limit),
        )
        assert log.page_end(None, before=before, limit=limit) == whole.before
        assert log.page_end(about, before=before, limit=limit) == found.before


@pytest.mark.django_db
def test_an_index_row_somebody_else_wrote_finds_nothing(event_name: str) -> None:
    log.append(event_name, actor=OFFICER, patient="patient-1")
    other = log.append(event_name, actor=OFFICER, patient="patient-2")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit.event_index SELECT DISTINCT 1, token, now(), %s::uuid "
            "FROM audit.event_index WHERE facet = 1 AND eid <> %s",
            [other, other],
        )
    assert [one.entry.patient for one in log.find(Facet.SUBJECT, "patient-1").entries] == [
        "patient-1"
    ]


@pytest.mark.django_db
def test_an_entry_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(LookupError):
        log.read(uuid4())


def test_nothing_is_appended_outside_a_transaction(
    keyed_database: OwnDatabase, event_name: str
) -> None:
    with pytest.raises(OutsideTransaction):
        log.append(event_name, actor=OFFICER)
    assert log.recent().entries == ()


def test_a_rolled_back_transaction_leaves_nothing(
    keyed_database: OwnDatabase, event_name: str
) -> None:
    with transaction.atomic():
        log.append(event_name, actor=OFFICER, patient="patient-1")
        transaction.set_rollback(True)
    with psycopg.connect(keyed_database.admin_url) as admin:
        for table in ("event", "pending", "event_index"):
            assert admin.execute(f"SELECT count(*) FROM audit.{table}").fetchone() == (0,)


def test_a_refusal_outlives_the_transaction_it_refuses(
    keyed_database: OwnDatabase, event_name: str
) -> None:
    with transaction.atomic():
        log.append(event_name, actor=OFFICER, outcome="success")
        log.append(event_name, actor=OFFICER, outcome="refused", using="refusals")
        transaction.set_rollback(True)
    assert [one.entry.outcome for one in log.recent().entries] == ["refused"]


@pytest.mark.parametrize(
    ("default", "kept"),
    [("off", "on"), ("local", "on"), ("on", "on"), ("remote_apply", "remote_apply")],
)
def test_an_append_commits_durably_whatever_the_server_says(
    keyed_database: OwnDatabase, event_name: str, default: str, kept: str
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', %s, true)", [default])
        log.append(event_name, actor=OFFICER)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == (kept,)


def test_an_entry_changed_in_the_table_is_not_believed(
    keyed_database: OwnDatabase, event_name: str
) -> None:
    eid = log.append(event_name, actor=OFFICER, using="refusals")
    with psycopg.connect(keyed_database.admin_url) as admin:
        admin.execute("ALTER TABLE audit.event DISABLE TRIGGER ALL")
        admin.execute(
            "UPDATE audit.event SET entry = set_byte(entry, 120, 7 # get_byte(entry, 120))"
        )
    with pytest.raises(SealBroken):
        log.read(eid)


def test_writers_at_once_lose_nothing(keyed_database: OwnDatabase, event_name: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(_: int) -> list[object]:
        try:
            return [log.append(event_name, actor=OFFICER, using="refusals") for _ in range(20)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = {eid for batch in pool.map(write, range(4)) for eid in batch}
    assert {one.eid for one in log.recent(limit=200).entries} == made
    assert len(made) == 80


@pytest.mark.django_db
def test_nothing_said_stands_in_the_tables_in_the_clear(event_name: str) -> None:
    log.append(event_name, actor=OFFICER, patient="canary-patient", reason="canary reason")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry::text FROM audit.event "
            "UNION ALL SELECT token::text FROM audit.event_index"
        )
        dump = " ".join(row[0] for row in cursor.fetchall())
    for secret in ("canary", "Ada Example", event_name):
        assert secret.encode().hex() not in dump


# --- numbers of a person's entries -----------------------------------------------------------------
@pytest.mark.django_db
def test_numbers_follow_each_other_for_each_person() -> None:
    """Taken together or one by one, in any order of the people: no hole, no number twice."""
    a, b, c, d, e, f = (uuid4() for _ in range(6))
    assert log.number_all([]) == []
    assert log.number_all([("one", a)]) == [(1, None)]
    several = [("other", b), ("one", c), ("one", d), ("other", e), ("third", f)]
    assert log.number_all(several) == [(1, None), (2, a), (3, c), (2, b), (1, None)]
    assert log.numbered("one") == (3, d)
    assert log.numbered("other") == (2, e)
    assert log.number_all([("one", f)]) == [(4, d)]


@pytest.mark.django_db
@pytest.mark.parametrize("many", [0, -1, None])
def test_numbers_are_never_given_back(many: int | None) -> None:
    log.number_all([("one", uuid4())])
    taken = (
        "SELECT audit.subject_next(subject_token, gen_random_uuid(), %s) FROM audit.subject_lane"
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(taken, [many])
    assert log.numbered("one")[0] == 1
