"""`up`: the whole service on this machine. `run`: the same with demo data, for a first look."""

import http.client
import signal
import ssl
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from privacy_portal.commands import (
    address,
    children,
    demo,
    marks,
    notices,
    places,
    schema,
    servers,
)
from privacy_portal.commands.address import Address
from privacy_portal.commands.children import Child, Running
from privacy_portal.commands.places import Places
from privacy_portal.commands.say import say, step
from privacy_portal.commands.servers import Servers
from privacy_portal.env import Misconfigured

SUMMARY = {
    "run": "Run the service with demo data. For trying it out, never for real requests.",
    "up": "Run the service for a clinic on this machine.",
}
_READY_SECONDS = 90.0


def arguments(parser: ArgumentParser) -> None:
    address.arguments(parser)


def run(options: Namespace) -> int:
    """Until Ctrl-C, or until a part of the service ends by itself (exit status 1)."""
    here, where = places.of(options), address.of(options)
    with _interrupted_once(), places.alone(here):
        children.stop_left_behind(here)
        address.refuse_taken(where)
        with servers.started(here, broker=True) as ours:
            _serve(ours, where, is_demo=options.command == "run")
    say("Stopped.")
    return 0


def _prepare(started: Servers) -> list[dict[str, str]]:
    mark = marks.read(started.application)
    marks.refuse_demo(mark)
    schema.bring_up_to_date(started, kind=mark.kind)
    return []


def _prepare_demo(started: Servers) -> list[dict[str, str]]:
    demo.begin(started)
    return schema.fill_demo(started)


def _serve(started: Servers, where: Address, *, is_demo: bool) -> None:
    credentials = _prepare_demo(started) if is_demo else _prepare(started)
    environ = started.environ({"PRIVACY_DEMO": "1" if is_demo else "0"} | where.environ)
    running: list[Running] = []
    try:
        with step("Starting sealer, worker, beat and web"):
            for child in _plan(started.places, where):
                own = started.sealer_environ() if child.name == "sealer" else environ
                running.append(_started(child, started.places, own, is_demo=is_demo))
            _wait_until_ready(running, where)
        _welcome(started.places, where, credentials, is_demo=is_demo)
        while True:
            time.sleep(0.5)
            _refuse_ended(running)
    finally:
        say("\nStopping …")
        # All hear of it in this order and end side by side; the servers outlive them all.
        for one in reversed(running):
            one.ask_to_end()
        for one in reversed(running):
            one.wait_for_end()
        children.stop_left_behind(started.places)


def _plan(here: Places, where: Address) -> tuple[Child, ...]:
    """In the order of starting; stopped in the reverse order: web, beat, worker, sealer."""
    return (
        children.sealer(),
        children.worker(),
        children.beat(here),
        children.web(where.bind, certificate=where.certificate),
    )


def _started(child: Child, here: Places, environ: dict[str, str], *, is_demo: bool) -> Running:
    """In the demo the worker's standard output is shown: the e-mails it would send are there."""
    echo = _mail if is_demo and child.name == "worker" else None
    return children.start(child, here, environ, echo=echo)


def _mail(line: str) -> None:
    """What the worker prints, without what Celery says of itself."""
    if not line.startswith("worker: "):
        say(line)


def _wait_until_ready(running: list[Running], where: Address) -> None:
    until = time.monotonic() + _READY_SECONDS
    while not (_answers(where) and all(one.says_ready() for one in running)):
        _refuse_ended(running)
        if time.monotonic() > until:
            raise Misconfigured("The service does not answer; its logs say why.")
        time.sleep(0.1)


def _refuse_ended(running: list[Running]) -> None:
    for one in running:
        if not one.alive():
            raise Misconfigured(
                f"{one.child.name} ended by itself. Its last words are in "
                f"data/logs/{one.child.name}.log."
            )


def _answers(where: Address) -> bool:
    host = where.host if address.loopback(where.host) else "127.0.0.1"
    link = _link(host, where)
    try:
        link.request("GET", "/health/live", headers={"Host": "127.0.0.1"})
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _link(host: str, where: Address) -> http.client.HTTPConnection:
    if where.certificate is None:
        return http.client.HTTPConnection(host, where.port, timeout=5)
    # Our own process on our own machine: the certificate is in the public name, not this address.
    unverified = ssl.create_default_context()
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, where.port, timeout=5, context=unverified)


def _welcome(
    here: Places, where: Address, credentials: list[dict[str, str]], *, is_demo: bool
) -> None:
    schema.show_credentials(credentials)
    say(f"\nThe service runs at {where.origin}/")
    if is_demo and not credentials:
        say("Sign in as before; `python -m privacy_portal passwords` makes new passwords.")
    for notice in notices.of_demo() if is_demo else notices.of(here):
        say(notice)
    say(f"Data: {here.data}   Keys: {here.keys}   Logs: {here.logs}")
    say("Ctrl-C stops it.")


@contextmanager
def _interrupted_once() -> Iterator[None]:
    """Ctrl-C, a closed terminal and `kill` all ask the same, at any moment of the start or after.

    Only the first interrupts: asking twice must not cut the stopping short.
    """
    asked: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        asked.append(number)
        if len(asked) == 1:
            raise KeyboardInterrupt

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.signal(one, interrupt) for one in signals}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
