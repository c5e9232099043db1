"""One piece of an export made ready: its lines read, opened, written in their form and deflated."""

from dataclasses import dataclass

from privacy_portal.exports.forms import Book, Stream, to_piece
from privacy_portal.exports.pieces import deflated
from privacy_portal.exports.source import Found, Scope, Source


@dataclass(frozen=True)
class Made:
    """A piece as it will be kept, with what is recorded of its lines. Nothing is recorded yet.

    keys      of the first line and the last, none where no line fitted the filter
    patients  whom the lines are about
    read      how many rows were read, of which `lines` fitted
    after     where the next piece begins, None at the end
    """

    content: bytes
    deflated: bytes
    keys: tuple[str, ...]
    patients: frozenset[str]
    read: int
    lines: int
    after: str | None


@dataclass(frozen=True)
class Maker:
    """Makes the pieces of one export: of these lines, at most so many at a time, in this form."""

    source: Source
    scope: Scope
    form: Stream | Book
    limit: int

    def __call__(self, after: str) -> Made:
        """The piece that begins after this key."""
        found = self.source.page(self.scope, after, self.limit)
        content = self._written(found)
        return Made(
            content=content,
            deflated=deflated(content),
            keys=(found.keys[0], found.keys[-1]) if found.keys else (),
            patients=frozenset(one for one in found.patients if one is not None),
            read=found.read,
            lines=len(found.lines),
            after=found.after,
        )

    def _written(self, found: Found) -> bytes:
        if isinstance(self.form, Stream):
            return self.form.write(self.source.columns, found.lines)
        return to_piece(found.lines)

    def ends(self, after: str) -> str | None:
        """Where the piece that begins there ends, before it is read; None where it is the last."""
        return self.source.ends(self.scope, after, self.limit)
