"""Many lines at once, by a file: tried first or taken at once, with a report line by line."""

import io
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy_portal.api.intake import LARGEST, Csv, Ndjson
from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form, Line
from privacy_portal.pages.officer import base, bringing
from privacy_portal.pages.officer.model_brought import Brought
from privacy_portal.pages.officer.wording import moment
from privacy_portal.uploads import takes_a_file, upload_of
from requests_app.errors import BadInput
from requests_app.kinds.base import Nothing
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice

_MOST, _LISTED = 200, 10


class FileForm(Form):
    """A form of one file: what is wrong with it stands above and beside its field."""

    @property
    def summary(self) -> list[Line]:
        return [Line("#content", sentence) for sentence in self.general]


@takes_a_file
@base.office(Permission.RECORD_DISCLOSURE)
def bring(request: HttpRequest) -> HttpResponse:
    """Choose a file; what was brought before is listed below."""
    who, form = base.who(request), FileForm(Nothing)
    if request.method == "POST":
        try:
            row = bringing.begin(_lines(request), preview="preview" in request.POST, **who)
            return HttpResponseRedirect(reverse("office_brought", args=[row.pk]))
        except BadInput as refusal:
            form.general += [str(one.sentence) for one in refusal.problems]
    rows = Brought.objects.filter(account=who["actor"].id, ends_at__gt=who["now"])
    return base.shown(
        request,
        "intake",
        status=422 if form.wrong else 200,
        heading=_("Bring in many lines"),
        form=form,
        table=_table(list(rows.order_by("-made_at", "-id")[:_LISTED])),
        back=reverse("office_registers"),
    )


def _lines(request: HttpRequest) -> list[object]:
    """The lines of the file, by its ending: CSV with a heading, else an object a line."""
    found = upload_of(request)
    content = bytearray()
    for piece in found.pieces:
        content += piece
        if len(content) > LARGEST:
            raise BadInput.one(
                "/content", _("The file must be 16 megabytes or less. Bring it in parts.")
            )
    parser = Csv() if found.name.lower().endswith(".csv") else Ndjson()
    lines: list[object] = parser.parse(io.BytesIO(bytes(content)))["lines"]
    return lines


def _table(rows: list[Brought]) -> parts.Table:
    zone = practice.zone()
    lines = [
        [
            parts.Cell(
                f"{moment(row.made_at, zone)}, {str(row.pk)[:4]}",
                href=reverse("office_brought", args=[row.pk]),
            ),
            parts.Cell(_("Tried only") if row.preview else _("To be taken")),
            parts.Cell("", tag=_state(row)),
            parts.Cell(str(row.lines), number=True),
        ]
        for row in rows
    ]
    columns = [_("Brought in"), _("How"), _("State"), _("Lines")]
    return parts.Table("brought", _("What you brought in"), columns, lines, _("Nothing yet."))


def _state(row: Brought) -> parts.Tag:
    if row.reason:
        return parts.Tag(_("Given up"), parts.Tone.LATE)
    if row.ended_at is None:
        return parts.Tag(_("Waiting"), parts.Tone.WAITING)
    return parts.Tag(_("Done"), parts.Tone.GOOD)


@base.office(Permission.RECORD_DISCLOSURE)
def brought(request: HttpRequest, pk: str) -> HttpResponse:
    """How far it is, and the report line by line."""
    row = bringing.one(pk, **base.who(request))
    report, waiting = bringing.report_of(row), row.ended_at is None
    refused = [_refused(one) for one in report["refused"][:_MOST]]
    columns = [_("Line"), _("Key"), _("What to put right")]
    caption = ngettext(
        "%(n)d line to be put right", "%(n)d lines to be put right", len(report["refused"])
    )
    return base.shown(
        request,
        "brought",
        heading=_("Lines that were tried") if row.preview else _("Lines that were brought in"),
        waiting=waiting,
        state=_state(row),
        reason=row.reason,
        percent=report["done"] * 100 // row.lines,
        done=report["done"],
        lines=row.lines,
        facts=_facts(row, report),
        table=parts.Table(
            "refused", caption % {"n": len(report["refused"])}, columns, refused, _("None.")
        ),
        left=len(report["refused"]) - len(refused),
        preview=row.preview,
        back=reverse("office_intake"),
    )


def _facts(row: Brought, report: dict[str, Any]) -> list[tuple[str, str]]:
    taken = _("Would be taken") if row.preview else _("Taken")
    sorts = ", ".join(
        f"{sort.replace('_', ' ')}: {count}" for sort, count in sorted(report["sorts"].items())
    )
    return [
        (_("Lines in the file"), str(row.lines)),
        (taken, str(report["taken"])),
        (_("Known already"), str(report["already"])),
        (_("To be put right"), str(len(report["refused"]))),
        (_("Sorts"), sorts or "–"),
    ]


def _refused(one: dict[str, Any]) -> list[parts.Cell]:
    said = " ".join(f"{field}: {words}" if field else words for field, words in one["problems"])
    return [parts.Cell(str(one["line"])), parts.Cell(one["key"] or "–"), parts.Cell(said)]
