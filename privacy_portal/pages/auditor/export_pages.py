"""Exports: asked for, prepared by the worker while one may go away, fetched while they last."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import clock
from privacy_portal.api.models import Export, ExportState
from privacy_portal.exports import asked, claims, files, jobs
from privacy_portal.exports.forms import MEDIA
from privacy_portal.exports.sources import SOURCES
from privacy_portal.pages.door import actor_of, needs, page, who
from privacy_portal.pages.forms import Form
from privacy_portal.pages.once import once
from privacy_portal.pages.parts import Cell, SummaryRow, Table, Tag, Tone, local
from requests_app import selectors
from requests_app.errors import BadInput, NotFound
from requests_app.log_readers import reads_whole_log
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice

#: What each register is called on these pages.
TITLES = {
    "disclosures": gettext_lazy("Export the disclosure log"),
    "requests": gettext_lazy("Export the requests"),
    "log": gettext_lazy("Export the audit log"),
}
_STATES = {
    ExportState.WAITING: Tag(gettext_lazy("Waiting"), Tone.WAITING),
    ExportState.WRITING: Tag(gettext_lazy("Being written"), Tone.OPEN),
    ExportState.ENDING: Tag(gettext_lazy("Being finished"), Tone.OPEN),
    ExportState.READY: Tag(gettext_lazy("Ready"), Tone.GOOD),
    ExportState.FAILED: Tag(gettext_lazy("Failed"), Tone.LATE),
    ExportState.EXPIRED: Tag(gettext_lazy("Expired"), Tone.NEUTRAL),
}
LISTED = 25


@page
@needs(Permission.EXPORT_DISCLOSURES)
def exports(call: HttpRequest) -> HttpResponse:
    """What one has asked for, the newest first, and what can be asked for."""
    rows = Export.objects.filter(asked_by=actor_of(call).id).order_by("-started_at", "id")
    links = [(reverse("audit_export_ask", args=[name]), words) for name, words in TITLES.items()]
    facts = {
        "table": _table(list(rows[:LISTED])),
        "ask": links,
        "may_hand_over": reads_whole_log(actor_of(call)),
    }
    return render(call, "audit/exports.html", facts)


def _table(rows: list[Export]) -> Table:
    zone = practice.zone()
    cells = [
        (
            Cell(f"{local(row.started_at, zone):%Y-%m-%d %H:%M:%S}", href=_address(row)),
            Cell(SOURCES[row.register].title, under=asked.Format(row.format).label),
            Cell("", tag=_state(row)),
            Cell(f"{row.lines:,}", number=True),
        )
        for row in rows
    ]
    columns = (_("Asked for"), _("What"), _("State"), _("Lines"))
    return Table("exports", _("Your exports"), columns, cells, empty=_("You have asked for none."))


@page
@needs(Permission.EXPORT_DISCLOSURES)
def ask(call: HttpRequest, register: str) -> HttpResponse:
    """Which lines, in which form, for whom."""
    if register not in SOURCES:
        raise NotFound
    form = Form(SOURCES[register].asks)
    if call.method == "POST":
        form.read(call.POST)
        try:
            return once(call, lambda: _started(call, register, form), caller=actor_of(call).id)
        except BadInput as refusal:
            form.refuse(refusal)
    facts = {"form": form, "title": TITLES[register], "back": reverse("audit_exports")}
    return render(call, "audit/export_ask.html", facts)


def _started(call: HttpRequest, register: str, form: Form) -> str:
    return _address(jobs.start(register, form.raw(), **who(call)))


def _address(row: Export) -> str:
    return reverse("audit_export", args=[row.pk])


@page
@needs(Permission.EXPORT_DISCLOSURES)
def export(call: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is; at the end the file, its digest, and the head of the log it was made under."""
    row = selectors.one(Export.objects.filter(pk=pk, asked_by=actor_of(call).id))
    waiting = row.stage in claims.OPEN
    facts: dict[str, Any] = {
        "export": row,
        "title": _heading(row),
        "waiting": waiting,
        "ready": row.stage == ExportState.READY,
        "rows": _facts(row),
        "size": filesizeformat(row.size or 0),
        "format": row.format.upper(),
        "state": _state(row),
        "percent": _percent(row),
        "back": reverse("audit_exports"),
    }
    return render(call, "audit/export.html", facts)


def _heading(row: Export) -> str:
    return {
        ExportState.READY: _("Your export is ready"),
        ExportState.FAILED: _("Your export was not written"),
        ExportState.EXPIRED: _("Your export is no longer kept"),
    }.get(_stage(row), _("We are preparing your export"))


def _stage(row: Export) -> ExportState:
    if row.stage == ExportState.READY and row.expires_at and row.expires_at <= clock.now():
        return ExportState.EXPIRED
    return ExportState(row.stage)


def _state(row: Export) -> Tag:
    return _STATES[_stage(row)]


def _percent(row: Export) -> int | None:
    """How much of what was counted is read; None where it was not counted."""
    if not row.rows_expected:
        return None
    return min(100, row.rows * 100 // row.rows_expected)


def _facts(row: Export) -> list[SummaryRow]:
    zone = practice.zone()
    said = [
        f"{name.replace('_', ' ')}: {value}" for name, value in sorted(row.asked.filter.items())
    ]
    whom = asked.Whom(row.whom)
    return [
        SummaryRow(_("What"), [SOURCES[row.register].title]),
        SummaryRow(_("Filter"), said or [_("All of it")]),
        SummaryRow(_("For whom"), [str(whom.label), row.asked.for_whom.get("name", "")]),
        SummaryRow(_("Asked for"), [f"{local(row.started_at, zone):%Y-%m-%d %H:%M:%S}"]),
        SummaryRow(_("Read so far"), [_read(row)]),
        SummaryRow(_("Lines in the file"), [f"{row.lines:,}"]),
        *_ended(row, zone),
    ]


def _read(row: Export) -> str:
    if row.rows_expected is None:
        return f"{row.rows:,}"
    return _("%(read)s of %(all)s") % {"read": f"{row.rows:,}", "all": f"{row.rows_expected:,}"}


def _ended(row: Export, zone: str) -> list[SummaryRow]:
    if row.reason:
        return [SummaryRow(_("Why"), [row.reason])]
    if row.stage != ExportState.READY or row.expires_at is None:
        return []
    return [
        SummaryRow(_("SHA-256 of the file"), [row.sha256]),
        SummaryRow(_("Head of the log at its end"), [row.head]),
        SummaryRow(_("Kept until"), [f"{local(row.expires_at, zone):%Y-%m-%d %H:%M}"]),
    ]


@page
@needs(Permission.EXPORT_DISCLOSURES)
def file(call: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The bytes; fetching them is an entry of the log."""
    row, content = files.opened(str(pk), **who(call))
    form = asked.Format(row.format)
    name = f"{row.register}-{row.pk}.{form.value}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(row.size),
    }
    return StreamingHttpResponse(content, content_type=MEDIA[form], headers=headers)
