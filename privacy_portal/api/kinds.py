"""The kinds of request: what each asks, its states, its moves. Holds nothing about anybody."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource
from privacy_portal.api.described import described
from privacy_portal.api.schemas import TEXT, a_list, an_object
from privacy_portal.api.schemas import shaped as like
from requests_app.kinds import registry
from requests_app.kinds.base import Kind, MoveSpec
from requests_app.questions import json_schema

KIND = an_object(
    name=like(TEXT, "access"),
    title=like(TEXT, "A copy of my records"),
    citation=TEXT,
    details_schema=schemas.ANY,
    states=a_list(an_object(name=like(TEXT, "in_review"), label=like(TEXT, "In progress"))),
    moves=a_list(
        an_object(
            name=TEXT,
            title=like(TEXT, "Access granted"),
            paths=a_list(an_object(source=like(TEXT, "in_review"), target=like(TEXT, "granted"))),
            needs=a_list(like(TEXT, "decide")),
            input_schema=schemas.ANY,
        )
    ),
)


class Kinds(Resource):
    """What can be asked of the practice."""

    @described(tag="kinds", gives=an_object(kinds=a_list(KIND)))
    def get(self, request: Call) -> Response:
        """List the kinds of request with their questions, states and moves."""
        return Response({"kinds": [_kind(kind) for kind in registry.all_kinds()]})


def _kind(kind: type[Kind]) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": str(kind.title),
        "citation": kind.citation,
        "details_schema": json_schema(kind.Details),
        "states": [{"name": state.value, "label": str(state.label)} for state in kind.State],
        "moves": [_move(spec) for spec in kind.moves().values() if spec.by_name],
    }


def _move(spec: MoveSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "title": spec.title,
        "paths": [{"source": source, "target": target} for source, target in spec.paths.items()],
        "needs": [permission.value for permission in spec.needs],
        "input_schema": json_schema(spec.asks),
    }
