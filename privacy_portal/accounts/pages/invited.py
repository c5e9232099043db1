"""Whoever was invited chooses a password, and is signed in as far as the second step.

The link's secret goes into the session at once and out of the address: it stands in no history, and
no later page tells it to another.
"""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit import clock
from privacy_portal.accounts import invitations, refusals
from privacy_portal.accounts.adapter import TOO_MANY
from privacy_portal.accounts.model_users import User
from privacy_portal.accounts.pages.forms import NewPasswordForm
from privacy_portal.network import client_address
from privacy_portal.web import errors as error_pages
from requests_app.errors import BadInput

_ROW = "invitation"


@require_http_methods(["GET", "HEAD"])
def arrive(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    """The link itself. It may be followed by a program that looks at mail: nothing is used up."""
    request.session[_ROW] = [str(pk), secret]
    return HttpResponseRedirect(reverse("invited"))


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The password of a new account."""
    held = request.session.get(_ROW)
    if held is None:
        return _over(request)
    row, secret, source = UUID(held[0]), held[1], client_address(request)
    try:
        if not invitations.is_open(row, secret, source=source, now=clock.now()):
            return _over(request)
    except refusals.TooManyAttempts:
        return error_pages.too_many(request)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = _accepted(request, form, row, secret)
        if user is not None:
            del request.session[_ROW]
            answer: HttpResponse = perform_login(request, Login(user=user))
            return answer
    return render(request, "account/invited.html", {"form": form})


def _accepted(request: HttpRequest, form: NewPasswordForm, row: UUID, secret: str) -> User | None:
    password = form.cleaned_data["password"]
    try:
        return invitations.accept(
            row, secret, password, source=client_address(request), now=clock.now()
        )
    except BadInput as weak:
        for problem in weak.problems:
            form.refuse("password", problem.sentence)
    except refusals.TooManyAttempts:
        form.refuse("password", TOO_MANY)
    return None


def _over(request: HttpRequest) -> HttpResponse:
    """The same words for a link that was used, ran out, was followed by another, or never was."""
    request.session.pop(_ROW, None)
    facts = {
        "title": _("This link opens nothing any more"),
        "words": _(
            "An invitation works once, for three days, and the newest one alone. Ask whoever runs this"
            " service at your practice to send you another, or sign in if you have chosen a password."
        ),
    }
    return render(request, "account/invitation_over.html", facts, status=410)
