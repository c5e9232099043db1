"""What PostgreSQL refuses to the application's own role, whatever the code does."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from requests_app.actions import practice
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request, StatusRow
from requests_app.people.models import AccountLink, LinkCode
from requests_app.practice.models import Designation
from tests.support import office
from tests.support.office import NOON, OFFICER, PROFESSIONAL, act, do

pytestmark = pytest.mark.django_db

HISTORY = (
    "statusrow",
    "clockrow",
    "decision",
    "involvement",
    "letter",
    "message",
    "disclosure",
    "issuedaccounting",
    "identitycheck",
    "representative",
    "legalmove",
    "amendmentpaper",
    "incomingnotice",
    "persontotell",
    "tellingstep",
    "noticeversion",
    "noticereceipt",
    "acknowledgment",
    "authorization",
    "authorizationending",
    "insurercontest",
    "consentonfile",
    "namedincomplaint",
    "complaintmeasure",
    "adverseaftercomplaint",
)
#: History as well: what was found, said or settled once.
SETTLED = (
    "checkmade",
    "earlieraccounting",
    "logreview",
    "logreviewcountersignature",
    "logreviewsignature",
    "passedmeanwhile",
    "refiling",
    "representativeending",
    "segmentitem",
    "stoplist",
    "submission",
    "submissionpart",
    "suppliedline",
    "suppressedline",
    "suspension",
    "suspensionanswer",
    "takenline",
    "taskoutcome",
)
#: Each changes in one way of its own; tried beside its actions.
ENDED = ("chartlink", "departmenttask", "document", "download", "hold", "outage",
         "plannedrelease", "segment")  # fmt: skip
STANDING = ("optout", "objectioninforce", "personinvolved")
NEVER_DELETED = (
    "request",
    "patient",
    "signinaddress",
    "accountlink",
    "practice",
    "site",
    "designation",
    "recordset",
    "target",
    "logreviewschedule",
    "businessassociate",
    "amendmentlink",
    "communicationpreference",
    "heldmessage",
    "associateinquiry",
    "agreedrestriction",
    "emergencyoverride",
    *STANDING,
    *SETTLED,
    *ENDED,
)
GUARDED = {*HISTORY, *STANDING, *SETTLED, *ENDED, "amendmentlink", "request", "designation", "recordset",
           "businessassociate", "accountlink", "linkcode", "target", "logreviewschedule", "communicationpreference",
           "heldmessage", "associateinquiry", "agreedrestriction", "emergencyoverride"}  # fmt: skip


@pytest.fixture(autouse=True)
def clinic(db: None) -> office.Office:
    return office.set_up()


@pytest.fixture
def request_(clinic: office.Office) -> Kind:
    return office.filed()


def sql(statement: str, *values: Any) -> None:
    """Run it, and all deferred checks, as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(statement: str, *values: Any, words: str) -> None:
    with pytest.raises(DatabaseError, match=words):
        sql(statement, *values)


def test_these_tests_run_as_the_application(request_: Kind) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("portal_app",)


def test_a_request_born_in_a_late_state_is_refused(request_: Kind) -> None:
    copy = Request.objects.get(pk=request_.pk)
    born = type(copy)(
        id=uuid4(), reference="2222-2222-2222-2222", kind="access", state="granted",
        site=copy.site, filed_by="x", channel="portal", received_at=NOON,
        received_on=copy.received_on, entered_at=NOON, filed=copy.filed,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="has no status row"):
        _saved(born)


def _saved(born: Kind) -> None:
    with transaction.atomic():
        born.save(force_insert=True)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_state_set_by_update_is_refused(request_: Kind) -> None:
    with pytest.raises(IntegrityError, match="only with the version"), transaction.atomic():
        Request.objects.filter(pk=request_.pk).update(state="granted")


def test_a_version_without_its_status_row_is_refused(request_: Kind) -> None:
    refused(
        "UPDATE requests_app_request SET state = 'granted', version = 2 WHERE id = %s",
        request_.pk,
        words="has no status row",
    )


def test_a_request_is_not_moved_without_the_one_that_takes_its_place(request_: Kind) -> None:
    refused(
        f"WITH made AS ({STATUS_ROW}) "
        "UPDATE requests_app_request SET state = 'moved', version = 2 WHERE id = %s",
        request_.pk,
        "refile",
        "in_review",
        "moved",
        request_.pk,
        words="moved only with the one that takes its place",
    )


def test_no_request_takes_the_place_of_one_that_is_not_moved(request_: Kind) -> None:
    refused(
        "INSERT INTO requests_app_refiling (id, wrong_id, right_id, facts, refiled_by,"
        " refiled_by_name, refiled_at) VALUES (gen_random_uuid(), %s, %s, %s, 'x', 'x', now())",
        request_.pk,
        office.filed("accounting").pk,
        b"\x01",
        words="what goes on as another kind is moved",
    )


@pytest.mark.parametrize("version", [0, 3, 9])
def test_a_version_that_skips_is_refused(version: int, request_: Kind) -> None:
    refused(
        "UPDATE requests_app_request SET version = %s WHERE id = %s",
        version,
        request_.pk,
        words="a version goes up by one",
    )


STATUS_ROW = (
    "INSERT INTO requests_app_statusrow (request_id, version, kind, move, source, target, at,"
    " actor_id, actor_name, by_patient, audit_eid)"
    " VALUES (%s, 2, 'access', %s, %s, %s, now(), 'x', 'x', false, gen_random_uuid())"
)


