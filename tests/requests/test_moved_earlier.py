"""Requests moved to another kind before "moved" was a state of its own: the migration brings them over."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections, transaction

from audit import log
from requests_app.kinds.models import LegalMove, Request, StatusRow
from tests.support import office
from tests.support.database import OwnDatabase, migrating
from tests.support.office import NOON, do

MIGRATION = import_module("requests_app.migrations.0028_moved")
#: As it was recorded then: the state is the end of a withdrawal, and the refiling stands beside it.
REFILED = """
    INSERT INTO requests_app_refiling (id, wrong_id, right_id, facts, refiled_by, refiled_by_name,
        refiled_at)
    VALUES (gen_random_uuid(), %s, %s, %s, 'x', 'x', now())
"""
GUARD = "ALTER TABLE requests_app_refiling {} TRIGGER refiled_is_moved"


def refiled_then(wrong: Any, right: Any) -> None:
    with connections["migrate"].cursor() as cursor:
        cursor.execute(GUARD.format("DISABLE"))
        cursor.execute(REFILED, [wrong.pk, right.pk, b"\x01"])
        cursor.execute(GUARD.format("ENABLE ALWAYS"))


def bring_over() -> None:
    with transaction.atomic(using="migrate"), connections["migrate"].schema_editor() as editor:
        MIGRATION.bring_over(None, editor)


@pytest.fixture
def earlier(own_database: OwnDatabase) -> Any:
    office.set_up()
    withdrawn = do(office.filed(), "withdraw")
    closed = do(office.filed("notice_copy"), "withdraw", "close")
    denied = do(office.filed("amendment"), "deny", "close")
    only_withdrawn = do(office.filed(), "withdraw")
    with migrating(own_database):
        for wrong in (withdrawn, closed, denied):
            refiled_then(wrong, office.filed("accounting"))
        bring_over()
        yield {"withdrawn": withdrawn, "closed": closed, "denied": denied, "own": only_withdrawn}


def test_what_was_moved_earlier_stands_as_moved_and_its_history_as_written(earlier: Any) -> None:
    for name in ("withdrawn", "closed"):
        before = earlier[name]
        request = Request.objects.get(pk=before.pk)
        assert (request.state, request.version) == ("moved", before.version + 1)
        assert (request.answered_at, request.due_on) == (before.answered_at, before.due_on)
        rows = list(request.status_rows.order_by("version"))
        assert [row.version for row in rows] == list(range(1, request.version + 1))
        assert (rows[-1].move, rows[-1].source, rows[-1].target) == ("refile", name, "moved")
        entry = log.read(rows[-1].audit_eid).entry
        assert (entry.name, entry.request) == (request.event("refile"), request.reference)
        assert (entry.before, entry.after) == ({"state": name}, {"state": "moved"})


def test_what_was_denied_or_only_withdrawn_is_left_as_it_was(earlier: Any) -> None:
    for name in ("denied", "own"):
        assert Request.objects.get(pk=earlier[name].pk).state == earlier[name].state


def test_it_is_done_once_and_the_way_is_legal_only_where_it_was_needed(earlier: Any) -> None:
    count = StatusRow.objects.count()
    bring_over()
    assert StatusRow.objects.count() == count
    added = LegalMove.objects.filter(move="refile", source__in=("withdrawn", "closed"))
    assert set(added.values_list("kind", "source")) == {
        ("access", "withdrawn"),
        ("notice_copy", "closed"),
    }


def test_the_migrator_is_not_the_owner_of_the_log_afterwards(earlier: Any) -> None:
    with connections["migrate"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("portal_migrator",)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert office.filed(now=NOON).state == "in_review"
