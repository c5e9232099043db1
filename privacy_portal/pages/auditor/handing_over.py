"""Chosen entries of the log, handed over with their proofs: chosen, said why and for whom, fetched."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from audit import reading
from privacy_portal.api.asked_of_log import MOST, AskBundle
from privacy_portal.exports import bundles
from privacy_portal.exports.bundles import File
from privacy_portal.pages.auditor.verification import key_text
from privacy_portal.pages.door import actor_of, page, who
from privacy_portal.pages.forms import Form
from requests_app import questions
from requests_app.errors import BadInput, NotFound, NotNow
from requests_app.log_readers import require_whole_log


@page
def hand_over(call: HttpRequest) -> HttpResponse:
    """Which entries, why and for whom; then the file, or when it will be there."""
    require_whole_log(actor_of(call))
    form, status, unsigned = Form(AskBundle), 200, 0
    if call.method == "POST":
        form.read(call.POST)
        if not form.changes_rows(call.POST):
            status, file = _asked(call, form)
            if file is not None:
                return file.response()
    else:
        places = _places(call.GET.getlist("entry"))
        unsigned = places.count(None)
        form.fill({"entries": [{"index": place} for place in places if place is not None]})
    facts = {
        "form": form,
        "waits": status == 202,
        "unsigned": unsigned,
        "key": key_text(),
        "back": reverse("audit_log"),
    }
    return render(call, "audit/hand_over.html", facts, status=status)


def _asked(call: HttpRequest, form: Form) -> tuple[int, File | None]:
    """The file, or none and the status that says why."""
    given = who(call)
    try:
        asked = questions.parse(AskBundle, form.raw(), at="", today=given["now"].date())
        made = bundles.hand_over(asked, **given)
    except BadInput as refusal:
        form.refuse(refusal)
        return 422, None
    except NotNow as refusal:
        form.general.append(refusal.sentence)
        return 409, None
    return (200, made) if made else (202, None)


def _places(eids: list[str]) -> list[int | None]:
    """Where these entries stand in the log; None for one that waits for its place."""
    try:
        return [reading.sealed(UUID(eid)).index for eid in eids[:MOST]]
    except (ValueError, LookupError):
        raise NotFound from None
