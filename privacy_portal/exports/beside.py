"""Pieces made in a second process while the first makes its own.

The lines of a piece depend on the piece before only for where they begin, and that a register can tell
without opening a line.  So every other piece is read, opened and written out beside; the first process
alone records and keeps, in order, one transaction a piece.  Whoever made them, the bytes are the same.

The second process is a fork: it has the program and the keys in memory already, and shares them.  It has
database connections of its own and nothing else of its parent's.  It keeps nothing, so that it can die
at any moment: the first goes on alone.  It ends when its parent does, however that died.
"""

import gc
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import NoReturn, Self

from django.conf import settings
from django.db import connection, connections

from privacy_portal.exports.making import Made

#: A second process that is not heard of for so long is taken for dead: well before the claim runs out.
PATIENCE = 60
Make = Callable[[str], Made]


class Pieces:
    """Pieces one after another, by this process and, from the second on, one beside it. Left as a
    context, the second process is ended.

    make  the piece that begins after a key
    ends  where that piece ends, if another comes after it
    """

    def __init__(self, make: Make, ends: Callable[[str], str | None]) -> None:
        self._make, self._ends = make, ends
        self._other: _Other | None = None
        # What is not committed cannot be seen by another connection.
        self._alone = not settings.EXPORT_BESIDE or connection.in_atomic_block

    def next(self, after: str) -> Made:
        """The piece that begins after this key."""
        if self._other is not None and self._other.asked == after:
            made = self._other.answer()
            if made is not None:
                self._ask(made.after)
                return made
            self._dismiss()
            self._alone = True
        if self._other is None or self._other.asked is None:
            self._ask(after)
        made = self._make(after)
        if self._other is not None and self._other.asked not in (None, made.after):
            self._dismiss()  # It was asked for a piece that begins elsewhere.
        return made

    def _ask(self, begins: str | None) -> None:
        """Have the piece made that comes after the one that begins there."""
        following = None if self._alone or begins is None else self._ends(begins)
        if following is None:
            return
        try:
            self._other = self._other or _Other(self._make)
        except OSError:  # The machine has no process to give.
            self._alone = True
        else:
            self._other.ask(following)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._dismiss()

    def _dismiss(self) -> None:
        """End the second process, if there is one."""
        if self._other is not None:
            self._other.end()
            self._other = None


class _Other:
    """The second process, seen from the first. `asked` is where the piece begins that is awaited."""

    def __init__(self, make: Make) -> None:
        self.asked: str | None = None
        self._pipe, theirs = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _serve(make, theirs)
        theirs.close()

    def ask(self, after: str) -> None:
        with suppress(OSError):  # It is dead, which its answer will show.
            self._pipe.send(after)
        self.asked = after

    def answer(self) -> Made | None:
        """The piece that was asked for; None from a process that is dead, or as good as."""
        self.asked = None
        try:
            made: Made | None = self._pipe.recv() if self._pipe.poll(PATIENCE) else None
        except (EOFError, OSError):
            return None
        return made

    def end(self) -> None:
        """Nothing is lost with it: it only reads."""
        self._pipe.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _serve(make: Make, pipe: "Connection[Made, str]") -> NoReturn:
    """The life of the second process. It says nothing of a fault: the first meets the same one."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # What is shared is not looked through, or it would be copied.
        _leave(pipe.fileno())
        while True:
            pipe.send(make(pipe.recv()))
    finally:
        os._exit(0)


def _leave(mine: int) -> None:
    """Let go of everything of the parent's that is open, but for the own end of the pipe.

    A connection that both held would outlive a parent that was killed, with its locks; and closed in
    the proper way here, it would end the parent's session.  So the descriptors lead nowhere, and what
    was built on them is kept and never used.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in map(int, os.listdir("/dev/fd")):
        if descriptor > 2 and descriptor != mine:
            os.dup2(nowhere, descriptor)
    for theirs in connections.all(initialized_only=True):
        _LEFT.append(theirs)
        connections[theirs.alias] = theirs.copy()


_LEFT: list[object] = []
