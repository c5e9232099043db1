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
