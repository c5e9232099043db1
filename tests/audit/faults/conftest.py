from pathlib import Path

import pytest

from tests.audit.faults.stage import Stage
from tests.support.database import OwnDatabase


@pytest.fixture
def stage(keyed_database: OwnDatabase, event_name: str, tmp_path: Path) -> Stage:
    """An empty log on a database of the test's own."""
    return Stage(keyed_database, tmp_path)
