"""Which language an answer is given in.

What the reader chose here (a cookie), else what their browser asks for, else English. The API speaks
English to everybody: programs compare its sentences.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

_API = "/api/"


class Language:
    """Answers in the reader's language, and takes it back: the thread serves others afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = spoken(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not request.path.startswith(_API):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def spoken(request: HttpRequest) -> str:
    """The code of the language this reader gets, one of settings.LANGUAGES."""
    if request.path.startswith(_API):
        return str(settings.LANGUAGES[0][0])
    return translation.get_language_from_request(request)
