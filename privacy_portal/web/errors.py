"""Answers when something is wrong with the request, or with us: a page, or a problem document."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy_portal.api.problems import PROBLEM_TYPE, problem
from privacy_portal.pages.context import office_line
from requests_app.practice.selectors import office_line_remembered


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: the heading, what happened, what to do."""

    heading: str | Promise
    happened: str | Promise
    next_step: str | Promise


WORDS: dict[int, Words] = {
    400: Words(
        _("The request could not be read"),
        _("Something in the address or the form was not as this service sends it."),
        _("Go back, reload the page and try again."),
    ),
    403: Words(
        _("This page is not for your account"),
        _("Your account's role does not allow it."),
        _("If you need it for your work, ask the administrator of this service."),
    ),
    404: Words(
        _("Page not found"),
        _("There is nothing here under that address that you can see."),
        _("If you typed the address, check it. If you followed a link, go to the start page."),
    ),
    429: Words(
        _("Too many attempts"),
        _("There were too many attempts from where you are."),
        _("Wait five minutes, then try again."),
    ),
    500: Words(
        _("Something went wrong on our side"),
        _("What you sent was not saved. The people who run this service can find the cause."),
        _("Try again in a few minutes. If it happens again, tell them the number below."),
    ),
}
CSRF_WORDS = Words(
    _("The form was open for too long"),
    _("For your safety a form works only for the session it was opened in. Nothing was saved."),
    _("Go back, reload the page and send the form again."),
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    return _answer(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, CSRF_WORDS)


def _answer(request: HttpRequest, status: int, words: Words | None = None) -> HttpResponse:
    words = words or WORDS[status]
    if request.path.startswith("/api/"):
        body = problem(status, str(words.happened), title=HTTPStatus(status).phrase)
        return JsonResponse(body, status=status, content_type=PROBLEM_TYPE)
    # Rendered without the request: an error page does not ask the session, and after a fault of
    # ours not the database either.
    facts: dict[str, Any] = {
        "words": words,
        "request_id": getattr(request, "request_id", ""),
        "office": office_line_remembered() if status == 500 else office_line(),
        "telephone": settings.OFFICE_TELEPHONE,
    }
    return HttpResponse(render_to_string("error.html", facts), status=status)
