"""What a file is, judged by its content; what the sender calls it counts for nothing.

Only kinds of file are taken that the practice has said it takes (DOCUMENT_TYPES).  Nothing here opens
a file: it is kept as it came, or as a photograph was drawn anew (photographs.py), and given back as
something to save.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.utils.translation import gettext as _

from requests_app.errors import BadInput

#: As much of the beginning as any kind of file needs to be told by.
BEGINNING = 132
AT = "/content"
#: What a trailer of a PDF says when the document is encrypted (ISO 32000-1, 7.5.5, table 15), and as
#: much of one piece as may hold the beginning of it.
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:<<|[0-9]+\s+[0-9]+\s+R)")
_OVERLAP = 64


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of file: its media type, the end of its name, and how its beginning looks."""

    name: str
    media: str
    ending: str
    words: str
    begins: Callable[[bytes], bool]


def _with(*marks: bytes, at: int = 0) -> Callable[[bytes], bool]:
    return lambda head: any(head.startswith(mark, at) for mark in marks)


def _heic(head: bytes) -> bool:
    """ISO 14496-12: a box `ftyp`, whose brand says it holds one HEVC picture or several."""
    return head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"heim", b"heis", b"mif1"}


#: In the order in which they are tried; text, which begins with anything, is tried last.
TYPES: tuple[Type, ...] = (
    Type("pdf", "application/pdf", "pdf", "PDF", _with(b"%PDF-")),
    Type("jpeg", "image/jpeg", "jpg", "JPEG", _with(b"\xff\xd8\xff")),
    Type("png", "image/png", "png", "PNG", _with(b"\x89PNG\r\n\x1a\n")),
    Type("tiff", "image/tiff", "tif", "TIFF", _with(b"II*\0", b"MM\0*")),
    Type("heic", "image/heic", "heic", "HEIC", _heic),
    Type("dicom", "application/dicom", "dcm", "DICOM", _with(b"DICM", at=128)),
    Type("zip", "application/zip", "zip", "ZIP", _with(b"PK\x03\x04")),
    Type("text", "text/plain; charset=utf-8", "txt", "plain text", lambda _head: True),
)
BY_NAME = {one.name: one for one in TYPES}
TEXT, PDF = BY_NAME["text"], BY_NAME["pdf"]


def type_of(head: bytes) -> Type:
    """The kind of file that begins like this; text where it is none of the others."""
    return next(one for one in TYPES if one.begins(head))


@dataclass(frozen=True, slots=True)
class Came:
    """What came, where something else is kept of it: its kind, bytes and SHA-256 in hexadecimal."""

    type: Type
    size: int
    sha256: str


@dataclass
class Inspection:
    """Looks at a file while it passes, and lets nothing pass that breaks a rule.

    allowed   names of the kinds of file that are taken
    most      bytes at most
    announced bytes the sender said there would be, for a file cut short is not the file; None where
              whoever passes the pieces sees to that
    encrypted whether a PDF says that it is: a password may lock it
    came      what came, where something else is kept
    """

    allowed: Sequence[str]
    most: int
    announced: int | None
    size: int = 0
    type: Type | None = None
    encrypted: bool = False
    came: Came | None = None
    _tail: bytes = b""
    _digest: "object" = field(default_factory=sha256)
    _letters: "codecs.IncrementalDecoder" = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")()
    )

    def passing(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces. BadInput at /content as soon as something is wrong."""
        check_size(self.announced or 0, most=self.most)
        for piece in _with_beginning(pieces):
            self.size += len(piece)
            check_size(self.size, most=self.most)
            if self.type is None:
                self.type = self._judged(piece)
            self._read(piece, last=False)
            yield piece
        self._end()

    @property
    def sha256(self) -> str:
        """Of all that passed."""
        return str(self._digest.hexdigest())  # type: ignore[attr-defined]

    def becomes(self, kind: Type, content: bytes) -> None:
        """This is kept in place of what passed."""
        assert self.type is not None
        self.came = Came(self.type, self.size, self.sha256)
        self.type, self.size, self._digest = kind, len(content), sha256(content)

    def _judged(self, head: bytes) -> Type:
        found = type_of(head)
        if found.name not in self.allowed or (found is TEXT and not _may_be_text(head)):
            raise not_taken(self.allowed)
        return found

    def _read(self, piece: bytes, *, last: bool) -> None:
        self._digest.update(piece)  # type: ignore[attr-defined]
        if self.type is PDF and not self.encrypted:
            near = self._tail + piece
            self.encrypted = _ENCRYPTED.search(near) is not None
            self._tail = near[-_OVERLAP:]
        if self.type is not TEXT:
            return
        try:
            self._letters.decode(piece, last)
        except UnicodeDecodeError:
            raise not_taken(self.allowed) from None
        if b"\0" in piece:
            raise not_taken(self.allowed)

    def _end(self) -> None:
        if self.size == 0:
            raise BadInput.one(AT, _("The file is empty. Choose another file."))
        self._read(b"", last=True)
        if self.announced not in {None, self.size}:
            raise BadInput.one(AT, _("The file did not arrive whole. Send it again."))


def check_size(size: int, *, most: int) -> None:
    """BadInput when the file is larger than the practice takes."""
    if size > most:
        limit = most // 1_000_000
        raise BadInput.one(
            AT,
            _("The file must be %(limit)d MB or smaller. Send it in several parts.")
            % {"limit": limit},
        )


def not_taken(allowed: Sequence[str]) -> BadInput:
    """What is taken instead."""
    named = ", ".join(one.words for one in TYPES if one.name in allowed)
    return BadInput.one(
        AT,
        _("This kind of file cannot be kept here. Send one of these: %(kinds)s.")
        % {"kinds": named},
    )


def _may_be_text(head: bytes) -> bool:
    """No control characters but those of lines and pages."""
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)


def _with_beginning(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, the first piece long enough to judge by."""
    pieces, head = iter(pieces), b""
    for piece in pieces:
        head += piece
        if len(head) >= BEGINNING:
            break
    if head:
        yield head
    yield from pieces
