"""A form does its thing once, however often it is sent: the page's form of the Idempotency-Key.

Every form that changes something carries a fresh key in the hidden field `once`.  Sent twice with the
same answers, the second goes where the first went.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from rest_framework.request import Request
from rest_framework.response import Response

from audit import clock
from privacy_portal.api import idempotency
from privacy_portal.pages.words import UNKNOWN
from requests_app.errors import BadInput

_OWN = {"once", "csrfmiddlewaretoken"}


def fresh() -> str:
    """A key for a form that is shown."""
    return uuid4().hex


def once(call: HttpRequest, act: Callable[[], str], *, caller: str) -> HttpResponse:
    """Act and go to the address that `act` returns, or to where the same form led before.

    caller  the account's id, or what stands for a browser without one
    """
    answer = _once(call, lambda: {"to": act()}, caller=caller)
    return HttpResponseRedirect(answer["to"], status=303)


def once_told(
    call: HttpRequest, act: Callable[[], tuple[str, str]], *, caller: str
) -> tuple[str, str | None]:
    """The same for what is shown once: `act` returns where it leads and what is to be shown.

    What is shown is kept nowhere: of a form sent twice, the second gets None in its place.
    """

    def made() -> dict[str, Any]:
        to, shown = act()
        return {"to": to, "shown": shown}

    answer = _once(call, made, caller=caller, secret="shown")  # noqa: S106  the member's name
    return answer["to"], answer["shown"]


def _once(
    call: HttpRequest, act: Callable[[], dict[str, Any]], *, caller: str, secret: str = ""
) -> dict[str, Any]:
    key = call.POST.get("once")
    if not key:
        raise BadInput.one("/once", str(UNKNOWN))
    sent = {name: values for name, values in call.POST.lists() if name not in _OWN}
    asked = SimpleNamespace(headers={idempotency.HEADER: key}, data=sent)
    assert call.resolver_match is not None
    answer = idempotency.once(
        cast(Request, asked),
        lambda: Response(act(), status=303),
        route=call.resolver_match.route,
        path=call.path,
        caller=caller,
        now=clock.now(),
        required=True,
        secret=secret,
    )
    return cast(dict[str, Any], answer.data)
