"""Between a document and its file: sealed on the way in, opened on the way out, a chunk at a time."""

from collections.abc import Iterable, Iterator
from itertools import chain
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from audit import keys
from audit.crypto import stream
from audit.crypto.envelope import Place
from requests_app.documents import photographs, store
from requests_app.documents.content import Inspection
from requests_app.documents.models import KEY_CLASS, Document, Sort
from requests_app.errors import BadInput, TryLater


def inspection(*, announced: int | None) -> Inspection:
    """What a file, of so many bytes where that is known, is held to: the practice's own limits."""
    return Inspection(settings.DOCUMENT_TYPES, settings.DOCUMENT_BYTES, announced)


def take(document: Document, look: Inspection, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Store a file as its kind is kept; the file's name, and the key it needs.

    Photographs are drawn anew, and a PDF that a password locks is refused; records to be given are
    given as they are held.  Raises as `put` does, and nothing is stored then.
    """
    if document.sort == Sort.RELEASE:
        return put(document, look.passing(pieces))
    blob, dek_id = put(document, photographs.redrawn(look, pieces))
    if look.encrypted:
        _check_opens(document, blob)
    return blob, dek_id


def _check_opens(document: Document, blob: str) -> None:
    """Refuse what nobody could read; what was stored of it goes at once."""
    stored = Document(pk=document.pk, blob=blob)
    try:
        photographs.check_opens(read(stored))
    except (BadInput, TryLater):
        store.current().delete(blob)
        raise


def put(document: Document, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Seal the pieces for this document and store them; the file's name, and the key it needs.

    TryLater when the storage does not answer.  Whatever `pieces` raises is raised, and nothing is
    stored then.
    """
    key = keys.keyring().active(KEY_CLASS, keys.today())
    name = uuid4().hex
    try:
        store.current().put(name, stream.seal(pieces, key=key, place=_place(document)))
    except store.Unreachable:
        raise _try_later() from None
    return name, key.dek_id


def read(document: Document) -> Iterator[bytes]:
    """The file in the clear, once its first chunk is there and opens.

    TryLater when the storage does not answer; store.Missing or SealBroken where the file is gone or
    not what was stored: both are alarms, not answers.
    """
    pieces = stream.open_sealed(
        _reached(document.blob), named=keys.keyring().named, place=_place(document)
    )
    return chain([next(pieces)], pieces)


def _reached(name: str) -> Iterator[bytes]:
    try:
        yield from store.current().read(name)
    except store.Unreachable:
        raise _try_later() from None


def _place(document: Document) -> Place:
    """A file moved under another document does not open."""
    return Place("documents.content", str(document.pk), 1)


def _try_later() -> TryLater:
    return TryLater(_("Documents cannot be reached at the moment. Try again in a few minutes."))
