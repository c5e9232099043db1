"""A new route is closed until it is opened, and whoever opens one says so here too."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from privacy_portal.accounts.access import is_open

#: Every route that answers callers who are not signed in. Think twice before adding to it.
OPEN = {
    "",
    "look-around",
    "sign-in",
    "sign-in/code",
    "sign-in/code/enter",
    "sign-in/second-step",
    "sign-up",
    "sign-up/confirm",
    "signed-out",
    "password-changed",
    "health/live",
    "health/ready",
    "metrics",
    "calendar/<slug:secret>.ics",
    "ask/",
    "ask/not-sure",
    "ask/<uuid:pk>/sent",
    "ask/<uuid:pk>/drop",
    "ask/<uuid:pk>/<slug:name>",
    "lookup",
    "lookup/code",
    "privacy",
    "notice",
    "notice/<uuid:pk>",
    "my/requests/<slug:reference>",
    "my/requests/<slug:reference>/messages",
    "my/requests/<slug:reference>/receipt",
    "my/requests/<slug:reference>/looked",
    "my/requests/<slug:reference>/letters/<slug:pk>",
    "my/requests/<slug:reference>/act/<slug:move>",
    "api/docs/",
    "api/v1/schema",
    "api/v1/sign-in",
}
#: Something of the right form for each kind of placeholder in a route.
SAMPLES = {"str": "x", "slug": "x", "int": "1", "uuid": str(UUID(int=0)), "path": "x"}
METHODS = ("get", "post", "put", "patch", "delete", "options")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, object]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            assert isinstance(entry, URLPattern)
            yield route, entry.callback


def filled(entry: str) -> str:
    """The route with something in each placeholder."""
    before, found, rest = entry.partition("<")
    if not found:
        return entry
    placeholder, _, after = rest.partition(">")
    kind = placeholder.partition(":")[0] if ":" in placeholder else "str"
    return before + SAMPLES.get(kind, "x") + filled(after)


def test_the_open_routes_are_the_ones_named_here() -> None:
    found = {route for route, view in routes() if is_open(view)}

    assert found == OPEN, (
        "A view marked with open_to_all answers anybody. If that is meant, name its route in OPEN "
        "of tests/house/test_routes.py; if not, take the mark away."
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_other_route_turns_away_callers_who_are_not_signed_in(method: str, db: None) -> None:
    for route, view in routes():
        if is_open(view):
            continue
        answer = getattr(Client(), method)("/" + filled(route))
        to_sign_in = answer.get("Location", "").startswith("/sign-in")
        assert answer.status_code in {401, 403, 404} or (
            answer.status_code == 302 and to_sign_in
        ), (
            f"{method.upper()} /{route} answered {answer.status_code} to one who is not signed in. "
            "Routes are closed until opened: keep the default permission classes of the API, "
            "and privacy_portal.accounts.middleware.ClosedByDefault among the middleware."
        )


def test_a_library_cannot_open_its_own_view(db: None) -> None:
    """Allauth marks its views login_not_required; only open_to_all counts here."""
    answer = Client().get("/sign-out")

    assert answer["Location"] == "/sign-in?next=%2Fsign-out"
