"""Looking a request up without an account: reference and date of birth, then the code that was sent.

A miss is answered in the words of a hit: which it was, only the message tells that comes or does not.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import clock
from privacy_portal.accounts import looking_up, refusals
from privacy_portal.accounts.adapter import TOO_MANY
from privacy_portal.accounts.pages.mailed import WRONG
from privacy_portal.network import client_address
from privacy_portal.pages.door import page
from privacy_portal.pages.forms import Form
from privacy_portal.pages.patient import asker
from requests_app import questions
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput
from requests_app.looked_up import LookUp
from requests_app.permissions import Permission, may
from requests_app.practice import selectors as practice
from requests_app.questions import text

_ROW = "look_up_code"


@dataclass(frozen=True)
class EnterCode:
    """The code out of the message."""

    one_time_code: str = text(name="the code", question="Code", max_length=40, example="ABCD-2345")


@page
def ask(call: HttpRequest) -> HttpResponse:
    """Which request, and who was born when."""
    if call.user.is_authenticated:
        return _home(call)
    form = Form(LookUp)
    if call.method == "POST":
        form.read(call.POST)
        if _asked(call, form):
            return redirect("look_up_code")
    facts = {"form": form, "title": _("See how your request stands"), "back": reverse("landing")}
    return render(call, "patient/look_up.html", facts)


def _asked(call: HttpRequest, form: Form) -> bool:
    now = clock.now()
    try:
        today = day_of(now, practice.zone())
        typed = questions.parse(LookUp, form.raw(), at="", today=today)
        row = looking_up.ask(typed, source=client_address(call), now=now)
    except BadInput as refusal:
        form.refuse(refusal)
        return False
    except refusals.TooManyAttempts:
        form.refuse_one("reference", str(TOO_MANY))
        return False
    call.session[_ROW] = str(row)
    return True


@page
def code(call: HttpRequest) -> HttpResponse:
    """The code that was sent, if one was."""
    row = call.session.get(_ROW)
    if row is None or call.user.is_authenticated:
        return redirect("look_up")
    form = Form(EnterCode)
    if call.method == "POST":
        form.read(call.POST)
        reference = _opened(call, form, UUID(row))
        if reference:
            return redirect("my_request", reference)
    facts = {"form": form, "title": _("Enter the code we sent"), "back": reverse("look_up")}
    return render(call, "patient/look_up_code.html", facts)


def _opened(call: HttpRequest, form: Form, row: UUID) -> str:
    """The reference that was opened to this browser; else the form says what to do."""
    now = clock.now()
    try:
        typed = questions.parse(EnterCode, form.raw(), at="", today=now.date())
        request = looking_up.enter(row, typed.one_time_code, source=client_address(call), now=now)
    except BadInput as refusal:
        form.refuse(refusal)
        return ""
    except refusals.TooManyAttempts:
        form.refuse_one("one_time_code", str(TOO_MANY))
        return ""
    if request is None:
        form.refuse_one("one_time_code", str(WRONG))
        return ""
    del call.session[_ROW]
    asker.let_read(call, request, now=now)
    return request.reference


def _home(call: HttpRequest) -> HttpResponse:
    """Whoever is signed in has a list of their own."""
    own = may(call.actor, Permission.FILE_OWN)  # type: ignore[attr-defined]
    return redirect("my_requests" if own else "landing")
