"""A browser before the real service: Chromium as Debian ships it, on a server of this test's own.

Of its two forms the one without windows is taken where it is: the same engine, for less.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from audit import clock, keys
from tests.support import database

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.office import Office

CHROMIUM = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
#: Without its own background errands, which would look for hosts of others.
ARGUMENTS = (
    "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-background-networking",
    "disable-component-update", "disable-sync", "no-first-run",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One browser for this worker; `make test` brings it."""
    from playwright.sync_api import sync_playwright

    found = _found()
    with sync_playwright() as wright:
        browser = wright.chromium.launch(
            executable_path=str(found), args=[f"--{one}" for one in ARGUMENTS]
        )
        yield browser
        browser.close()


def _found() -> Path:
    """Where it could be installed it must be there; elsewhere the journeys are counted as not run."""
    found = next((one for one in CHROMIUM if one.exists()), None)
    if found:
        return found
    what = "Chromium is not here: run tests/outside/install.sh, as `make test` does"
    could_be = os.geteuid() == 0 and shutil.which("apt-get")
    if os.environ.get("CI") or could_be:
        pytest.fail(what)
    pytest.skip(what)


@dataclass(frozen=True)
class Stage:
    """The service as it listens, and the practice behind it."""

    url: str
    clinic: "Office"


@pytest.fixture(scope="session")
def stage(
    chromium: "Browser",
    django_test_environment: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Stage]":
    """The service on a port of this machine, the invented practice in a database of this worker.

    Time stands still at noon of March 2, 2026, in every thread: a page shows the same days always.
    """
    from django.conf import settings

    from tests.conftest import pointing_at
    from tests.support import office

    standing = tmp_path_factory.mktemp("clock") / "now"
    standing.write_text(office.NOON.isoformat(), encoding="ascii")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        # Playwright keeps an event loop in this thread; what the test asks of the database is its own.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        patch.setenv("PRIVACY_CLOCK_FILE", str(standing))
        patch.setattr(settings, "ALLOWED_HOSTS", ["127.0.0.1", "testserver"])
        name = f"journeys_{database.clone_name()}"
        stack.enter_context(database.clone(name))
        stack.enter_context(pointing_at(name))
        stack.enter_context(django_db_blocker.unblock())
        keys.ensure_periods(clock.now())
        clinic = office.set_up(now=clock.now())
        yield Stage(stack.enter_context(_listening()), clinic)


@pytest.fixture(autouse=True)
def unhurried(stage: Stage) -> Iterator[None]:
    """All journeys come from one address in one hour, and time stands still: nobody was there before."""
    from privacy_portal.accounts.model_refusals import RefusalCount
    from tests.journeys import browsing

    RefusalCount.objects.all().delete()
    yield
    browsing.leave()


@contextmanager
def _listening() -> Iterator[str]:
    """The service's own WSGI application, in threads of this process."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    class Server(ThreadedWSGIServer):
        daemon_threads = True  # Chromium keeps its connections open.
        block_on_close = False

        def process_request_thread(self, request: Any, client_address: Any) -> None:
            super().process_request_thread(request, client_address)
            connections.close_all()

    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
