"""A document on its way to one person: opened as it is sent, never held whole.

One entry of the log stands before its first byte, one after its last, with how many went out; a
connection that breaks ends with an entry that says so.
"""

from audit import context
from audit.actors import Actor
from requests_app.actions.documents import Fetched, note_sent


class Sending:
    """The bytes of the file. Closing it before its end is an end, too, and is written down."""

    def __init__(self, fetched: Fetched, actor: Actor) -> None:
        self._fetched, self._actor = fetched, actor
        self._sent, self._ended = 0, False
        self._around = context.current()  # The request's own is gone while its answer streams.

    def __iter__(self) -> "Sending":
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._fetched.pieces)
        except StopIteration:
            self._end(whole=self._sent == self._fetched.document.size)
            raise
        self._sent += len(piece)
        return piece

    def close(self) -> None:
        """Called by the server whether the file went out whole or not."""
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        if self._ended:
            return
        self._ended = True
        with context.entered(self._around):
            note_sent(self._fetched.document, actor=self._actor, sent=self._sent, whole=whole)
