"""Documents: what came in, what shows identity and authority, records to be given.

A document is announced, then its file is sent, as it is, to the address that the answer names.  To
read one, a person asks for leave to download it, which is theirs alone and runs out.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.request import UnreadablePostError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal import uploads
from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.exports import AnyMedia
from privacy_portal.api.presenters import API
from privacy_portal.api.reading import logged
from privacy_portal.api.requests import RequestResource
from privacy_portal.api.schemas import INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from privacy_portal.downloads import Sending
from requests_app import events
from requests_app.actions import documents as actions
from requests_app.documents import content, rules, selectors
from requests_app.documents.models import Document
from requests_app.errors import BadInput
from requests_app.people import selectors as people

TAG = "documents"
RAW = "application/octet-stream"
PIECE = 65_536
DOCUMENT = an_object(
    id=TEXT,
    sort=like(TEXT, "came_in"),
    state=like(TEXT, "kept"),
    name=like(TEXT, "Letter of 2 March.pdf"),
    description=like(TEXT, "Signed on the second page"),
    added_by=like(TEXT, "Fern Desk"),
    announced_at=INSTANT,
    kept_at=maybe("string", format="date-time"),
    type=like(maybe("string"), "application/pdf"),
    bytes=maybe("integer"),
    sha256=like(
        maybe("string"), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    ),
    released_at=maybe("string", format="date-time"),
    came_with=like(maybe("string"), None),
    ended_at=like(maybe("string", format="date-time"), None),
    erased_because=like(maybe("string"), None),
    content_url=like(TEXT, f"{API}/documents/3f2b8c1e-5d47-4a90-9c36-7e1d2a4b6f80/content"),
)
DOCUMENTS = an_object(documents=a_list(DOCUMENT))
DOWNLOAD = an_object(
    url=like(TEXT, f"{API}/downloads/3f2b8c1e-5d47-4a90-9c36-7e1d2a4b6f80"), expires_at=INSTANT
)


class OfRequest(RequestResource):
    """The documents of a request."""

    @described(tag=TAG, gives=DOCUMENTS, refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """List the documents of a request that the caller may read.

        Those of a request that was moved to it are among them; `came_with` names that request.
        """
        with self.read(reference, events.READ_DOCUMENTS) as (found, seen):
            rows = selectors.of_request(found, **self.who)
            seen += [str(row.pk) for row in rows]
            shown = [_shown(row) for row in rows]
        return Response({"documents": shown})

    @described(
        tag=TAG,
        asks=actions.Announce,
        gives=DOCUMENT,
        status=201,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, reference: str) -> Response:
        """Announce a document of a request; its file is sent to `content_url` next."""
        return self.once(lambda: self._announce(reference))

    def _announce(self, reference: str) -> Response:
        row = actions.announce(reference, body(self.request), **self.who)
        return Response(_shown(row), status=201, headers={"Location": _content_url(row)})


class OfPatient(Resource):
    """The documents of a patient where no request is: papers that show authority."""

    @described(tag=TAG, gives=DOCUMENTS, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List the papers on record of a patient."""
        with logged(events.READ_DOCUMENTS, self.actor, patient=pk) as seen:
            patient = people.one(pk, actor=self.actor)
            rows = selectors.of_patient(patient, **self.who)
            seen += [str(row.pk) for row in rows]
            shown = [_shown(row) for row in rows]
        return Response({"documents": shown})

    @described(
        tag=TAG,
        asks=actions.Announce,
        asked={
            "Papers that show authority": {"sort": "authority", "name": "Power of attorney.pdf"}
        },
        gives=DOCUMENT,
        status=201,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Announce papers of a patient; the file is sent to `content_url` next."""

        def act() -> Response:
            row = actions.announce_of_patient(pk, body(request), **self.who)
            return Response(_shown(row), status=201, headers={"Location": _content_url(row)})

        return self.once(act)


class Raw(BaseParser):
    """The body is the file: nothing reads it before the view does."""

    media_type = RAW

    def parse(self, stream: Any, media_type: str | None = None, context: Any = None) -> object:
        return {}


class Form(Raw):
    """The body is a form with the file in it; nothing reads it before the view does either."""

    media_type = uploads.MEDIA


class Content(Resource):
    """The file of a document."""

    parser_classes = (Raw, Form)

    @described(
        tag=TAG,
        asks={
            RAW: {"type": "string", "format": "binary"},
            uploads.MEDIA: an_object(file={"type": "string", "format": "binary"}),
        },
        gives=DOCUMENT,
        refused=(404, 409, 503),
    )
    def put(self, request: Call, pk: str) -> Response:
        """Send the file of an announced document, as it is or as the one file of a form.

        It is read as it comes and sealed before it is stored.  What it is, is judged by its content.
        A photograph (HEIC, JPEG, PNG) is kept upright and as JPEG, without where, when and by which
        telephone it was taken, unless it is a record to be given; a PDF that a password locks is refused.
        A transfer that breaks leaves the document waiting: send the file again.
        """
        if uploads.is_form(request._request):
            row = actions.receive(pk, _of_form(request._request), size=None, **self.who)
        else:
            size = _length(request)
            row = actions.receive(pk, _pieces(request._request), size=size, **self.who)
        return Response(_shown(row))


class Release(Resource):
    """Records that whoever asked may read."""

    @described(tag=TAG, gives=DOCUMENT, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Let whoever asked read a record that was granted. Nothing takes it back."""
        return self.once(lambda: Response(_shown(actions.release(pk, **self.who))), required=False)


class Erasing(Resource):
    """What was added by mistake."""

    @described(tag=TAG, asks=actions.Erase, gives=DOCUMENT, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Delete the file of a document that was added by mistake. That it was here stays on record."""

        def act() -> Response:
            return Response(_shown(actions.erase(pk, body(request), **self.who)))

        return self.once(act, required=False)


class Downloads(Resource):
    """Leave to download a document."""

    @described(tag=TAG, gives=DOWNLOAD, status=201, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Ask for an address from which you alone can download a document for some minutes."""
        leave = actions.allow_download(pk, **self.who)
        shown = {
            "url": f"{API}/downloads/{leave.pk}",
            "expires_at": leave.expires_at.isoformat(),
        }
        return Response(shown, status=201)


class OneDownload(Resource):
    """A download."""

    content_negotiation_class = AnyMedia

    @described(
        tag=TAG,
        gives=None,
        media={RAW: "The file as it came; its media type is that of its content."},
        refused=(404, 409, 503),
    )
    def get(self, request: Call, pk: str) -> StreamingHttpResponse:
        """Download a document. Only the person who asked for the address can, until it runs out."""
        fetched = actions.fetch(pk, **self.who)
        row = fetched.document
        known = content.BY_NAME[row.type]
        headers = {
            "Content-Disposition": f'attachment; filename="document-{row.pk}.{known.ending}"',
            "Content-Length": str(row.size),
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        sending = Sending(fetched, self.actor)
        return StreamingHttpResponse(sending, content_type=known.media, headers=headers)


def _of_form(request: HttpRequest) -> Iterator[bytes]:
    try:
        return uploads.read(request).pieces
    except uploads.NotAForm:
        raise BadInput.one("/content", "Send a form with the file in it, whole.") from None


def _length(request: Call) -> int:
    """How many bytes are announced: without it nobody could tell a whole file from half of one."""
    if (request.content_type or "").partition(";")[0].strip().lower() != RAW:
        raise BadInput.one("/headers/Content-Type", f"Send the file itself, as {RAW}.")
    given = request.META.get("CONTENT_LENGTH") or ""
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise BadInput.one("/headers/Content-Length", "Say in Content-Length how long the file is.")
    return int(given)


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """The body as it arrives; what broke off ends early, and its length tells."""
    try:
        while piece := request.read(PIECE):
            yield piece
    except UnreadablePostError:
        return


def _content_url(row: Document) -> str:
    return f"{API}/documents/{row.pk}/content"


def _shown(row: Document) -> dict[str, Any]:
    facts, found = row.facts, row.content
    return {
        "id": str(row.pk),
        "sort": row.sort,
        "state": row.stage,
        "name": facts.name,
        "description": facts.description,
        "added_by": row.announced_by_name or "whoever asked",
        "announced_at": row.announced_at.isoformat(),
        "kept_at": row.kept_at.isoformat() if row.kept_at else None,
        "type": content.BY_NAME[row.type].media if row.type else None,
        "bytes": row.size,
        "sha256": found.sha256 if found else None,
        "released_at": row.released_at.isoformat() if row.released_at else None,
        "erased_because": row.erased.why if row.erased else None,
        "came_with": rules.came_with(row),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "content_url": _content_url(row),
    }
