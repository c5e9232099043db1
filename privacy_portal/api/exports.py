"""Exports: asked for, written by the worker, fetched while they last."""

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.models import Export, ExportState
from privacy_portal.api.presenters import API
from privacy_portal.api.schemas import INSTANT, TEXT, WHOLE, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from privacy_portal.exports import asked, files, jobs
from privacy_portal.exports.forms import MEDIA
from privacy_portal.exports.sources import SOURCES
from requests_app import questions, selectors
from requests_app.permissions import Permission, require

EXPORT = an_object(
    id=TEXT,
    register=like({"enum": list(SOURCES)}, "disclosures"),
    format=like({"enum": [one.value for one in asked.Format]}, "csv"),
    state=like({"enum": [one.value for one in ExportState]}, "ready"),
    filter={"type": "object", "examples": [{"since": "2020-01-01"}]},
    whom=like({"enum": [one.value for one in asked.Whom]}, "own_auditor"),
    for_whom={"type": "object", "examples": [{"name": "Audra Auditor"}]},
    asked_by=TEXT,
    started_at=INSTANT,
    rows=WHOLE,
    rows_expected=maybe("integer"),
    lines=WHOLE,
    first=TEXT,
    last=TEXT,
    tree_head=like(TEXT, "not sealed yet"),
    size=maybe("integer"),
    sha256=TEXT,
    reason=like(TEXT, ""),
    ended_at=maybe("string", format="date-time"),
    expires_at=maybe("string", format="date-time"),
    file_url=maybe("string"),
)


class AnyMedia(BaseContentNegotiation):
    """The file has the form that was asked for; a problem is a problem document whatever is accepted."""

    def select_parser(self, request: Call, parsers: Any) -> Any:
        wanted = (request.content_type or "").partition(";")[0].strip()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request: Call, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Exports(Resource):
    """The exports of one register."""

    register: str

    def started(self, request: Call) -> Response:
        """Ask for one."""

        def act() -> Response:
            export = jobs.start(self.register, body(request), **self.who)
            headers = {"Location": f"{API}/exports/{export.pk}"}
            return Response(_shown(export), status=201, headers=headers)

        return self.once(act)


def _exports(register: str, words: str) -> type[Exports]:
    """A resource of its own for each register, so that each names what it asks."""
    asks = SOURCES[register].asks
    example = questions.example(asks)
    worked = {
        name: value
        for name, value in example.items()
        if name not in {"patient", "recipient", "basis", "accountable", "facet", "value", "kind"}
    }
    describe = described(
        tag="exports",
        asks=asks,
        asked={words: worked},
        gives=EXPORT,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
        name=f"exports_{register}",
        summary=words,
    )

    def post(self: Exports, request: Call) -> Response:
        return self.started(request)

    post.__doc__ = (
        f"{words}.\n\nThe worker writes it, never cut; its progress and then its digest stand under "
        "the address in `Location`. It says for whom it is, or it does not start: for an oversight "
        "agency or the Secretary every patient's accounting gets a line (45 CFR 164.528)."
    )
    return type(f"Exports_{register}", (Exports,), {"register": register, "post": describe(post)})


Disclosures = _exports("disclosures", "Export the disclosure log")
Requests = _exports("requests", "Export the requests")
Log = _exports("log", "Export the audit log")


class OneExport(Resource):
    """One export."""

    @described(tag="exports", gives=EXPORT, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read how far an export is, and what went out.

        The filter, for whom, the number of lines, the first and the last of them, the digest, and the
        newest signed head of the log at its end.
        """
        require(self.actor, Permission.EXPORT_DISCLOSURES)
        found = Export.objects.filter(pk=selectors.uuid_or_not_found(pk))
        return Response(_shown(selectors.one(found)))


class ExportFile(Resource):
    """The file."""

    content_negotiation_class = AnyMedia

    @described(
        tag="exports",
        gives=None,
        refused=(404, 409),
        media={
            "text/csv": "seq,id,recorded_at\r\n",
            "application/x-ndjson": '{"end":{"count":0}}\n',
            MEDIA[asked.Format.XLSX]: "a workbook",
            MEDIA[asked.Format.PDF]: "a document",
        },
    )
    def get(self, request: Call, pk: str) -> StreamingHttpResponse:
        """Fetch the file. Only who asked for it can, for twenty-four hours."""
        require(self.actor, Permission.EXPORT_DISCLOSURES)
        export, content = files.opened(pk, **self.who)
        form = asked.Format(export.format)
        name = f"{export.register}-{export.pk}.{form.value}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(export.size),
        }
        return StreamingHttpResponse(content, content_type=MEDIA[form], headers=headers)


def _shown(export: Export) -> dict[str, Any]:
    ready = export.stage == ExportState.READY
    return {
        "id": str(export.pk),
        "register": export.register,
        "format": export.format,
        "state": export.stage,
        "filter": export.asked.filter,
        "whom": export.whom,
        "for_whom": {name: said for name, said in export.asked.for_whom.items() if said},
        "asked_by": export.asked_by,
        "started_at": export.started_at.isoformat(),
        "rows": export.rows,
        "rows_expected": export.rows_expected,
        "lines": export.lines,
        "first": export.first,
        "last": export.last,
        "tree_head": export.head,
        "size": export.size,
        "sha256": export.sha256,
        "reason": export.reason,
        "ended_at": export.ended_at.isoformat() if export.ended_at else None,
        "expires_at": export.expires_at.isoformat() if export.expires_at else None,
        "file_url": f"{API}/exports/{export.pk}/file" if ready else None,
    }
