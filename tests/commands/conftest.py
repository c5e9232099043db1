from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import homes


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation's empty folder, in an environment that names no server."""
    for name in homes.OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    with homes.home() as folder:
        yield folder


@pytest.fixture
def clinic_home(home: Path) -> Path:
    """As `up` leaves an empty home: migrated, with its keys, nobody in it yet."""
    homes.prepare(home)
    return home


@pytest.fixture
def demo_home(home: Path) -> Path:
    """As `run` leaves an empty home before it fills in the demo's data."""
    homes.prepare(home, demo=True)
    return home
