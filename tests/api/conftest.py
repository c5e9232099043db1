"""The invented practice, and callers of the API, for every test of this folder that asks.

Models are imported inside: pytest reads this file before Django is ready.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.support.api import Caller
    from tests.support.office import Office
    from tests.support.world import World


@pytest.fixture
def clinic(db: None) -> Iterator[Office]:
    from audit import clock
    from tests.support import office

    with clock.frozen(office.NOON):
        yield office.set_up()


@pytest.fixture(scope="module")
def _standing_world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One of everything, made once for all tests of a module, in a transaction around them.

    Its files lie apart: nobody else knows of the rows, and a sweep would take them for orphans.
    """
    from django.test import override_settings

    from tests.support import office, standing
    from tests.support.world import World

    files = override_settings(DOCUMENTS_URL=f"file:{tmp_path_factory.mktemp('documents')}")
    with files, standing.for_a_module(django_db_blocker):
        with standing.as_in_a_test():
            world = World(office.set_up())
        yield world


@pytest.fixture
def world(_standing_world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One of everything; what the test does with it is taken back. Not beside the fixture `db`."""
    from tests.support import standing

    with standing.for_a_test(django_db_blocker):
        yield _standing_world


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
