"""The forms of a file. A stream is written as it is read; a book is made when all lines are there."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from privacy_portal import sheets
from privacy_portal.exports import pdf, xlsx
from privacy_portal.exports.asked import Format
from privacy_portal.exports.source import Line

PDF_MOST = 20_000


@dataclass(frozen=True)
class Stream:
    """Written piece by piece: `head` before the lines, `end` after them."""

    head: Callable[[tuple[str, ...]], bytes]
    write: Callable[[tuple[str, ...], list[Line]], bytes]
    end: Callable[[dict[str, Any]], bytes]


@dataclass(frozen=True)
class Book:
    """Made from all lines at the end: from what the file says of itself, its columns, its lines."""

    make: Callable[[dict[str, Any], tuple[str, ...], Iterable[Line]], Iterator[bytes]]
    most: int | None = None


def _csv(_columns: tuple[str, ...], lines: list[Line]) -> bytes:
    return sheets.csv_bytes(lines)


def _csv_head(columns: tuple[str, ...]) -> bytes:
    return (",".join(columns) + "\r\n").encode()


def ndjson(columns: tuple[str, ...], lines: Iterable[Line]) -> bytes:
    """One object a line."""
    return b"".join(_json(dict(zip(columns, line, strict=True))) for line in lines)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


FORMS: dict[Format, Stream | Book] = {
    Format.CSV: Stream(_csv_head, _csv, lambda _about: b""),
    Format.NDJSON: Stream(lambda _columns: b"", ndjson, lambda about: _json({"end": about})),
    Format.XLSX: Book(xlsx.make),
    Format.PDF: Book(pdf.make, most=PDF_MOST),
}
MEDIA = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.NDJSON: "application/x-ndjson",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}


def from_pieces(pieces: Iterable[bytes]) -> Iterator[Line]:
    """The lines again, from the pieces in which they were kept for a book."""
    for piece in pieces:
        for row in piece.splitlines():
            yield tuple(json.loads(row))


def to_piece(lines: Iterable[Line]) -> bytes:
    """Lines as they are kept until a book is made of them."""
    return b"".join(_json(line) for line in lines)
