"""A form with a file (`multipart/form-data`, RFC 7578), read as it arrives.

Frameworks write such a file to a temporary one in the clear before anybody asks.  Here the fields
are read, and the file is left in the connection for whoever seals it; so a form's file comes last.

    @takes_a_file
    def add(request):
        if request.method == "POST":
            documents.add(reference, fields, upload_of(request).pieces, actor=…, now=…)

Nothing of the kind goes past this module: FILE_UPLOAD_HANDLERS keeps no other form's file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from requests_app.documents.content import AT, check_size
from requests_app.errors import BadInput

MEDIA = "multipart/form-data"
PIECE = 65_536  # bytes
#: Bytes of everything in a form but its file, and how many fields there may be.
FIELDS_MOST = 256 * 1024
FIELDS_COUNT = 100
_HEADERS_MOST = 4_096
#: RFC 2046, 5.1.1: at most 70 characters.
_BOUNDARY_MOST = 70
_View = Callable[..., HttpResponse]


class NotAForm(ValueError):
    """What came does not read as such a form. Says nothing of its content."""


@dataclass(frozen=True)
class Upload:
    """A form whose fields were read and whose file was not.

    fields  each name once, its last value
    file    the name of the file's field
    name    what the sender calls the file: a name of no authority
    pieces  its bytes; read once, to the end.  BadInput where they do not all come
    """

    fields: Mapping[str, str]
    file: str
    name: str
    pieces: Iterator[bytes]


class Nowhere(FileUploadHandler):
    """Of any form that is not read here, the file is kept nowhere."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Not called: each file was skipped."""

    def file_complete(self, file_size: int) -> None:
        """No file."""


def takes_a_file(view: _View) -> _View:
    """Let a view take a form with a file, closed against forgery like every other.

    The fields are read first, so that the token among them is compared before a byte of the file is
    stored.  `request.POST` holds the fields; `upload_of` gives the file.
    """
    protected = csrf_protect(view)

    @wraps(view)
    def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and is_form(request):
            try:
                _attach(request)
            except NotAForm:
                raise BadRequest("no form") from None
        return protected(request, *args, **kwargs)

    exempt: _View = csrf_exempt(taking)
    return exempt


def upload_of(request: HttpRequest) -> Upload:
    """The form that came to a view which takes a file; BadInput where there is no file in it."""
    found = getattr(request, "upload", None)
    if not isinstance(found, Upload) or not found.name:
        raise BadInput.one(AT, _("Choose a file."))
    check_size(found_length(request) - FIELDS_MOST, most=settings.DOCUMENT_BYTES)
    return found


def pass_over(request: HttpRequest) -> None:
    """Read what is left of the body and keep nothing, so that a browser gets to see the answer.

    Most read no answer before they have sent everything. No more is read than a file may have; who
    sends more than that sees the line break.
    """
    left = settings.DOCUMENT_BYTES + FIELDS_MOST
    try:
        while left > 0 and (piece := request.read(PIECE)):
            left -= len(piece)
    except UnreadablePostError:
        return


def is_form(request: HttpRequest) -> bool:
    """Whether the call says that it brings such a form."""
    return (request.content_type or "").lower() == MEDIA


def found_length(request: HttpRequest) -> int:
    """Bytes of the body, as announced; NotAForm without it, for nobody could tell it is whole."""
    given = request.META.get("CONTENT_LENGTH") or ""
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise NotAForm
    return int(given)


def read(request: HttpRequest) -> Upload:
    """Read the fields of the call's form, up to its file. NotAForm where it reads as none."""
    found_length(request)
    parts = _Parts(_Body(request, b"\r\n--" + _boundary(request)))
    fields: dict[str, str] = {}
    while (part := parts.next()) is not None:
        name, file_name = part
        if file_name is not None:
            return Upload(fields, name, file_name, parts.last())
        fields[name] = parts.text()
    return Upload(fields, "", "", iter(()))


def _attach(request: Any) -> None:
    """The fields stand where a view, and the check against forgery, look for them."""
    request.upload = read(request)
    posted = QueryDict(mutable=True)
    posted.update(dict(request.upload.fields))
    posted._mutable = False
    request._post, request._files = posted, MultiValueDict()


def _boundary(request: HttpRequest) -> bytes:
    _media, options = parse_header_parameters(request.META.get("CONTENT_TYPE", ""))
    text = options.get("boundary", "")
    if not (0 < len(text) <= _BOUNDARY_MOST and text.isascii() and text.isprintable()):
        raise NotAForm
    return text.encode()


class _Body:
    """The bytes of the body, up to a mark and beyond it, never held but for a piece."""

    def __init__(self, request: HttpRequest, delimiter: bytes) -> None:
        self._request, self.delimiter = request, delimiter
        self._held = b"\r\n"  # the first delimiter stands at the very beginning

    def until(self, mark: bytes) -> Iterator[bytes]:
        """What comes before the mark, which is passed over. NotAForm when it never comes."""
        while (at := self._held.find(mark)) < 0:
            safe = len(self._held) - len(mark) + 1
            if safe > 0:
                yield self._taken(safe)
            self._held += self._more()
        if at:
            yield self._taken(at)
        self._taken(len(mark))

    def short(self, mark: bytes, most: int) -> bytes:
        """The same in one piece; NotAForm where it is longer than `most`."""
        found = b""
        for piece in self.until(mark):
            found += piece
            if len(found) > most:
                raise NotAForm
        return found

    def exactly(self, count: int) -> bytes:
        while len(self._held) < count:
            self._held += self._more()
        return self._taken(count)

    def _taken(self, count: int) -> bytes:
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def _more(self) -> bytes:
        try:
            more: bytes = self._request.read(PIECE)
        except UnreadablePostError:
            more = b""
        if not more:
            raise NotAForm
        return more


class _Parts:
    """The parts of a form, one after the other."""

    def __init__(self, body: _Body) -> None:
        self._body, self._room, self._count = body, FIELDS_MOST, 0
        if self._body.short(body.delimiter, 0):
            raise NotAForm

    def next(self) -> tuple[str, str | None] | None:
        """The name of the next part, and its file's where it is one; None at the form's end."""
        if self._ends():
            return None
        self._count += 1
        if self._count > FIELDS_COUNT:
            raise NotAForm
        return _named(self._body.short(b"\r\n\r\n", _HEADERS_MOST))

    def text(self) -> str:
        """The value of a field."""
        value = self._body.short(self._body.delimiter, self._room)
        self._room -= len(value)
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise NotAForm from None

    def last(self) -> Iterator[bytes]:
        """The bytes of a file, after which the form ends."""
        try:
            yield from self._body.until(self._body.delimiter)
            whole = self._ends()
        except NotAForm:
            raise BadInput.one(AT, _("The file did not arrive whole. Send it again.")) from None
        if not whole:
            raise BadInput.one(AT, _("Send one file, after everything else in the form."))

    def _ends(self) -> bool:
        after = self._body.exactly(2)
        if after not in {b"--", b"\r\n"}:
            raise NotAForm
        return after == b"--"


def _named(headers: bytes) -> tuple[str, str | None]:
    """The name of a part, and of its file where it is one. What a file says it is, is not asked."""
    try:
        lines = headers.decode().split("\r\n")
        found = [one for one in lines if one.lower().startswith("content-disposition:")]
        kind, options = parse_header_parameters("".join(found).partition(":")[2].strip())
    except ValueError:
        raise NotAForm from None
    if kind != "form-data" or not options.get("name"):
        raise NotAForm
    return options["name"], options.get("filename")
