"""The invented practice, and callers of the API, for every test of this folder that asks.

Models are imported inside: pytest reads this file before Django is ready.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.support.api import Caller
    from tests.support.office import Office


@pytest.fixture(autouse=True)
def _quick_passwords(settings: SettingsWrapper) -> None:
    settings.PASSWORD_HASHERS = ["tests.support.passwords.Quick"]


@pytest.fixture
def clinic(db: None) -> Iterator[Office]:
    from audit import clock
    from tests.support import office

    with clock.frozen(office.NOON):
        yield office.set_up()


@pytest.fixture
def patient(clinic: Office) -> Caller:
    from tests.support import api, office

    caller = api.patient()
    office.link(caller.actor, clinic.patient)
    return caller


def _staff(role: str, name: str) -> Caller:
    from requests_app.permissions import Role
    from tests.support import api

    return api.staff(Role(role), name=name)


@pytest.fixture
def officer(clinic: Office) -> Caller:
    return _staff("privacy_officer", "Olive Officer")


@pytest.fixture
def auditor(clinic: Office) -> Caller:
    return _staff("auditor", "Audra Auditor")


@pytest.fixture
def desk(clinic: Office) -> Caller:
    return _staff("front_desk", "Fern Desk")


@pytest.fixture
def administrator(clinic: Office) -> Caller:
    return _staff("administrator", "Adam Administrator")
