"""Kept connections and written-out queries: cheaper, and nothing else."""

from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.test.utils import CaptureQueriesContext

from requests_app.actions.whole import enclosing, whole
from requests_app.compiled import Compiled
from requests_app.practice.models import Practice, Site
from tests.support.database import OwnDatabase


@pytest.fixture
def kept(own_database: OwnDatabase) -> object:
    """A connection kept from an earlier call of the same thread."""
    connection = connections["default"]
    connection.ensure_connection()
    connection.health_check_done = False
    return connection


def backend() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_kept_connection_with_nothing_to_say_is_used_without_asking(kept: object) -> None:
    before = connections["default"].connection

    with CaptureQueriesContext(connections["default"]) as asked:
        connections["default"].close_if_health_check_failed()

    assert (connections["default"].connection, len(asked)) == (before, 0)


def test_a_connection_that_the_server_ended_is_replaced(kept: object) -> None:
    ended = backend()
    connections["default"].health_check_done = False
    with connections["refusals"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])

    assert backend() != ended


def test_after_an_error_the_server_is_asked(kept: object) -> None:
    connection = connections["default"]
    connection.errors_occurred = True
    connection.connection.close()

    assert not connection.is_usable()


def test_a_written_out_query_answers_as_the_orm_does(db: None) -> None:
    practice = Practice.objects.create(name="Example Clinic", address="1 Example Way")
    site = Site.objects.create(
        practice=practice, name="Main", address="1", state="NC", time_zone="America/New_York",
        settings=[],
    )  # fmt: skip
    query = Site.objects.values_list("id", "time_zone", "settings")
    compiled = Compiled(lambda pk: query.filter(id=pk), pk=UUID)

    found = [tuple(row) for row in compiled.rows(pk=site.pk)]

    assert found == list(query.filter(id=site.pk)) == [(site.pk, "America/New_York", [])]
    assert not compiled.rows(pk=uuid4())


def _keep_one_and_fail() -> None:
    Practice.objects.create(name="Example Clinic", address="1 Example Way")
    with whole(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def test_an_enclosed_act_takes_no_savepoint_and_takes_the_rest_with_it(
    own_database: OwnDatabase,
) -> None:
    with (
        CaptureQueriesContext(connections["default"]) as asked,
        pytest.raises(DatabaseError),
        enclosing(),
    ):
        _keep_one_and_fail()

    assert not [one for one in asked if "SAVEPOINT" in one["sql"]]
    assert not Practice.objects.exists()


def test_an_act_on_its_own_takes_a_savepoint(own_database: OwnDatabase) -> None:
    with (
        CaptureQueriesContext(connections["default"]) as asked,
        transaction.atomic(),
        pytest.raises(DatabaseError),
        whole(),
    ):
        _keep_one_and_fail()

    assert [one for one in asked if "SAVEPOINT" in one["sql"]]
    assert not Practice.objects.exists()
