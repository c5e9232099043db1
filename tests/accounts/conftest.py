"""Fixtures for accounts.

Imports stand in the fixtures: pytest may load this file before Django is set up.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from audit import clock

if TYPE_CHECKING:
    from tests.support.accounts import Somebody


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    from tests.support.accounts import NOON

    with clock.frozen(NOON):
        yield


@pytest.fixture
def ada(db: None) -> "Somebody":
    from tests.support.accounts import staff

    return staff()
