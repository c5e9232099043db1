"""The notice of privacy practices, for anybody: the version in force, and every older one."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import clock
from privacy_portal.pages.door import page
from privacy_portal.pages.parts import Cell, Table, short_day
from requests_app import selectors
from requests_app.deadlines.calendars import day_of
from requests_app.errors import NotFound
from requests_app.notices import selectors as notices
from requests_app.notices.models import NoticeVersion
from requests_app.practice import selectors as practice


@page
def in_force(call: HttpRequest) -> HttpResponse:
    """The version in force today, whole, and where the older ones are."""
    found = notices.in_force(on=_today())
    if found is None:
        raise NotFound
    return _shown(call, found, old=False)


@page
def version(call: HttpRequest, pk: UUID) -> HttpResponse:
    """One version, perhaps no longer in force."""
    found = selectors.one(NoticeVersion.objects.filter(pk=pk))
    now = notices.in_force(on=_today())
    return _shown(call, found, old=now is None or now.pk != found.pk)


def _shown(call: HttpRequest, found: NoticeVersion, *, old: bool) -> HttpResponse:
    facts = {
        "notice": found,
        "old": old,
        "table": _versions(),
        "back": reverse("notice") if old else "",
    }
    return render(call, "patient/notice.html", facts)


def _versions() -> Table:
    rows = NoticeVersion.objects.order_by("-effective_on")
    cells = [
        [
            Cell(
                _("In force from %(day)s") % {"day": short_day(row.effective_on)},
                href=reverse("notice_version", args=[row.pk]),
            ),
            Cell(short_day(row.published_on)),
        ]
        for row in rows
    ]
    return Table("versions", _("Every version"), [_("Version"), _("Published")], cells)


def _today() -> date:
    return day_of(clock.now(), practice.zone())
