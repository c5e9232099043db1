"""Papers that whoever asked sends after their request: who they are, for whom they act, what they mean.

They come after the filing, one thing a page: the clock runs already, and a file that does not arrive
takes nothing away. None of them is ever a condition of asking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit import clock
from audit.actors import Actor
from privacy_portal import uploads
from privacy_portal.accounts import refusals
from privacy_portal.api.reading import logged
from privacy_portal.network import client_address
from privacy_portal.pages.door import page
from privacy_portal.pages.files import FileForm, named, taken
from privacy_portal.pages.patient import filed
from privacy_portal.pages.patient.asker import is_visitor, who
from requests_app import events
from requests_app.actions import documents
from requests_app.documents import content, rules, selectors
from requests_app.documents.models import Document, Sort
from requests_app.errors import NotFound, NotNow
from requests_app.kinds.base import ENDED, Kind

Words = str | Promise
#: What one place can send without an account: a handful of papers, several times over.
MOST_SENT, SENT_WITHIN = 30, timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One thing that can be shown.

    name   its place in the address
    asks   whether it is asked for, of this request
    title  the page's h1, and the label of the field
    says   why, and what will do, in a few sentences
    """

    name: str
    sort: Sort
    asks: Callable[[Kind], bool]
    title: Words
    says: Words


def _who_it_is(request: Kind) -> bool:
    return "confirm_identity" in request.moves() and request.identity_confirmed_at is None


def _for_another(request: Kind) -> bool:
    return bool(request.filed.asker.on_behalf) and request.representative is None


def _of(*kinds: str) -> Callable[[Kind], bool]:
    return lambda request: request.kind in kinds


def _others(request: Kind) -> bool:
    return request.kind not in {"amendment", "complaint"}


PAPERS: tuple[Paper, ...] = (
    Paper(
        name="authority",
        sort=Sort.AUTHORITY,
        asks=_for_another,
        title=_("Add a paper that shows you may act for them"),
        says=_(
            "For example a power of attorney, a court order, or a birth certificate. With it we can "
            "answer you sooner. The time for our answer runs already."
        ),
    ),
    Paper(
        name="identity",
        sort=Sort.IDENTITY,
        asks=_who_it_is,
        title=_("Add a paper that shows who you are"),
        says=_(
            "For example a driver's license; cover what you do not want to show. You can also show "
            "it at the counter, or answer our questions on the telephone. We delete the picture "
            "once we know who you are."
        ),
    ),
    Paper(
        name="supporting",
        sort=Sort.CAME_IN,
        asks=_of("amendment"),
        title=_("Add a paper that supports the correction"),
        says=_("For example a letter of another doctor, or a report that has it right."),
    ),
    Paper(
        name="complaint",
        sort=Sort.CAME_IN,
        asks=_of("complaint"),
        title=_("Add something that shows what happened"),
        says=_("For example a letter or a picture. Nobody may treat you worse for it."),
    ),
    Paper(
        name="other",
        sort=Sort.CAME_IN,
        asks=_others,
        title=_("Add a paper that belongs to it"),
        says=_("For example a letter you wrote, a receipt, or a form you signed."),
    ),
)


def offered(request: Kind) -> list[dict[str, Any]]:
    """What can be shown of this request as it stands, each with its page."""
    return [
        {"href": reverse("my_paper", args=[request.reference, one.name]), "title": one.title}
        for one in asked_for(request)
    ]


def asked_for(request: Kind) -> list[Paper]:
    """What is asked for, of this request as it stands; the page of each takes nothing otherwise."""
    if request.state in ENDED:
        return []
    return [one for one in PAPERS if one.asks(request)]


@uploads.takes_a_file
@page
def add(call: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One file, then the same page again with what was added: for another, or to go on."""
    given = who(call, reference)
    request = filed.loaded(reference, **given)
    paper = _paper(request, name)
    form = FileForm(str(paper.title), hint=f"{paper.says} {taken()}")
    if call.method == "POST":
        _count(call, given["actor"])
        with form.refusing(call):
            upload = uploads.upload_of(call)
            raw = {"sort": paper.sort.value, "name": named(upload)}
            documents.add(reference, raw, upload.pieces, **given)
            return redirect("my_paper", reference, name)
    with logged(
        events.READ_DOCUMENTS, given["actor"], patient=request.patient_id, request=reference
    ) as seen:
        mine = sent(request, paper.sort, **given)
        seen += [str(row.pk) for row in mine]
    facts = {
        "form": form,
        "request": request,
        "paper": paper,
        "added": [line(row) for row in mine],
        "back": reverse("my_request", args=[reference]),
    }
    return render(call, "patient/paper.html", facts, status=form.status)


def _paper(request: Kind, name: str) -> Paper:
    """The paper that the page is for. Whoever had it open when the request ended reads why not."""
    found = next((one for one in asked_for(request) if one.name == name), None)
    if found is not None:
        return found
    if request.state in ENDED and any(one.name == name for one in PAPERS):
        raise NotNow(_("This request has ended, so no paper is needed for it any more."))
    raise NotFound


def sent(request: Kind, sort: Sort, *, actor: Actor, now: Any) -> list[Document]:
    """What this person sent of that sort, and is there."""
    rows = selectors.of_request(request, actor=actor, now=now)
    return [
        row
        for row in rows
        if row.sort == sort and rules.sent_by(row, actor) and row.kept_at and not row.ended_at
    ]


def line(row: Document) -> str:
    """A file in one line: its name, what it is kept as, how large."""
    kept_as = content.BY_NAME[row.type].words
    return f"{row.facts.name} ({kept_as}, {filesizeformat(row.size)})"


def _count(call: HttpRequest, actor: Actor) -> None:
    if is_visitor(actor):
        refusals.count(
            "papers", client_address(call), most=MOST_SENT, within=SENT_WITHIN, now=clock.now()
        )
