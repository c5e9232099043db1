"""Stop lists: whom an outside sender must not write to, given out as a file. Giving is an entry."""

import io
import zipfile
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, offered
from privacy_portal.pages.officer.wording import moment
from requests_app import selectors
from requests_app.actions import stop_lists
from requests_app.actions.stop_lists import Given, GiveStopList
from requests_app.errors import BadInput, NotFound
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice
from requests_app.standing.opt_outs import Sending

_MEDIA = {
    stop_lists.Form.CSV: "text/csv; charset=utf-8",
    stop_lists.Form.NDJSON: "application/x-ndjson",
}


@base.office(Permission.GIVE_STOP_LISTS)
def listed(request: HttpRequest) -> HttpResponse:
    """The newest list of each thing that is sent."""
    zone = practice.zone()
    lines = [
        [
            parts.Cell(
                str(Sending(row.sending).label), href=reverse("office_stop_list", args=[row.pk])
            ),
            parts.Cell(moment(row.made_at, zone)),
            parts.Cell(str(row.count), number=True),
        ]
        for row in stop_lists.listed(base.actor_of(request))
    ]
    columns = [_("What is sent"), _("Made"), _("Patients on it")]
    empty = _(
        "None was made yet. They are made once a day, from the first day with an open site on."
    )
    table = parts.Table("lists", _("The newest list of each"), columns, lines, empty)
    says = _("Take today's list before every sending: whoever stands on it is not written to.")
    back = reverse("office_registers")
    return base.shown(
        request, "sections", heading=_("Stop lists"), says=says, table=table, back=back
    )


@base.office(Permission.GIVE_STOP_LISTS)
def give(request: HttpRequest, pk: str) -> HttpResponse:
    """One list: in which form, for whom; the answer is the file."""
    who, form = base.who(request), Form(GiveStopList)
    wanted = selectors.uuid_or_not_found(pk)
    row = next((one for one in stop_lists.listed(who["actor"]) if one.pk == wanted), None)
    if row is None:
        raise NotFound
    if request.method == "POST":
        form.read(request.POST)
        try:
            return _file(stop_lists.give(pk, form.raw(), **who))
        except BadInput as refusal:
            form.refuse(refusal)
    return base.shown(
        request,
        "stop_list",
        status=422 if form.wrong else 200,
        heading=_("Stop list: %s") % Sending(row.sending).label,
        made=moment(row.made_at, practice.zone()),
        count=row.count,
        form=form,
        fields=offered.fields(form, now=who["now"]),
        back=reverse("office_stop_lists"),
    )


def _file(given: Given) -> HttpResponse:
    """The list as it is; with tokens, one archive of the list and the key they are made with."""
    row = given.row
    name = f"stop-{row.sending}-{row.made_on}"
    content, ending, media = given.content, given.form.value, _MEDIA[given.form]
    if given.key:
        content, ending, media = _with_key(given, name), "zip", "application/zip"
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return HttpResponse(content, content_type=media, headers=headers)


def _with_key(given: Given, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.{given.form.value}", given.content)
        archive.writestr("key.txt", f"{given.key}\n")
    return out.getvalue()
