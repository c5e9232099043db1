"""The second step: shown while signing in, set up and taken away afterwards."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from audit import clock
from privacy_portal.accounts import factors, passkeys, refusals, sessions
from privacy_portal.accounts.access import before_second_step
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.adapter import TOO_MANY
from privacy_portal.accounts.model_users import User
from privacy_portal.accounts.pages.forms import AppCodeForm, CodeForm, OwnPasswordForm, PageForm
from privacy_portal.network import client_address
from requests_app.errors import NotFound

WRONG = _("Enter the code that the app shows now, or a recovery code not used before.")
WRONG_APP = _("Enter the code that the app shows now. Check that the app's clock is right.")
WRONG_KEY = _("The passkey did not answer. Try again, or use a code.")
_APP = "app_being_set_up"
View = Callable[..., HttpResponse]


def _confirmed(view: View) -> View:
    """What protects an account is changed only shortly after its password was typed."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if sessions.is_confirmed(request.session, clock.now()):
            return view(request, *args, **kwargs)
        here = reverse("second_step")
        return HttpResponseRedirect(f"{reverse('account_confirm')}?{urlencode({'next': here})}")

    return checked


# --- while signing in ------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def challenge(request: HttpRequest) -> HttpResponse:
    """A code of the app, a recovery code, or a passkey, after password or mailed code."""
    user: User = request._login_stage.login.user  # type: ignore[attr-defined]
    kinds = {one.kind for one in factors.of(user.pk)}
    signed = request.POST.get("credential", "")
    form = CodeForm(request.POST if request.method == "POST" and not signed else None)
    if signed and _signed(user, signed):
        return _through(request)
    if form.is_bound and form.is_valid() and _right(request, form, user):
        return _through(request)
    has_key = factors.Kind.WEBAUTHN in kinds
    facts = {
        "form": form,
        "key_error": WRONG_KEY if signed else "",
        "has_app": factors.Kind.TOTP in kinds,
        "options": json.dumps(passkeys.begin_showing(user)) if has_key else "",
    }
    return render(request, "account/second_step_challenge.html", facts)


def _right(request: HttpRequest, form: PageForm, user: User) -> bool:
    code, source = form.cleaned_data["code"], client_address(request)
    try:
        if factors.accepts(user, code, source=source, now=clock.now()):
            return True
        form.refuse("code", WRONG)
    except refusals.TooManyAttempts:
        form.refuse("code", TOO_MANY)
    return False


def _signed(user: User, text: str) -> bool:
    try:
        return passkeys.accepts(user, json.loads(text))
    except ValueError:
        return False


def _through(request: HttpRequest) -> HttpResponse:
    request.session[sessions.SECOND_STEP] = True
    answer: HttpResponse = request._login_stage.exit()  # type: ignore[attr-defined]
    return answer


# --- setting up and taking away ----------------------------------------------------------------------
@before_second_step
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    """Which there are, and what can be set up; where staff begin who have none."""
    user = _user(request)
    facts = {
        "factors": factors.of(user.pk),
        "codes_left": factors.unused(user.pk),
        "mandatory": factors.mandatory_for(user),
        "passkeys": passkeys.possible(),
    }
    return render(request, "account/second_step.html", facts)


