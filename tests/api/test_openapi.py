"""The OpenAPI document: well formed, complete, and with examples that the program accepts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate
from pytest_django import DjangoDbBlocker
from referencing import Registry

from audit import clock
from privacy_portal.accounts import people
from requests_app import questions
from requests_app.kinds import registry
from requests_app.permissions import Role
from tests.house.test_routes import routes
from tests.support import api, openapi, standing
from tests.support.accounts import COMMAND
from tests.support.api import Caller
from tests.support.openapi import Operation
from tests.support.world import World, send

OPERATIONS = openapi.operations()
_MOVE = re.compile(r"/actions/(\w+)$")


def named(chosen: list[Operation]) -> list[Any]:
    return [pytest.param(one, id=one.name) for one in chosen]


def crawled_once() -> Callable[[Any], Any]:
    """Crawling a registry, which never changes: otherwise done anew for every anchor, half the time."""
    crawl, known = Registry.crawl, {}

    def once(registry: Any) -> Any:
        if id(registry) not in known:
            known[id(registry)] = registry, crawl(registry)  # held, so that its id stays its own
        return known[id(registry)][1]

    return once


def test_the_document_is_valid_and_nothing_in_it_was_guessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Registry, "crawl", crawled_once())
    validate(openapi.document())
    assert openapi.document()["openapi"].startswith("3.1")
    assert openapi.complaints() == []


def test_every_route_of_the_api_is_in_the_document() -> None:
    served = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route).replace("{pk}", "{id}")
        for route, _view in routes()
        if route.startswith("api/v1/")
    }
    assert served - {"/api/v1/schema"} == set(openapi.document()["paths"])


@pytest.mark.parametrize("operation", named(OPERATIONS))
def test_an_operation_has_words_and_an_example_of_every_body(operation: Operation) -> None:
    described = operation.described
    assert described["tags"]
    assert described["summary"]
    schema, examples = operation.asks()
    assert bool(schema) == bool(examples)
    for status, media, shape, shown in operation.gives():
        assert shown, f"{operation.name} shows no example of {status} {media}"
        for title, value in shown.items():
            if "json" in media and "ndjson" not in media:
                assert openapi.faults(value, shape) == [], f"{status} {title}"


@pytest.mark.parametrize("operation", named([one for one in OPERATIONS if one.asks()[0]]))
def test_an_example_of_a_request_fits_its_schema(operation: Operation) -> None:
    schema, examples = operation.asks()
    for title, example in examples.items():
        assert openapi.faults(example, schema) == [], title


@pytest.mark.parametrize(
    "move", sorted({name for kind in registry.all_kinds() for name in kind.moves()})
)
def test_an_example_of_a_move_is_read_by_its_own_parser(move: str) -> None:
    for kind in registry.all_kinds():
        if move in kind.moves():
            asks = kind.moves()[move].asks
            questions.parse(asks, questions.example(asks), at="", today=clock.now().date())


@pytest.fixture(scope="module")
def officer(_standing_world: World, django_db_blocker: DjangoDbBlocker) -> Caller:
    with django_db_blocker.unblock(), standing.as_in_a_test():
        return api.staff(Role.PRIVACY_OFFICER, name="Olive Officer")


@pytest.fixture(scope="module")
def administrator(_standing_world: World, django_db_blocker: DjangoDbBlocker) -> Caller:
    with django_db_blocker.unblock(), standing.as_in_a_test():
        return api.staff(Role.ADMINISTRATOR, name="Adam Administrator")


def caller_for(world: World, operation: Operation, callers: dict[str, Caller]) -> Caller:
    path = operation.path
    if path.endswith("/file"):
        return world.exporter  # A file is fetched by who asked for it.
    own = operation.takes_a_file or operation.name in {
        "GET /authorizations",
        "GET /downloads/{id}",
    }
    if own or path.endswith(("/use-code", "/v1/requests", "/confirm")):
        return world.owner
    administered = ("/users", "/grants", "/machine-tokens", "/webhooks")
    return callers["administrator" if any(one in path for one in administered) else "officer"]


ENDPOINTS = [
    one
    for one in OPERATIONS
    if one.method != "get" and not _MOVE.search(one.path) and "sign" not in one.path
]


@pytest.mark.parametrize("operation", named(ENDPOINTS))
def test_an_example_is_accepted_and_answered_in_its_shape(
    world: World, officer: Caller, administrator: Caller, operation: Operation
) -> None:
    caller = caller_for(world, operation, {"officer": officer, "administrator": administrator})
    for title, example in (operation.asks()[1] or {"no body": None}).items():
        answer = send(caller, operation, world.address(operation), world.body(example))
        # No sealer runs here: what rests on a signed head waits.
        waits = {202} if "202" in operation.described["responses"] else {200, 201}
        assert answer.status_code in waits, (title, answer.content)
        check_shape(operation, answer)


@pytest.mark.parametrize("operation", named([one for one in OPERATIONS if one.method == "get"]))
def test_what_is_read_has_the_shape_that_was_promised(
    world: World, officer: Caller, administrator: Caller, operation: Operation
) -> None:
    caller = caller_for(world, operation, {"officer": officer, "administrator": administrator})
    answer = send(caller, operation, world.address(operation), None)
    # No sealer runs here: what rests on a signed head waits.
    waits = "202" in operation.described["responses"]
    assert answer.status_code == (202 if waits else 200), answer.content
    check_shape(operation, answer)


def test_the_example_of_signing_in_signs_in(world: World) -> None:
    sign_in = next(one for one in OPERATIONS if one.name == "POST /sign-in")
    [shown] = sign_in.asks()[1].values()
    example = shown | {"address": "nobody.yet@example.org"}
    now = clock.now()
    people.create_patient(example["address"], example["password"], actor=COMMAND, now=now)
    answer = Client().post("/api/v1/sign-in", example, content_type="application/json")
    assert answer.status_code == 200


def check_shape(operation: Operation, answer: Any) -> None:
    """The answer fits the schema of its status, and holds nothing the document does not name."""
    if answer.streaming:
        return
    given = operation.gives()
    shapes = {status: shape for status, media, shape, _examples in given if media != "text/csv"}
    shape = shapes[str(answer.status_code)]
    assert openapi.faults(answer.json(), shape) == []
    assert set(answer.json()) <= set(shape["properties"])
