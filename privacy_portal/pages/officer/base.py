"""What every page of the office shares: who may open it, and how one is shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from privacy_portal.pages.door import actor_of, page, who
from privacy_portal.pages.officer.nav import keys
from requests_app.errors import NotPermitted
from requests_app.permissions import SENTENCES, Permission, may

View = Callable[..., HttpResponse]
#: Whoever works with requests of others; patients have pages of their own.
STAFF = (Permission.READ_REQUESTS, Permission.READ_ASSIGNED, Permission.FILE_FOR_OTHERS)


def office(*needs: Permission) -> Callable[[View], View]:
    """Decorator of a page for whoever holds one of these permissions, at some site at least."""

    def declare(view: View) -> View:
        @page
        @wraps(view)
        def opened(request: HttpRequest, **where: Any) -> HttpResponse:
            if not any(may(actor_of(request), one) for one in needs):
                raise NotPermitted(SENTENCES[needs[0]])
            return view(request, **where)

        return opened

    return declare


def shown(request: HttpRequest, template: str, status: int = 200, **facts: Any) -> HttpResponse:
    """One page of the office."""
    facts["keys"] = keys(actor_of(request))
    return render(request, f"officer/{template}.html", facts, status=status)


__all__ = ["STAFF", "actor_of", "office", "shown", "who"]
