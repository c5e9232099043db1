"""One's own requests: the list, where one stands, its letters and messages, and what one can do."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from audit import clock, receipts
from privacy_portal.api.reading import logged
from privacy_portal.pages.door import actor_of, needs, page, version_of
from privacy_portal.pages.door import who as signed_in
from privacy_portal.pages.forms import Form
from privacy_portal.pages.once import once
from privacy_portal.pages.patient import filed, status
from privacy_portal.pages.patient.asker import who
from requests_app import events, selectors
from requests_app.actions import documents, door, drafts
from requests_app.actions.messages import Write, write
from requests_app.errors import BadInput, NotFound, NotNow
from requests_app.permissions import Permission

#: What cannot be undone gets a page that says what will stop, before it is done.
GRAVE = {"withdraw"}


@page
@needs(Permission.FILE_OWN)
def requests(call: HttpRequest) -> HttpResponse:
    """My requests, newest first, and what I have begun to write."""
    given = signed_in(call)
    rows = selectors.visible_requests(given["actor"], now=given["now"])
    with logged(events.READ_REQUESTS, given["actor"]) as seen:
        shown = list(rows.select_related("site").order_by("-received_at", "-id")[:200])
        seen += [row.reference for row in shown]
    facts = {
        "away": selectors.moved_away(**given).values_list("reference", flat=True),
        "table": status.listed(shown, now=given["now"]),
        "drafts": [status.draft_line(one) for one in drafts.open_of(**given)],
    }
    return render(call, "patient/requests.html", facts)


@page
def request(call: HttpRequest, reference: str) -> HttpResponse:
    """Where one request stands."""
    return _shown(call, reference, Form(Write, only=("body",)))


def _shown(call: HttpRequest, reference: str, form: Form) -> HttpResponse:
    found = filed.read(reference, **who(call, reference))
    return render(
        call, "patient/request.html", status.facts(found, **who(call, reference)) | {"form": form}
    )


@page
def message(call: HttpRequest, reference: str) -> HttpResponse:
    """Write to the privacy office about a request."""
    form = Form(Write, only=("body",))
    if call.method != "POST":
        return redirect("my_request", reference)
    form.read(call.POST)
    try:
        return _once(call, lambda: write(reference, form.raw(), **who(call, reference)), reference)
    except BadInput as refusal:
        form.refuse(refusal)
        return _shown(call, reference, form)


def _once(call: HttpRequest, act: Any, reference: str) -> HttpResponse:
    def acted() -> str:
        act()
        return reverse("my_request", args=[reference])

    return once(call, acted, caller=who(call, reference)["actor"].id)


@page
def act(call: HttpRequest, reference: str, move: str) -> HttpResponse:
    """One of the things the asker can do: its own page, its questions, and what follows from it."""
    given = who(call, reference)
    found = filed.loaded(reference, **given)
    possible = {one.spec.name: one for one in door.possibilities(found, **given)}
    if move not in possible:
        raise NotFound
    if not possible[move].allowed:
        raise NotNow(possible[move].sentence, citation=possible[move].citation)
    spec = possible[move].spec
    form = Form(spec.asks, only=status.ASKED_OF_ASKER.get(move, ()))
    if call.method == "POST":
        form.read(call.POST)
        try:
            if not form.changes_rows(call.POST):
                door.act(reference, move, raw=form.raw(), version=version_of(call), **given)
                return redirect("my_request", reference)
        except BadInput as refusal:
            form.refuse(refusal)
    facts = {
        "form": form,
        "request": found,
        "title": status.move_title(spec),
        "grave": move in GRAVE,
        "version": found.version,
        "back": reverse("my_request", args=[reference]),
        "free_text": any(field.rows for field in form.fields),
    }
    return render(call, "patient/act.html", facts)


@page
def letter(call: HttpRequest, reference: str, pk: str) -> HttpResponse:
    """One letter, word for word; to be read here and printed."""
    found = filed.loaded(reference, **who(call, reference))
    wanted = selectors.one(found.letters.filter(pk=selectors.uuid_or_not_found(pk)))
    about = {"patient": found.patient_id, "request": found.reference}
    with logged(events.READ_LETTERS, who(call, reference)["actor"], **about) as seen:
        seen.append(str(wanted.pk))
    facts = {
        "letter": wanted.text,
        "row": wanted,
        "request": found,
        "back": reverse("my_request", args=[reference]),
    }
    return render(call, "patient/letter.html", facts)


@page
def receipt(call: HttpRequest, reference: str) -> HttpResponse:
    """The signed receipt of the filing, or a page that says when it will be there."""
    found = filed.loaded(reference, **who(call, reference))
    made = receipts.proof_of(found.status_rows.get(version=1).audit_eid)
    if made is None:
        return render(call, "patient/receipt_later.html", {"request": found}, status=202)
    answer = HttpResponse(made.content, content_type="text/plain; charset=utf-8")
    name = f"{found.reference}.tlog-proof"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@page
@needs(Permission.FILE_OWN)
def download(call: HttpRequest, reference: str, pk: str) -> HttpResponse:
    """Ask for a document; the address that answers works for this person and some minutes."""
    if call.method != "POST":
        return redirect("my_request", reference)
    leave = documents.allow_download(pk, actor=actor_of(call), now=clock.now())
    return HttpResponseRedirect(f"/api/v1/downloads/{leave.pk}", status=303)
