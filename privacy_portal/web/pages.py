"""The few plain pages that stand until the journeys are built."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, whom it is for, and where to go."""
    return render(request, "landing.html", {"demo": settings.DEMO})


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "signed_out.html")


@require_safe
def password_changed(request: HttpRequest) -> HttpResponse:
    return render(request, "password_changed.html")
