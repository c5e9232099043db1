"""Fixtures for accounts. Patients' addresses are sealed a floor below; here a dict stands in.

Imports stand in the fixtures: pytest may load this file before Django is set up.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

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
def patient_addresses(monkeypatch: pytest.MonkeyPatch) -> dict[str, UUID]:
    from privacy_portal.accounts import addresses

    known: dict[str, UUID] = {}
    monkeypatch.setattr(addresses, "account_for_address", known.get)
    monkeypatch.setattr(
        addresses,
        "set_sign_in_address",
        lambda account, address, *, actor: known.update({address: account}),
    )
    return known


@pytest.fixture
def ada(db: None, patient_addresses: dict[str, UUID]) -> "Somebody":
    from tests.support.accounts import staff

    return staff()
