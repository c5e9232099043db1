"""The pieces of an export, sealed, in order: of the file, or the lines of which a file will be made."""

import zlib
from collections.abc import Iterator
from uuid import uuid4

from privacy_portal.api.models import Export, ExportPiece, Piece

_BYTES = 1 << 20


def opened(export: Export, *, of_file: bool = True) -> Iterator[bytes]:
    """The pieces in order, opened one at a time."""
    rows = ExportPiece.objects.filter(export_id=export.pk, of_file=of_file)
    for pk in list(rows.order_by("number").values_list("pk", flat=True)):
        yield zlib.decompress(ExportPiece.objects.get(pk=pk).content.deflated)


def store(export: Export, number: int, deflated_: bytes, *, of_file: bool) -> None:
    piece = ExportPiece(id=uuid4(), export_id=export.pk, of_file=of_file, number=number)
    piece.content = Piece(deflated_)
    piece.save(force_insert=True)


def deflated(content: bytes) -> bytes:
    """The bytes as a piece keeps them."""
    return zlib.compress(content, 1)


def in_megabytes(parts: Iterator[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in parts:
        waiting += part
        if len(waiting) >= _BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
