"""Two officers decide the same request at the same instant: exactly one of them does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from audit import log
from audit.actors import Actor
from audit.log import Facet
from requests_app.actions import door
from requests_app.errors import RequestError, Stale
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Decision, Request, StatusRow
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import NOON, OFFICER, SECOND_OFFICER

REQUESTS = 200


def _decide(start: Barrier, reference: str, move: str, actor: Actor) -> Kind | RequestError:
    """One officer's decision, on the version both saw."""
    start.wait(timeout=30)
    try:
        return door.act(reference, move, actor=actor, now=NOON, raw=office.INPUT[move], version=1)
    except RequestError as refusal:
        return refusal


def _raced(requests: list[Kind]) -> list[tuple[Any, Any]]:
    """Both officers' outcomes for each request, each officer on a connection of their own."""
    start = Barrier(2)

    def officer(move: str, actor: Actor) -> Callable[[], list[Any]]:
        def decide() -> list[Any]:
            try:
                return [_decide(start, r.reference, move, actor) for r in requests]
            finally:
                connections.close_all()

        return decide

    with ThreadPoolExecutor(2) as pool:
        approvals = pool.submit(officer("grant", OFFICER))
        denials = pool.submit(officer("deny", SECOND_OFFICER))
        return list(zip(approvals.result(120), denials.result(120), strict=True))


@pytest.fixture
def outcomes(own_database: OwnDatabase) -> list[tuple[Any, Any]]:
    office.set_up()
    return _raced([office.filed() for _ in range(REQUESTS)])


def test_of_two_officers_deciding_at_once_exactly_one_wins(
    outcomes: list[tuple[Any, Any]],
) -> None:
    winners = [[o for o in pair if not isinstance(o, Exception)] for pair in outcomes]
    losers = [[o for o in pair if isinstance(o, Exception)] for pair in outcomes]

    assert [len(won) for won in winners] == [1] * REQUESTS
    for (won,), (lost,) in zip(winners, losers, strict=True):
        present = Request.objects.get(pk=won.pk)
        assert isinstance(lost, Stale)
        assert (lost.state, lost.version) == (won.state, 2) == (present.state, present.version)
        _one_record_of_one_decision(won)
    assert {won.state for (won,) in winners} <= {"granted", "denied"}


def _one_record_of_one_decision(won: Kind) -> None:
    """One status row, one decision, one letter, one entry, and all of the same move."""
    row = StatusRow.objects.get(request=won, version=2)
    assert (row.source, row.target) == ("in_review", won.state)
    assert Decision.objects.get(request=won).move == row.move
    assert won.letters.count() == 1
    entries = log.find(Facet.REQUEST, won.reference).entries
    assert sorted(e.entry.name for e in entries) == sorted(
        ["request:access:file_signed_in", f"request:access:{row.move}"]
    )
