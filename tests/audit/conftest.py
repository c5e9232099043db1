from collections.abc import Iterator

import pytest

from audit import clock, keys, names
from tests.support.database import OwnDatabase

EVENT = "trial:thing:done"


@pytest.fixture
def event_name(monkeypatch: pytest.MonkeyPatch) -> str:
    """A registered name that no part of the service uses."""
    monkeypatch.setattr(names._vocabulary, "_names", {EVENT, *names.known()})
    return EVENT


@pytest.fixture
def keyed_database(own_database: OwnDatabase) -> Iterator[OwnDatabase]:
    """A database of the test's own, with a key for every class that is known by now."""
    keys.forget()
    keys.ensure_periods(clock.now())
    yield own_database
    keys.forget()
