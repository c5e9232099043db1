"""Signing up, and signing in with a code: two short roads over the same page of the code."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from audit import clock
from privacy_portal.accounts import mailed, refusals
from privacy_portal.accounts.adapter import TOO_MANY
from privacy_portal.accounts.mailed import NewAccount
from privacy_portal.accounts.model_factors import Purpose
from privacy_portal.accounts.pages.forms import AddressForm, CodeForm, PageForm, SignUpForm
from privacy_portal.network import client_address
from requests_app.errors import BadInput

WRONG = _("Enter the code from the newest message. A code opens once, for fifteen minutes.")
_ROW, _NEXT = "mailed_code", "mailed_code_next"
Ask = Callable[[HttpRequest, dict[str, Any]], UUID]


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Where to send a code to."""
    return _asked(request, AddressForm, _ask_to_sign_in, "account/code_ask.html", "sign_in_code")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """The address and password of a new account."""
    return _asked(request, SignUpForm, _ask_to_sign_up, "account/sign_up.html", "sign_up_confirm")


@require_http_methods(["GET", "HEAD", "POST"])
def enter_sign_in(request: HttpRequest) -> HttpResponse:
    return _entered(request, Purpose.SIGN_IN, back="sign_in_by_code")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_sign_up(request: HttpRequest) -> HttpResponse:
    return _entered(request, Purpose.SIGN_UP, back="sign_up")


def _asked(
    request: HttpRequest, kind: type[PageForm], ask: Ask, template: str, following: str
) -> HttpResponse:
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _stored(request, form, ask):
        return HttpResponseRedirect(reverse(following))
    return render(request, template, {"form": form})


def _stored(request: HttpRequest, form: PageForm, ask: Ask) -> bool:
    """Whether a code is on its way; else the form says what to do."""
    try:
        row = ask(request, form.cleaned_data)
    except BadInput as bad:
        for problem in bad.problems:
            form.refuse(problem.field.lstrip("/"), problem.sentence)
        return False
    except refusals.TooManyAttempts:
        form.refuse("address", TOO_MANY)
        return False
    request.session[_ROW] = str(row)
    request.session[_NEXT] = get_next_redirect_url(request, "next")
    return True


def _ask_to_sign_in(request: HttpRequest, typed: dict[str, Any]) -> UUID:
    source = client_address(request)
    return mailed.ask_to_sign_in(typed["address"], source=source, now=clock.now())


def _ask_to_sign_up(request: HttpRequest, typed: dict[str, Any]) -> UUID:
    new = NewAccount(typed["address"], typed["password"])
    return mailed.ask_to_sign_up(new, source=client_address(request), now=clock.now())


def _entered(request: HttpRequest, purpose: Purpose, *, back: str) -> HttpResponse:
    row = request.session.get(_ROW)
    if row is None:
        return HttpResponseRedirect(reverse(back))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = _opened(request, form, UUID(row), purpose)
        if answer is not None:
            return answer
    signs_up = purpose is Purpose.SIGN_UP
    return render(
        request, "account/code_enter.html", {"form": form, "back": back, "signs_up": signs_up}
    )


def _opened(
    request: HttpRequest, form: CodeForm, row: UUID, purpose: Purpose
) -> HttpResponse | None:
    source, code = client_address(request), form.cleaned_data["code"]
    try:
        user = mailed.enter(row, code, purpose, source=source, now=clock.now())
    except refusals.TooManyAttempts:
        form.refuse("code", TOO_MANY)
        return None
    if user is None:
        form.refuse("code", WRONG)
        return None
    del request.session[_ROW]
    following = request.session.pop(_NEXT, None)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=following))
    return answer
