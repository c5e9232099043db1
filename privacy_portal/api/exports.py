"""Exports of the disclosure log: streamed while they are read, and what became of each."""

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal import exports
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.models import Export
from privacy_portal.api.presenters import API
from privacy_portal.api.schemas import (
    INSTANT,
    TEXT,
    an_object,
    maybe,
)
from privacy_portal.api.schemas import shaped as like
from requests_app import questions, selectors
from requests_app.permissions import Permission, require

_MEDIA = {
    exports.Format.CSV: "text/csv; charset=utf-8",
    exports.Format.NDJSON: "application/x-ndjson",
}
EXPORT = an_object(
    id=TEXT,
    format=like(TEXT, "csv"),
    since=maybe("string", format="date"),
    until=maybe("string", format="date"),
    asked_by=TEXT,
    started_at=INSTANT,
    ended_at=maybe("string", format="date-time"),
    whole=maybe("boolean"),
    lines=maybe("integer"),
    sha256=TEXT,
)


class AnyMedia(BaseContentNegotiation):
    """The body names the form of the file; a problem is a problem document whatever was accepted."""

    def select_parser(self, request: Call, parsers: Any) -> Any:
        asked = (request.content_type or "").partition(";")[0].strip()
        return next((parser for parser in parsers if parser.media_type == asked), None)

    def select_renderer(self, request: Call, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Exports(Resource):
    """The disclosure log as a file."""

    content_negotiation_class = AnyMedia

    @described(
        tag="exports",
        asks=exports.ExportDisclosures,
        gives=None,
        media={
            "text/csv": ",".join(exports.COLUMNS) + "\r\n",
            "application/x-ndjson": '{"end":{"count":0,"sha256":"e3b0c442…"}}\n',
        },
    )
    def post(self, request: Call) -> StreamingHttpResponse:
        """Export the disclosure log as CSV or NDJSON.

        Streamed and never cut. NDJSON ends with a line `{"end": {"count", "sha256"}}`, the digest
        being that of the bytes before it. A CSV file has no such line: the number of its lines and
        the digest of its bytes stand under the address in `Location`, and in the log. Each call is
        an export of its own, so an Idempotency-Key has no use here.
        """
        require(self.actor, Permission.EXPORT_DISCLOSURES)
        today = self.now.date()
        asked = questions.parse(exports.ExportDisclosures, body(request), at="", today=today)
        stream = exports.start(asked, **self.who)
        name = f"disclosures-{stream.export.pk}.{asked.format.value}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Location": f"{API}/exports/{stream.export.pk}",
        }
        return StreamingHttpResponse(stream, content_type=_MEDIA[asked.format], headers=headers)


class OneExport(Resource):
    """One export."""

    @described(tag="exports", gives=EXPORT, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read what became of an export.

        The filter, the number of lines, the digest, and whether the file went out to its end.
        """
        require(self.actor, Permission.EXPORT_DISCLOSURES)
        found = Export.objects.filter(pk=selectors.uuid_or_not_found(pk))
        return Response(_shown(selectors.one(found)))


def _shown(export: Export) -> dict[str, Any]:
    return {
        "id": str(export.pk),
        "format": export.format,
        "since": export.since.isoformat() if export.since else None,
        "until": export.until.isoformat() if export.until else None,
        "asked_by": export.asked_by,
        "started_at": export.started_at.isoformat(),
        "ended_at": export.ended_at.isoformat() if export.ended_at else None,
        "whole": export.whole,
        "lines": export.lines,
        "sha256": export.sha256,
    }