def test_a_move_that_is_not_listed_is_refused(request_: Kind) -> None:
    refused(
        STATUS_ROW, request_.pk, "deliver", "in_review", "delivered", words="status_row_is_legal"
    )


def test_a_status_row_of_a_move_nobody_made_is_refused(request_: Kind) -> None:
    refused(STATUS_ROW, request_.pk, "grant", "in_review", "granted", words="has not made the move")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("received_at", "2020-01-01", id="when it was received"),
        pytest.param("received_on", "2020-01-01", id="the day of receipt"),
        pytest.param("entered_at", "2030-01-01", id="when it was entered"),
        pytest.param("reference", "2222-2222-2222-2222", id="its reference"),
        pytest.param("kind", "accounting", id="its kind"),
        pytest.param("filed", b"\x01", id="what was asked"),
        pytest.param("filed_by", "somebody", id="who asked"),
        pytest.param("channel", "fax", id="how it came in"),
        pytest.param("id", "00000000-0000-0000-0000-000000000000", id="its id"),
        pytest.param("patient_id", None, id="whose records"),
    ],
)
def test_what_was_asked_and_when_does_not_change(column: str, value: Any, request_: Kind) -> None:
    refused(
        f"UPDATE requests_app_request SET {column} = %s WHERE id = %s",
        value,
        request_.pk,
        words="does not change|stays with its patient",
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("due_on", "2030-01-01"),
        ("due_at", "2030-01-01"),
        ("identity_confirmed_at", None),
        ("fee_cents", 100),
        ("reviewer", "x"),
    ],
)
def test_what_a_move_decides_changes_only_by_a_move(
    column: str, value: Any, request_: Kind
) -> None:
    refused(
        f"UPDATE requests_app_request SET {column} = %s WHERE id = %s",
        value,
        request_.pk,
        words="only with the version",
    )


@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_is_never_changed(statement: str, table: str) -> None:
    refused(statement.format(f"requests_app_{table}"), words="permission denied")


@pytest.mark.parametrize("table", NEVER_DELETED)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_that_stands_is_removed(statement: str, table: str) -> None:
    refused(statement.format(f"requests_app_{table}"), words="permission denied")


def test_the_graph_cannot_be_widened() -> None:
    refused(
        "INSERT INTO requests_app_legalmove (kind, move, source, target)"
        " VALUES ('access', 'deliver', 'in_review', 'delivered')",
        words="permission denied",
    )


def test_a_trigger_cannot_be_switched_off(request_: Kind) -> None:
    refused("ALTER TABLE requests_app_request DISABLE TRIGGER ALL", words="must be owner")
    refused("SET LOCAL session_replication_role = replica", words="permission denied")


def test_every_trigger_of_ours_is_on_whatever_the_replication_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'requests_app_%%'"
        )
        found = cursor.fetchall()
    assert {table.removeprefix("requests_app_") for table, _, _ in found} == GUARDED
    assert [row for row in found if row[2] not in {"A", b"A"}] == []


# --- dated facts -------------------------------------------------------------------------------
@pytest.fixture
def designation(clinic: office.Office) -> Designation:
    return Designation.objects.order_by("duty").first()  # type: ignore[return-value]


def test_a_dated_fact_is_not_changed(designation: Designation) -> None:
    refused(
        "UPDATE requests_app_designation SET title = 'Somebody else' WHERE id = %s",
        designation.pk,
        words="ended once and not changed",
    )


def test_a_dated_fact_is_ended_once(designation: Designation) -> None:
    until = {"in_force_until": "2026-01-31"}
    practice.end(Designation, str(designation.pk), until, actor=OFFICER, now=NOON)
    for again in ("2026-02-28", None):
        refused(
            "UPDATE requests_app_designation SET in_force_until = %s WHERE id = %s",
            again,
            designation.pk,
            words="ended once and not changed",
        )


def test_a_link_is_not_given_to_another_account_nor_taken_up_again(
    clinic: office.Office,
) -> None:
    link = AccountLink.objects.get()
    change = "UPDATE requests_app_accountlink SET {} WHERE id = %s"
    refused(change.format("account = gen_random_uuid()"), link.pk, words="ended once")
    sql(change.format("ended_at = now() + interval '1 year', ended_by = 'x'"), link.pk)
    refused(change.format("ended_at = NULL, ended_by = ''"), link.pk, words="ended once")


def test_a_used_code_is_not_made_good_again(clinic: office.Office) -> None:
    code = LinkCode.objects.get()
    refused(
        "UPDATE requests_app_linkcode SET used_at = NULL WHERE id = %s",
        code.pk,
        words="a code is used once",
    )


# --- persons -----------------------------------------------------------------------------------
def test_the_reviewer_is_not_the_decider_even_in_sql(request_: Kind) -> None:
    act(request_, "determine", office.INPUT["determine"], actor=PROFESSIONAL)
    refused(
        "INSERT INTO requests_app_involvement (request_id, person, part) VALUES (%s, %s, 'review')",
        request_.pk,
        PROFESSIONAL.id,
        words="reviewer_is_not_decider",
    )


def test_what_the_door_does_is_accepted(request_: Kind) -> None:
    request = do(request_, "grant", "deliver", "close")
    sql("SELECT 1")
    assert StatusRow.objects.filter(request=request).count() == 4
