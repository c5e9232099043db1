"""Routes that fail on purpose, each while it holds what was typed: in a variable, in the message
of an exception, in a value that PostgreSQL refuses.  And one that writes it down on purpose.
"""

import json
import sys
import warnings
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from privacy_portal.accounts.access import open_to_all
from privacy_portal.accounts.model_users import User
from privacy_portal.urls import handler400, handler403, handler404, handler429, handler500
from privacy_portal.urls import urlpatterns as real


def raised(word: str) -> None:
    """One exception made of another, both quoting the word."""
    try:
        int(word)
    except ValueError as first:
        raise RuntimeError(f"could not read {word}") from first


def cast(word: str) -> None:
    """PostgreSQL quotes the value in its answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [word])


def failing_row(word: str) -> None:
    """PostgreSQL quotes the whole row in the detail of its answer."""
    User.objects.create(username=f"{word} with a blank", name=word)


def inlined(word: str) -> None:
    """A statement that holds the value itself, as none of ours does."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '{word}' FROM nowhere")


def warned(word: str) -> None:
    warnings.warn(f"odd: {word}", stacklevel=1)
    raise RuntimeError


def unknown_column(word: str) -> None:
    """A name that Django puts into the message of its own exception."""
    User.objects.filter(**{word: 1})


FAILURES: dict[str, Callable[[str], None]] = {
    one.__name__: one for one in (raised, cast, failing_row, inlined, warned, unknown_column)
}


def fail(request: HttpRequest, how: str) -> HttpResponse:
    typed = json.loads(request.body)
    with transaction.atomic():
        FAILURES[how](typed["word"])
    return HttpResponse(status=204)


def write_down(request: HttpRequest) -> HttpResponse:
    """What the search must find: the word on both of the process's outputs."""
    for stream in (sys.stdout, sys.stderr):
        print(json.loads(request.body)["word"], file=stream, flush=True)
    return HttpResponse(status=204)


_WHY = "Only under the settings of this test."
urlpatterns = [
    *real,
    path("canary/fail/<slug:how>", csrf_exempt(open_to_all(fail, why=_WHY))),
    path("canary/write-down", csrf_exempt(open_to_all(write_down, why=_WHY))),
]
__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
