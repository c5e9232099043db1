"""One way to describe an operation in the OpenAPI document: words, shapes and worked examples.

    @described(tag="disclosures", asks=DisclosureAnswers, gives=DISCLOSURE, status=201, key=REQUIRED)
    def post(self, request): ...

The summary is the first sentence of the docstring.  A request's example comes from its questions, an
answer's from its shape, so neither can drift from what the program reads and writes.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    OpenApiTypes,
    extend_schema,
)

from privacy_portal.api import samples, schemas
from privacy_portal.api.problems import PROBLEM_TYPE
from privacy_portal.api.schemas import Schema
from requests_app.questions import example, json_schema

F = TypeVar("F", bound=Callable[..., Any])
JSON = "application/json"
_PROBLEM: Schema = {"$ref": "#/components/schemas/Problem"}


def add_components(result: Schema, **_: Any) -> Schema:
    """Hook of the generator: the shape that every refusal shares stands in the document once."""
    result["components"].setdefault("schemas", {})["Problem"] = schemas.PROBLEM
    return result


def described(
    *,
    tag: str,
    gives: Schema | None,
    status: int = 200,
    asks: type[Any] | Schema | None = None,
    asked: Mapping[str, Any] | None = None,
    refused: Iterable[int] = (),
    parameters: Iterable[OpenApiParameter] = (),
    media: Mapping[str, str] | None = None,
    waits: Schema | None = None,
    name: str | None = None,
    summary: str = "",
) -> Callable[[F], F]:
    """Describe one method of a view.

    gives    the shape of the answer; None where it has no body
    asks     the dataclass of questions the body answers, or its schema
    asked    worked requests by their title, where the questions' own example is not enough
    refused  statuses of problem documents beside 401, 403 and (with a body) 422
    media    other media types of the answer, each with an example of its text
    waits    the shape of a 202, where what was asked for is not there yet
    name     the operation's id, where the one made from its path would not do
    summary  where one function describes several operations
    """

    def describe(method: F) -> F:
        first = summary or (method.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        statuses = {401, 403, *refused} | ({422} if asks is not None else set())
        responses: dict[Any, Any] = {}
        if gives is not None or not media:
            responses[status if not media else (status, JSON)] = _given(gives, status)
        responses |= {(status, kind): _text(kind, text) for kind, text in (media or {}).items()}
        responses |= {202: _given(waits, 202)} if waits else {}
        responses |= {(code, PROBLEM_TYPE): _refused(code) for code in sorted(statuses)}
        decorate = extend_schema(
            operation_id=name,
            summary=first,
            tags=[tag],
            request=_asked(asks),
            responses=responses,
            parameters=list(parameters),
            examples=_requests(asks, asked, first),
        )
        return decorate(method)

    return describe


def _asked(asks: type[Any] | Schema | None) -> Schema | None:
    if asks is None or isinstance(asks, dict):
        return asks
    return {JSON: json_schema(asks)}


def _requests(
    asks: type[Any] | Schema | None, asked: Mapping[str, Any] | None, title: str
) -> list[OpenApiExample]:
    worked = dict(asked or {})
    if not worked and isinstance(asks, type):
        # A cursor is only ever one that was given, so none is shown.
        worked = {title: {k: v for k, v in example(asks).items() if k != "cursor"}}
    return [OpenApiExample(title, value=body, request_only=True) for title, body in worked.items()]


def _given(gives: Schema | None, status: int) -> OpenApiResponse:
    words = HTTPStatus(status).phrase
    if gives is None:
        return OpenApiResponse(description=words)
    shown = OpenApiExample(words, value=samples.sample(gives), response_only=True)
    return OpenApiResponse(response=gives, description=words, examples=[shown])


def _text(kind: str, text: str) -> OpenApiResponse:
    shown = OpenApiExample(kind, value=text, media_type=kind, response_only=True)
    return OpenApiResponse(response=OpenApiTypes.STR, description=kind, examples=[shown])


def _refused(code: int) -> OpenApiResponse:
    body = samples.problem_sample(code)
    shown = OpenApiExample(body["title"], value=body, media_type=PROBLEM_TYPE, response_only=True)
    return OpenApiResponse(response=_PROBLEM, description=body["title"], examples=[shown])