@before_second_step
@require_http_methods(["GET", "HEAD", "POST"])
@_confirmed
def add_app(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: its secret as a picture and as letters, then its first code."""
    _refuse_half(request)
    user = _user(request)
    form = AppCodeForm(request.POST if request.method == "POST" else None)
    reference = request.session.get(_APP)
    if reference is None or not factors.is_kept(reference):
        reference = request.session[_APP] = factors.begin_app()
    if form.is_bound and form.is_valid():
        by = {"actor": actor_for(user, via="session"), "now": clock.now()}
        if factors.add_app(user, reference, form.cleaned_data["code"], **by):
            del request.session[_APP]
            return _set_up(request)
        form.refuse("code", WRONG_APP)
    secret = factors.kept(reference)
    address = get_adapter().build_totp_url(user, secret)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    facts = {"form": form, "secret": groups, "picture": picture(address), "address": address}
    return render(request, "account/second_step_app.html", facts)


@before_second_step
@require_http_methods(["GET", "HEAD", "POST"])
@_confirmed
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Set up a passkey: the browser makes it, the public key comes here."""
    _refuse_half(request)
    user, error = _user(request), ""
    if request.method == "POST":
        actor = actor_for(user, via="session")
        if passkeys.set_up(user, _read(request.POST.get("credential", "")), actor=actor):
            return _set_up(request)
        error = str(_("The passkey was not made. Try again, or set up an app instead."))
    options = json.dumps(passkeys.begin_setting_up(user)) if passkeys.possible() else ""
    return render(request, "account/second_step_passkey.html", {"options": options, "error": error})


@require_http_methods(["GET", "HEAD", "POST"])
@_confirmed
def remove(request: HttpRequest, factor: int) -> HttpResponse:
    """Ask, then take one away."""
    user = _user(request)
    held = next((one for one in factors.of(user.pk) if one.id == factor), None)
    if held is None:
        return HttpResponseRedirect(reverse("second_step"))
    last = len(factors.of(user.pk)) == 1 and factors.mandatory_for(user)
    if request.method == "POST" and not last:
        factors.remove(user, factor, actor=actor_for(user, via="session"))
        return HttpResponseRedirect(reverse("second_step"))
    return render(request, "account/second_step_remove.html", {"factor": held, "last": last})


# --- recovery codes ----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@_confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes, until their owner says that they are kept."""
    user = _user(request)
    if request.method == "POST":
        factors.written_down(user.pk)
        return HttpResponseRedirect(reverse("landing"))
    facts = {"codes": factors.to_write_down(user.pk), "left": factors.unused(user.pk)}
    return render(request, "account/recovery_codes.html", facts)


@require_POST
@_confirmed
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones in place of those there are."""
    user = _user(request)
    if factors.enrolled(user.pk):
        factors.renew_recovery(user, actor=actor_for(user, via="session"))
    return HttpResponseRedirect(reverse("recovery_codes"))


# --- the password again ------------------------------------------------------------------------------
@before_second_step
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password once more, before what protects the account is changed."""
    user = _user(request)
    form = OwnPasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and form.is_valid() and _is_owner(request, form, user):
        sessions.confirm(request.session, clock.now())
        return HttpResponseRedirect(reverse("second_step"))
    return render(request, "account/confirm.html", {"form": form})


def _is_owner(request: HttpRequest, form: OwnPasswordForm, user: User) -> bool:
    source, name = client_address(request), f"password of {user.pk}"
    try:
        refusals.check(source, name, now=clock.now())
    except refusals.TooManyAttempts:
        form.refuse("password", TOO_MANY)
        return False
    if form.is_right():
        return True
    refusals.note(source, what="sign_in", name=name)
    form.refuse("password", _("Enter the password you use now."))
    return False


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code as the path of an SVG: one unit a square, with the quiet zone around."""

    size: int
    path: str


def picture(text: str) -> Picture:
    """The picture of a text."""
    import qrcode  # It brings all that draws photographs; a start needs none of it.

    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return Picture(len(rows), path)


def _refuse_half(request: HttpRequest) -> None:
    """Whoever has a second step adds another only after showing it."""
    user = _user(request)
    if factors.enrolled(user.pk) and not request.session.get(sessions.SECOND_STEP):
        raise NotFound


def _set_up(request: HttpRequest) -> HttpResponse:
    request.session[sessions.SECOND_STEP] = True
    request.session.cycle_key()
    user = _user(request)
    fresh = bool(factors.to_write_down(user.pk))
    return HttpResponseRedirect(reverse("recovery_codes" if fresh else "second_step"))


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _user(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]
    return user
