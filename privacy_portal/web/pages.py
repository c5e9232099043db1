"""The few plain pages that stand until the journeys are built."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, whom it is for, and where to go."""
    return render(request, "landing.html", {"look_around": _places() is not None})


@require_safe
def look_around(request: HttpRequest) -> HttpResponse:
    """Where the stories of the demo can be looked at. Anywhere else there is no such page."""
    places = _places()
    if places is None:
        raise Http404
    page: Any = import_module("privacy_portal.demo.look_around")
    return page.shown(request, places)  # type: ignore[no-any-return]


def _places() -> Any:
    """The demo's, or None. A clinic's service never loads anything of the demo."""
    if not settings.DEMO:
        return None
    return import_module("privacy_portal.demo.places").of_demo()


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "signed_out.html")


@require_safe
def password_changed(request: HttpRequest) -> HttpResponse:
    return render(request, "password_changed.html")
