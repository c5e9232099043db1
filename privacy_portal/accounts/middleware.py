"""Sessions that end by themselves, and routes that are closed until opened."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from rest_framework.views import APIView

from audit import clock, log
from privacy_portal import events
from privacy_portal.accounts import factors, sessions
from privacy_portal.accounts.access import is_open, needs_second_step
from privacy_portal.accounts.actors import actor_for


class SessionClock:
    """Ends a signed-in session that was idle or open for too long; else notes the activity."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            now = clock.now()
            if sessions.is_over(request.session, now):
                _time_out(request)
            else:
                sessions.touch(request.session, now)
        return self.get_response(request)


def _time_out(request: HttpRequest) -> None:
    actor = actor_for(request.user, via="session")
    with transaction.atomic():
        log.append(events.SESSION_TIMED_OUT, actor=actor, obj=log.Obj("account", actor.id))
        request.session.flush()
    request.user = AnonymousUser()
    request.session_timed_out = True  # type: ignore[attr-defined]


class ClosedByDefault(LoginRequiredMiddleware):
    """Sends a caller who is not signed in to the sign-in page, unless the view was opened.

    Stricter than Django's: a library's own `login_not_required` opens nothing.  Views of the API
    answer 401 themselves (DEFAULT_PERMISSION_CLASSES).  Signed-in callers get `request.actor`.
    Staff who have not shown a second step reach only the pages that set one up.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        if _belongs_to_api(view_func):
            return None
        if not request.user.is_authenticated:
            return None if is_open(view_func) else self.handle_no_permission(request, view_func)
        if factors.missing(request):
            return _to_second_step(view_func)
        request.actor = actor_for(request.user, via="session")  # type: ignore[attr-defined]
        return None

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        where = {REDIRECT_FIELD_NAME: request.path} if request.method in {"GET", "HEAD"} else {}
        if getattr(request, "session_timed_out", False):
            where["ended"] = "idle"
        query = f"?{urlencode(where)}" if where else ""
        return HttpResponseRedirect(reverse("account_login") + query)


def _to_second_step(view: Any) -> HttpResponseRedirect | None:
    """Nobody acts before it was shown: an open view answers as it answers anybody."""
    if is_open(view) or not needs_second_step(view):
        return None
    return HttpResponseRedirect(reverse("second_step"))


def _belongs_to_api(view: Any) -> bool:
    return isinstance(getattr(view, "cls", None), type) and issubclass(view.cls, APIView)
