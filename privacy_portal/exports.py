"""The disclosure log as a file: written line by line as it is read, never cut, never held whole.

One entry of the log stands before the first byte and one after the last, with the number of lines
and the digest; a stream that breaks ends with an entry that says so and how far it came.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from audit import clock, context, log
from audit.actors import Actor
from privacy_portal import sheets
from privacy_portal.api.models import Export
from requests_app import events
from requests_app.disclosures import selectors
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import Problem
from requests_app.permissions import Permission
from requests_app.questions import choice, day

Line = dict[str, str | int | None]

#: Lines written at a time: few enough to flow, many enough that the digest is not the work.
AT_ONCE = 200


class Format(StrEnum):
    """The forms of the file."""

    CSV = "csv"
    NDJSON = "ndjson"


@dataclass(frozen=True)
class ExportDisclosures:
    """In which form, and which days of disclosure."""

    format: Format = choice(Format, name="the format", question="In which form?")
    since: date | None = day(
        name="the first day",
        question="From which day of disclosure?",
        optional=True,
        example=date(2020, 1, 1),
    )
    until: date | None = day(
        name="the last day",
        question="Until which day of disclosure?",
        optional=True,
        example=date(2026, 3, 27),
    )

    def problems(self) -> list[Problem]:
        if self.since and self.until and self.until < self.since:
            return [Problem("/until", "The last day must be on or after the first day.")]
        return []


def start(asked: ExportDisclosures, *, actor: Actor, now: datetime) -> "Stream":
    """Write down who exports what; then the stream that does it. Raises NotPermitted."""
    rows = selectors.visible(actor, permission=Permission.EXPORT_DISCLOSURES)
    rows = selectors.between(rows, since=asked.since, until=asked.until).order_by("seq")
    with transaction.atomic():
        export = Export.objects.create(
            format=asked.format.value,
            since=asked.since,
            until=asked.until,
            asked_by=actor.id,
            started_at=now,
        )
        _log(events.EXPORT_STARTED, export, actor, asked=_filter(asked))
    return Stream(export, rows, actor)


class Stream:
    """The bytes of the file. Closing it before its end is an end, too, and is written down."""

    def __init__(self, export: Export, rows: QuerySet[Disclosure], actor: Actor) -> None:
        self.export, self._actor = export, actor
        self._digest, self._count, self._whole = sha256(), 0, False
        self._around = context.current()  # The request's own is gone while its answer streams.
        self._chunks = self._write(rows)

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        """Called by the server whether the file went out whole or not."""
        self._chunks.close()
        self._end()

    def _write(self, rows: QuerySet[Disclosure]) -> Iterator[bytes]:
        head, write, end = _FORMS[Format(self.export.format)]
        yield self._seen(head())
        # Inside a transaction Django reads through a cursor of the server: one picture of the
        # ledger, a thousand rows in memory at a time.
        with transaction.atomic(), closing(rows.iterator(chunk_size=1000)) as found:
            lines = map(line, found)
            while some := list(islice(lines, AT_ONCE)):
                self._count += len(some)
                yield self._seen(write(some))
        yield end(self._count, self._digest.hexdigest())
        self._whole = True
        self._end()

    def _seen(self, chunk: bytes) -> bytes:
        self._digest.update(chunk)
        return chunk

    def _end(self) -> None:
        """Once: the outcome, the number of lines and the digest, in the log and beside the export.

        On the connection that outlives a broken transaction.
        """
        if self.export.ended_at is not None:
            return
        export = self.export
        export.ended_at, export.whole = clock.now(), self._whole
        export.lines, export.sha256 = self._count, self._digest.hexdigest()
        with context.entered(self._around):
            _log(
                events.EXPORT_ENDED,
                export,
                self._actor,
                outcome="success" if self._whole else "failure",
                using=log.REFUSALS,
                asked={"rows": self._count, "sha256": export.sha256},
            )
        export.save(using=log.REFUSALS, update_fields=["ended_at", "whole", "lines", "sha256"])


def line(row: Disclosure) -> Line:
    """One line of the file, in the order of its columns."""
    facts, standing = row.facts, selectors.standing(row)
    return {
        "seq": row.seq,
        "id": str(row.pk),
        "recorded_at": row.recorded_at.isoformat(),
        "disclosed_on": row.disclosed_on.isoformat(),
        "disclosed_until": row.disclosed_until.isoformat() if row.disclosed_until else None,
        "patient": str(row.patient_id),
        "recipient_name": facts.recipient_name,
        "recipient_address": facts.recipient_address,
        "basis": row.basis,
        "basis_title": taxonomy().basis(row.basis).title if row.basis else "",
        "accountable": standing.accountable.value,
        "because": standing.because,
        "description": facts.description,
        "purpose": facts.purpose,
        "corrects": str(row.corrects_id) if row.corrects_id else None,
        "recorded_by": row.recorded_by_name,
    }


COLUMNS = (
    "seq", "id", "recorded_at", "disclosed_on", "disclosed_until", "patient", "recipient_name",
    "recipient_address", "basis", "basis_title", "accountable", "because", "description",
    "purpose", "corrects", "recorded_by",
)  # fmt: skip


# --- the forms: head, lines, end -------------------------------------------------------------
def _csv(rows: list[Line]) -> bytes:
    return sheets.csv_bytes([row[name] for name in COLUMNS] for row in rows)


def _ndjson(rows: list[Line]) -> bytes:
    return b"".join(_json_line(row) for row in rows)


def _json_line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _ndjson_end(count: int, digest: str) -> bytes:
    """Says that nothing is missing: the lines above, and the digest of their bytes."""
    return _json_line({"end": {"count": count, "sha256": digest}})


_FORMS: dict[
    Format,
    tuple[Callable[[], bytes], Callable[[list[Line]], bytes], Callable[[int, str], bytes]],
] = {
    Format.CSV: (lambda: (",".join(COLUMNS) + "\r\n").encode(), _csv, lambda _count, _sha: b""),
    Format.NDJSON: (lambda: b"", _ndjson, _ndjson_end),
}


def _filter(asked: ExportDisclosures) -> dict[str, str]:
    days = {"since": asked.since, "until": asked.until}
    return {"format": asked.format.value} | {name: str(on) for name, on in days.items() if on}


def _log(
    name: str,
    export: Export,
    actor: Actor,
    *,
    asked: dict[str, str | int],
    outcome: str = "success",
    using: str = "default",
) -> None:
    log.append(
        name,
        actor=actor,
        obj=log.Obj("export", str(export.pk)),
        outcome=outcome,
        purpose="export of the disclosure log",
        extra=asked,
        using=using,
    )
