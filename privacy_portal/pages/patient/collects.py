"""What this website collects: said of what the service does, and held against it by a test."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy_portal.pages.door import page
from privacy_portal.pages.parts import SummaryRow


@dataclass(frozen=True)
class Named:
    """A thing by its own name, and what it is for."""

    name: str
    words: str | Promise


def cookies() -> tuple[Named, ...]:
    """Every cookie that a browser is given."""
    return (
        Named(
            settings.SESSION_COOKIE_NAME,
            _(
                "knows this browser while you write a request, look one up or are signed in; set "
                "only then, and gone when you sign out or the session ends"
            ),
        ),
        Named(
            settings.CSRF_COOKIE_NAME,
            _("shows that a form was sent from our own page; gone when you close the browser"),
        ),
        Named(
            settings.LANGUAGE_COOKIE_NAME,
            _("keeps the language you chose, for a year; set only if you choose one"),
        ),
    )


#: What the service's own log line holds of each page that is asked for.
LOGGED: tuple[Named, ...] = (
    Named("at", _("the time")),
    Named("request_id", _("a random number of this one answer")),
    Named("method", _("whether a page was read or a form was sent")),
    Named("route", _("which page it was, without the parts that name a request")),
    Named("status", _("how it was answered")),
    Named("milliseconds", _("how long that took")),
    Named("actor", _("the random number of the account, for who is signed in")),
)


@page
def told(call: HttpRequest) -> HttpResponse:
    """Cookies, log lines, and what is kept besides."""
    facts = {
        "cookies": [SummaryRow(one.name, [str(one.words)]) for one in cookies()],
        "logged": [SummaryRow(one.name, [str(one.words)]) for one in LOGGED],
    }
    return render(call, "patient/collects.html", facts)
