"""An export written under one claim, piece by piece, to its end."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings

from audit import clock
from audit.actors import Actor
from privacy_portal.api.models import Export, ExportState
from privacy_portal.exports import head, pieces
from privacy_portal.exports.asked import Format, Whom
from privacy_portal.exports.beside import Pieces
from privacy_portal.exports.claims import LEASE, Held
from privacy_portal.exports.forms import FORMS, Book, Stream, from_pieces
from privacy_portal.exports.making import Made, Maker
from privacy_portal.exports.source import Scope
from privacy_portal.exports.sources import SOURCES
from privacy_portal.exports.telling import shown_of, tell
from requests_app import events
from requests_app.disclosures.shown import account_for

#: How long a finished file can be fetched.
KEPT = timedelta(hours=24)


class GivenUp(Exception):
    """It cannot be written; the sentence says why."""


@dataclass
class Writer:
    """Writes one export under one claim."""

    export: Export
    actor: Actor

    def __post_init__(self) -> None:
        export = self.export
        self.form = FORMS[Format(export.format)]
        self.source = SOURCES[export.register]
        self.scope = Scope(export.asked.filter, self.actor, export.horizon, export.started_at)
        self.number = export.pieces.filter(of_file=self._streams).count()
        self._after, self._done = export.after, export.stage == ExportState.ENDING
        make = Maker(self.source, self.scope, self.form, settings.EXPORT_PIECE_LINES)
        self.pieces = Pieces(make, make.ends)
        # What was written before is read again: it must open, and the digest goes on from it.
        self.digest, self.size = sha256(), 0
        if self._streams:
            for content in pieces.opened(export):
                self._seen(content)

    @property
    def _streams(self) -> bool:
        return isinstance(self.form, Stream)

    def more(self) -> bool:
        """Write the next lines; False once there are none."""
        if self._done:
            return False
        made = self.pieces.next(self._after)
        with self._held() as export:
            if export.rows_expected is None:
                export.rows_expected = self.source.expected(self.scope)
            self._account(made)
            self._keep(made)
            self._advance(export, made)
        self._after, self._done = export.after, made.after is None
        return not self._done

    def leave(self) -> None:
        """Time is up: whoever comes next may go on at once."""
        Export.objects.filter(pk=self.export.pk, claim=self.export.claim).update(
            claimed_until=None, attempts=0
        )

    def end(self) -> None:
        """What follows the lines, the head of the tree, the digest; and it can be fetched."""
        about = self._about()
        if isinstance(self.form, Book):
            self._bind(self.form, about)
        with self._held() as export:
            if isinstance(self.form, Stream):
                self._add(self.form.end(about | {"sha256_of_the_lines": self.digest.hexdigest()}))
            export.pieces.filter(of_file=False).delete()
            now = clock.now()
            export.stage, export.ended_at, export.expires_at = ExportState.READY, now, now + KEPT
            export.head, export.size = about["tree_head"], self.size
            export.sha256 = self.digest.hexdigest()
            export.save()
            told = {"rows": export.lines, "sha256": export.sha256, "size": self.size}
            where = {"first": export.first, "last": export.last, "head": export.head}
            tell(events.EXPORT_ENDED, export, self.actor, **told, **where)

    # --- one piece -------------------------------------------------------------------------------
    def _held(self) -> Held:
        return Held(self.export)

    def _account(self, made: Made) -> None:
        """A file for a regulator is a disclosure about every patient in it."""
        shown = shown_of(self.export)
        if shown is not None:
            patients = set(map(UUID, made.patients))
            account_for(shown, patients, showing=self.export.pk, actor=self.actor, now=clock.now())

    def _keep(self, made: Made) -> None:
        if isinstance(self.form, Stream):
            head_ = self.form.head(self.source.columns) if self.number == 0 else b""
            self._add(head_ + made.content, None if head_ else made.deflated)
        elif made.lines:
            pieces.store(self.export, self.number, made.deflated, of_file=False)
            self.number += 1

    def _advance(self, export: Export, made: Made) -> None:
        export.rows += made.read
        export.lines += made.lines
        if made.keys:
            export.first, export.last = export.first or made.keys[0], made.keys[-1]
        export.after = made.after or export.after
        if made.after is None:
            export.stage = ExportState.ENDING
        export.attempts = 0
        export.claimed_until = clock.now() + LEASE
        export.save()
        most = self.form.most if isinstance(self.form, Book) else None
        if most is not None and export.lines > most:
            raise GivenUp(f"It has more than {most:,} lines: take CSV.")

    def _bind(self, form: Book, about: dict[str, Any]) -> None:
        """Make the book of the lines kept. Begun anew if a worker died over it."""
        with self._held() as export:
            export.pieces.filter(of_file=True).delete()
        self.number = 0
        lines = from_pieces(pieces.opened(self.export, of_file=False))
        for content in pieces.in_megabytes(form.make(about, self.source.columns, lines)):
            with self._held() as export:
                export.claimed_until = clock.now() + LEASE
                export.save(update_fields=["claimed_until"])
                self._add(content)

    def _add(self, content: bytes, ready: bytes | None = None) -> None:
        """One more piece of the file; `ready` is how it is kept, where that is made."""
        if content:
            pieces.store(self.export, self.number, ready or pieces.deflated(content), of_file=True)
            self.number += 1
            self._seen(content)

    def _seen(self, content: bytes) -> None:
        self.digest.update(content)
        self.size += len(content)

    def _about(self) -> dict[str, Any]:
        """What the file says of itself."""
        export = Export.objects.get(pk=self.export.pk)
        asked = export.asked
        said = {name: value for name, value in asked.for_whom.items() if value}
        return {
            "register": self.source.title,
            "export": str(export.pk),
            "asked_by": export.asked_by_name or export.asked_by,
            "asked_at": export.started_at.isoformat(),
            "for_whom": str(Whom(export.whom).label),
            **{f"for_whom_{name}": value for name, value in said.items()},
            **{f"filter_{name}": value for name, value in sorted(asked.filter.items())},
            "count": export.lines,
            "first": export.first,
            "last": export.last,
            "tree_head": head.newest(),
        }
