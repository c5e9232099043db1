"""Web, beat, worker and sealer: started, watched, their words kept in rotating files, stopped in order."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from signal import SIGINT, SIGQUIT, SIGTERM, Signals
from typing import IO

from privacy_portal.commands.places import ROOT, Places
from privacy_portal.embedded import processes
from privacy_portal.embedded.processes import Identity

_LARGEST_LOG = 5_000_000  # bytes; four older files are kept beside each
#: Who keeps the clinic's only computer signed in as root has bigger worries than this warning,
#: and what the worker accepts is JSON alone.
_ROOT_WARNING = "ignore:You're running the worker with superuser privileges"


@dataclass(frozen=True, slots=True)
class Child:
    """One process of the service: how it is started, and how long it may take to end.

    ready     what it says when it can work; empty when it is asked in another way
    patience  seconds after each of `signals` before the next is sent, and SIGKILL at the end
    """

    name: str
    arguments: tuple[str, ...]
    signals: tuple[Signals, ...]
    patience: float
    ready: str = ""


def web(bind: str, *, certificate: tuple[str, str] | None) -> Child:
    tls = ("--certfile", certificate[0], "--keyfile", certificate[1]) if certificate else ()
    return Child(
        "web",
        ("-m", "gunicorn", "privacy_portal.wsgi:application", "--bind", bind, "--workers", "2",
         "--preload", "--worker-class", "privacy_portal.web_worker.Worker", "--threads", "4",
         "--timeout", "60", "--graceful-timeout", "1", "--keep-alive", "5", "--no-control-socket",
         "--logger-class", "privacy_portal.web_log.Lines", *tls),
        (SIGTERM, SIGQUIT), 1.5,
    )  # fmt: skip


def beat(places: Places) -> Child:
    schedule = places.data / "beat"
    schedule.mkdir(mode=0o700, exist_ok=True)
    return Child(
        "beat",
        ("-m", "privacy_portal.beat", "--schedule", str(schedule / "schedule")),
        (SIGTERM,), 0.7, ready='"beat.ready"',
    )  # fmt: skip


def sealer() -> Child:
    return Child(
        "sealer", ("-m", "privacy_portal", "sealer"), (SIGTERM,), 1.5, ready='"sealer.ready"'
    )


def worker() -> Child:
    return Child(
        "worker",
        ("-W", _ROOT_WARNING, "-m", "celery", "--quiet", "--app", "privacy_portal.celery:app",
         "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip",
         "--without-mingle"),
        # The second ends what runs at once: tasks are acknowledged late and may run again.
        (SIGTERM, SIGQUIT), 1.5, ready='"worker.ready"',
    )  # fmt: skip


@dataclass
class Running:
    """A started child, with the threads that keep what it says."""

    child: Child
    who: Identity
    ready: threading.Event = field(default_factory=threading.Event)

    def alive(self) -> bool:
        return self.who.alive()

    def says_ready(self) -> bool:
        """Whether it said so, if it is one that says it at all."""
        return self.ready.is_set() or not self.child.ready

    def ask_to_end(self) -> None:
        processes.ask(self.who, self.child.signals[0])

    def wait_for_end(self) -> None:
        """After it was asked: wait, insist, and at last kill."""
        if not processes.gone_within(self.who, self.child.patience):
            processes.stop(self.who, *self.child.signals[1:], patience=self.child.patience)
        processes.reap()


def start(
    child: Child, places: Places, environ: Mapping[str, str], *, echo: Callable[[str], None] | None
) -> Running:
    """Start it in a session of its own. `echo` is told what it prints on its standard output."""
    who = processes.spawn(
        [sys.executable, *child.arguments], cwd=ROOT, env=dict(environ), umask=0o077,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    processes.remember(pid_file(places, child.name), who)
    running = Running(child, who)
    log = _log(places.logs / f"{child.name}.log")
    out, err = processes.outputs(who)
    for pipe, listeners in ((out, [log, echo] if echo else [log]), (err, [log])):
        threading.Thread(target=_keep, args=(pipe, listeners, running), daemon=True).start()
    return running


def stop_left_behind(places: Places) -> None:
    """End what a killed start left running; a process that merely has the same pid is let be."""
    for name in ("web", "beat", "worker", "sealer"):
        left = processes.recall(pid_file(places, name))
        if left is not None:
            processes.stop(left, SIGTERM, SIGINT, patience=1.0)
        pid_file(places, name).unlink(missing_ok=True)


def pid_file(places: Places, name: str) -> Path:
    return places.run / f"{name}.pid"


def _keep(pipe: IO[bytes], listeners: list[Callable[[str], None]], running: Running) -> None:
    with pipe:
        for raw in pipe:
            line = raw.decode("utf-8", errors="replace").rstrip("\n")
            if running.child.ready and running.child.ready in line:
                running.ready.set()
            for listener in listeners:
                listener(line)


def _log(file: Path) -> Callable[[str], None]:
    handler = RotatingFileHandler(file, maxBytes=_LARGEST_LOG, backupCount=4, encoding="utf-8")
    file.chmod(0o600)

    def write(line: str) -> None:
        handler.emit(logging.makeLogRecord({"msg": "%s", "args": (line,)}))

    return write
