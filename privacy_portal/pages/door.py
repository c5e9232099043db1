"""The one door of errors for pages, and what every page's view is made with.

    @page
    def request_page(call: HttpRequest, reference: str) -> HttpResponse: ...

What the floors below refuse becomes a page that explains (`refused`); what can be put right goes back
into its form before it comes here.  A refusal of somebody who is known is an entry of the log, as in
the API.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts.refusals import TooManyAttempts
from privacy_portal.api.idempotency import StillRunning
from privacy_portal.api.problems import note_refusal, status_of
from privacy_portal.pages.words import UNKNOWN
from privacy_portal.web import errors as error_pages
from requests_app import errors
from requests_app.permissions import Permission, require

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class Explained:
    """The heading of a refusal, and what can be done next."""

    heading: str | Promise
    next_step: str | Promise


EXPLAINED: tuple[tuple[type[Exception], Explained], ...] = (
    (
        errors.NotTheirs,
        Explained(
            _("This is not your request"),
            _("You need not do anything. If you have a question about it, ask the privacy office."),
        ),
    ),
    (
        errors.NotPermitted,
        Explained(
            _("This is not for your account"),
            _("If you need it, ask the privacy office of the practice."),
        ),
    ),
    (
        errors.NotNow,
        Explained(
            _("This is not possible now"),
            _(
                "Go back and look at how it stands. The privacy office can tell you what is possible."
            ),
        ),
    ),
    (
        errors.Stale,
        Explained(
            _("Somebody changed this before you"),
            _("Nothing of what you sent was done. Go back, look again and decide anew."),
        ),
    ),
    (
        errors.TryLater,
        Explained(
            _("Try again in a few minutes"), _("Nothing was lost. Go back and send it again.")
        ),
    ),
    (
        errors.BadInput,
        Explained(_("This could not be read"), _("Go back, reload the page and send it again.")),
    ),
    (
        StillRunning,
        Explained(_("This is being done right now"), _("Wait a second, then reload the page.")),
    ),
)


def page(view: View) -> View:
    """Decorator of every view: GET and POST only, and refusals become pages."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answered(call: HttpRequest, *args: Any, **inside: Any) -> HttpResponse:
        try:
            return view(call, *args, **inside)
        except TooManyAttempts:
            return error_pages.too_many(call)
        except (errors.RequestError, StillRunning) as refusal:
            return refused(call, refusal)

    return answered  # type: ignore[return-value]


def refused(call: HttpRequest, refusal: Exception) -> HttpResponse:
    """The page that says what is not possible, why, and what to do."""
    note_refusal(refusal, call)
    if isinstance(refusal, errors.NotFound) and not isinstance(refusal, errors.NotTheirs):
        return error_pages.not_found(call)
    explained = next(words for kind, words in EXPLAINED if isinstance(refusal, kind))
    facts = {
        "words": explained,
        "sentences": _sentences(refusal),
        "citation": getattr(refusal, "citation", ""),
    }
    return render(call, "refused.html", facts, status=status_of(refusal))


def _sentences(refusal: Exception) -> list[str]:
    if isinstance(refusal, errors.BadInput):
        return [problem.sentence for problem in refusal.problems]
    return [str(getattr(refusal, "sentence", ""))]


def needs(permission: Permission) -> Callable[[View], View]:
    """Decorator below `page`: only for whoever may do this, at some site at least."""

    def declare(view: View) -> View:
        @wraps(view)
        def checked(call: HttpRequest, *args: Any, **inside: Any) -> HttpResponse:
            require(actor_of(call), permission)
            return view(call, *args, **inside)

        return checked  # type: ignore[return-value]

    return declare


def actor_of(call: HttpRequest) -> Actor:
    """Who acts; set by the middleware for everybody who is signed in."""
    actor: Actor = call.actor  # type: ignore[attr-defined]
    return actor


def who(call: HttpRequest) -> dict[str, Any]:
    """Who acts and when, as every action is told."""
    return {"actor": actor_of(call), "now": clock.now()}


def version_of(call: HttpRequest) -> int:
    """The version a decision was made on: the hidden field of the form, in the place of If-Match."""
    typed = call.POST.get("version", "")
    if not typed.isdecimal() or len(typed) > 9:
        raise errors.BadInput.one("/version", str(UNKNOWN))
    return int(typed)


__all__ = ["actor_of", "needs", "page", "refused", "version_of", "who"]
