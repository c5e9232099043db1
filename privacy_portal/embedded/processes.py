"""Processes told apart by pid and start time, so that a reused pid is never taken for ours."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

#: Handles of the children that this process has started, kept so that each can be reaped.
_children: "dict[int, subprocess.Popen[bytes]]" = {}
_GLANCE = 0.02  # seconds between two looks at a process that was asked to end


@dataclass(frozen=True, slots=True)
class Identity:
    """One process of this machine since its boot; no other will ever equal it."""

    pid: int
    started: str

    def alive(self) -> bool:
        return started(self.pid) == self.started


def identity(pid: int) -> Identity | None:
    """The identity of a living process, None when there is none under this pid."""
    since = started(pid)
    return None if since is None else Identity(pid, since)


def started(pid: int) -> str | None:
    """When the process began, in the system's own words; None when it is gone or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return _started_by_ps(pid)
    try:
        # The command name may hold blanks and brackets: what counts comes after the last bracket.
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return None if fields[0] in {"Z", "X"} else f"{boot}:{fields[19]}"


def _started_by_ps(pid: int) -> str | None:
    answer = subprocess.run(  # noqa: S603  a pid is a number
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True, text=True, check=False,
    ).stdout.split(maxsplit=1)  # fmt: skip
    return None if len(answer) < 2 or answer[0].startswith("Z") else answer[1].strip()


def spawn(command: Sequence[str | Path], **options: Any) -> Identity:
    """Start a child in a session of its own, so that no Ctrl-C reaches it but through us.

    `options` are subprocess.Popen's.
    """
    child = subprocess.Popen(command, start_new_session=True, **options)  # noqa: S603
    _children[child.pid] = child
    return identity(child.pid) or Identity(child.pid, "gone before it was looked at")


def tell(who: Identity, text: bytes) -> None:
    """Write to the standard input of a child that we started with a pipe, and close it."""
    pipe = _children[who.pid].stdin
    if pipe is not None:
        with pipe:
            pipe.write(text)


def outputs(who: Identity) -> tuple[IO[bytes], IO[bytes]]:
    """Standard output and error of a child that we started with pipes."""
    child = _children[who.pid]
    if child.stdout is None or child.stderr is None:
        raise ValueError("the child was started without pipes")
    return child.stdout, child.stderr


def let_go(who: Identity) -> None:
    """Let a child outlive this process on purpose; somebody else will stop it."""
    child = _children.pop(who.pid, None)
    if child is not None:
        child.returncode = 0  # a handle that is dropped unfinished complains


def remember(file: Path, who: Identity) -> None:
    """Write the identity down, so that the next start can find what this one left behind."""
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps({"pid": who.pid, "started": who.started}), encoding="ascii")
    temporary.replace(file)


def recall(file: Path) -> Identity | None:
    """The identity in the file if that process still lives; otherwise None."""
    try:
        found = json.loads(file.read_text(encoding="ascii"))
        who = Identity(int(found["pid"]), str(found["started"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return who if who.alive() else None


def stop(who: Identity, *signals: signal.Signals, patience: float) -> bool:
    """Ask with each signal in turn, waiting `patience` seconds after each; at last kill the group.

    The process must lead its own session. Returns whether asking was enough.
    """
    heard = _asked(who, signals, patience)
    if not heard:
        _kill_group(who.pid)
        gone_within(who, patience)
    reap()
    return heard


def reap() -> None:
    """Take note of the children that have ended, so that none stays behind as a zombie."""
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            del _children[pid]


def _asked(who: Identity, signals: Sequence[signal.Signals], patience: float) -> bool:
    for one in signals:
        ask(who, one)
        if gone_within(who, patience):
            return True
    return False


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def ask(who: Identity, to_end: signal.Signals) -> None:
    """Send a signal to this process, and to no other that may have its pid by now."""
    if who.alive():
        try:
            os.kill(who.pid, to_end)
        except ProcessLookupError:
            return


def gone_within(who: Identity, seconds: float) -> bool:
    """Wait for the process to end; whether it did."""
    until = time.monotonic() + seconds
    while who.alive():
        if time.monotonic() > until:
            return False
        time.sleep(_GLANCE)
    return True
