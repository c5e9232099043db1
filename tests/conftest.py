"""Fixtures that every test may ask for. How the databases come about: tests/support/database.py."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import django
import pytest
from django.core import mail

from tests import properties  # noqa: F401  its profile holds for every property test
from tests.support import database, network
from tests.support.database import OwnDatabase

# Django reads its settings once, so what they need is in the environment before anything else.
database.begin_run()
os.environ["DJANGO_SETTINGS_MODULE"] = "privacy_portal.settings"
network.close()

_ALIASES = ("default", "refusals")
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("django"):
        django.setup()
        from tests.support import one_handler, passwords, prepared

        one_handler.share()
        passwords.be_quick()
        prepared.keep()


#: Tests that start whole services, or walk very far. Begun last, one of them would be waited for alone.
_LONG = (
    "audit/faults", "canary", "commands", "demo", "deployment", "house/test_adding_a_kind.py",
    "readme", "requests/test_walk.py", "tasks/faults", "tasks/test_killed.py",
)  # fmt: skip
_TESTS = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes comes first, in every worker; otherwise in the random order."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [one for one in items if str(one.path.relative_to(_TESTS)).startswith(_LONG)]
    apart = set(long)
    short = [one for one in items if one not in apart]
    items[:] = [one for share in _shares(long, short, workers) for one in share]


def _shares(long: list[Any], short: list[Any], workers: int) -> Iterator[list[Any]]:
    """The parts that xdist cuts the list into: alike in length, one behind the other."""
    whole, begun = len(long) + len(short), 0
    for number in range(workers):
        mine = long[number::workers]
        ended = whole * (number + 1) // workers
        few = short[: max(0, ended - begun - len(mine))] if number + 1 < workers else list(short)
        begun = ended
        del short[: len(few)]
        yield mine + few


def pytest_unconfigure() -> None:
    database.end_run()


@contextmanager
def pointing_at(name: str) -> Iterator[None]:
    """Every connection of this process, in every thread, goes to this database."""
    from django.db import connections

    before = {alias: connections.settings[alias]["NAME"] for alias in _ALIASES}
    _point(dict.fromkeys(_ALIASES, name))
    yield
    _point(before)


def _make_keys() -> None:
    """Keys for every class and index that is imported by now: the template may be older."""
    from audit import clock, keys

    keys.ensure_periods(clock.now())


def _point(names: dict[str, str]) -> None:
    from django.db import connections

    connections.close_all()
    for alias, name in names.items():
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """This worker's clone of the migrated template, reached as the application's role."""
    with database.clone(database.clone_name()) as clone, pointing_at(clone.name):
        with django_db_blocker.unblock():
            _make_keys()
            _stock_up()
        yield


def _stock_up() -> None:
    """The usual practice, made once for each usual day: thousands of tests begin with it."""
    from audit import clock
    from tests.scenarios.stage import OPENED, moment
    from tests.support import accounts, office, stock

    for now in (office.NOON, accounts.NOON, moment(OPENED)):
        with clock.frozen(now):
            stock.keep(f"office of {now}", partial(office.made_anew, now))


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, _django_db_helper: None) -> Iterator[None]:
    """pytest-django's own, with refusals on the connection of the test's transaction.

    A second connection would not see what the test has made. That refusals outlive a roll-back is
    shown by tests with `own_database`.
    """
    from django.db import connections

    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        pytest.fail("Tables that only grow cannot be emptied: ask for `own_database` instead.")
    real = connections["refusals"]
    connections["refusals"] = connections["default"]
    yield
    connections["refusals"] = real


@pytest.fixture
def transactional_db() -> None:
    pytest.fail("Tables that only grow cannot be emptied: ask for `own_database` instead.")


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[OwnDatabase]:
    """A fresh clone for this test alone: commits are real, and other processes can join in."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        pytest.fail("Ask for `db` or for `own_database`, not for both.")
    name = f"own_{database.clone_name()}_{next(_numbers)}"
    with database.clone(name) as own, pointing_at(name), django_db_blocker.unblock():
        _make_keys()
        yield own


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process remembers of the set-up ends with the test's database."""
    yield
    from requests_app.practice import selectors

    selectors.forget()


@pytest.fixture
def post(settings: Any) -> list[Any]:
    """A mail server that takes everything, after the worker's next turn."""
    settings.MAIL_SET = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_FROM = "office@example.org"
    mail.outbox = []
    return mail.outbox


@pytest.fixture(scope="session")
def _valkey_server() -> Iterator[str]:
    server = database.valkey_server()
    server.start()
    yield server.url()
    server.stop()


@pytest.fixture
def valkey(_valkey_server: str) -> str:
    """The URL of an empty broker of this worker's own."""
    import redis

    client = redis.Redis(
        unix_socket_path=_valkey_server.partition("@")[2].partition("?")[0],
        password=database.valkey_server().password,
    )
    client.flushall()
    client.close()
    return _valkey_server
