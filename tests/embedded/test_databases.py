"""What every other test stands on: who it is to the database, and what it leaves behind."""

import socket
import threading

import psycopg
import pytest
from django.db import connection, connections
from kombu import Connection

from tests.support.database import OwnDatabase
from tests.support.network import NetworkClosed


def asked(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return row[0] if row else None


def test_tests_run_as_the_application_role(db: None) -> None:
    assert asked("SELECT current_user") == "portal_app"
    assert asked("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_refusals_share_the_transaction_of_an_ordinary_test(db: None) -> None:
    assert connections["refusals"] is connections["default"]


def test_refusals_have_a_connection_of_their_own_in_an_own_database(
    own_database: OwnDatabase,
) -> None:
    assert connections["refusals"] is not connections["default"]
    assert asked("SELECT current_database()") == own_database.name


@pytest.mark.parametrize("turn", ["first", "second"])
def test_an_own_database_begins_empty(own_database: OwnDatabase, turn: str) -> None:
    with psycopg.connect(own_database.url("portal_migrator")) as migrator:
        migrator.execute("CREATE TABLE left_behind (turn text)")
    assert asked("SELECT count(*) FROM left_behind") == 0


def test_threads_of_a_test_reach_its_own_database(own_database: OwnDatabase) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(asked("SELECT current_database()"))
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [own_database.name]


def test_the_application_may_not_make_tables(own_database: OwnDatabase) -> None:
    with (
        psycopg.connect(own_database.url()) as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute("CREATE TABLE mine (id int)")


def test_the_migrator_owns_the_log_only_after_saying_so(own_database: OwnDatabase) -> None:
    with psycopg.connect(own_database.url("portal_migrator"), autocommit=True) as migrator:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            migrator.execute("CREATE TABLE audit.mine (id int)")
        with migrator.transaction():
            migrator.execute("SET LOCAL ROLE audit_owner")
            migrator.execute("CREATE TABLE audit.mine (id int)")


def test_nobody_signs_in_without_the_password(own_database: OwnDatabase) -> None:
    wrong = own_database.url().replace("portal_app:", "portal_app:not-")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_the_broker_carries_a_message(valkey: str) -> None:
    with Connection(valkey) as broker:
        queue = broker.SimpleQueue("trial")
        queue.put({"reference": "R1"})
        assert queue.get(timeout=5).payload == {"reference": "R1"}
        queue.close()


def test_the_network_is_closed_beyond_this_machine() -> None:
    with pytest.raises(NetworkClosed):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(NetworkClosed):
        socket.getaddrinfo("example.org", 80)
