"""What a disclosure of one record must carry with it, once its amendment was denied."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit import clock
from privacy_portal.api.amendments import WhatGoesAlong
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, wording
from requests_app import events, questions
from requests_app.errors import BadInput
from requests_app.people import selectors as people
from requests_app.permissions import Permission
from requests_app.standing import amendment_links


@base.office(Permission.ASK_CHECK)
def along(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask of one record, named as the practice does. Reading the papers is an entry of the log."""
    who, form = base.who(request), Form(WhatGoesAlong)
    row = people.one(pk, actor=who["actor"], permission=Permission.ASK_CHECK)
    asked, found = "", None
    if request.method == "POST":
        form.read(request.POST)
        try:
            raw = questions.parse(WhatGoesAlong, form.raw(), at="", today=clock.now().date())
            asked = raw.record
            with logged(events.READ_STANDING, who["actor"], patient=row.pk):
                found = amendment_links.linked_set(row.pk, asked, at=who["now"])
        except BadInput as refusal:
            form.refuse(refusal)
    zone = row.site.time_zone
    return base.shown(
        request,
        "along",
        status=422 if form.wrong else 200,
        heading=_("What must go along?"),
        whom=row.identity.full_name,
        pk=str(row.pk),
        form=form,
        asked=asked,
        found=found,
        verdict=parts.Tag(_("These go along"), parts.Tone.WAITING)
        if found
        else parts.Tag(_("Nothing goes along"), parts.Tone.GOOD),
        papers=[(one, wording.moment(one.at, zone)) for one in found.papers] if found else [],
    )
