"""One way to describe an operation in the OpenAPI document: words, shapes and worked examples.

    @described(tag="disclosures", asks=DisclosureAnswers, gives=DISCLOSURE, status=201, key=REQUIRED)
    def post(self, request): ...

The summary is the first sentence of the docstring.  A request's example comes from its questions, an
answer's from its shape, so neither can drift from what the program reads and writes.

Shapes and examples are put together when the document is asked for: a start needs none of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, OpenApiTypes

from privacy_portal.api import samples, schemas
from privacy_portal.api.problems import PROBLEM_TYPE
from privacy_portal.api.schemas import Schema
from requests_app.questions import example, json_schema

F = TypeVar("F", bound=Callable[..., Any])
#: What a body answers: a dataclass of questions, or its schema; a function makes it when needed.
Asks = type[Any] | Schema | Callable[[], Schema]
Worked = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
JSON = "application/json"
_PROBLEM: Schema = {"$ref": "#/components/schemas/Problem"}


def add_components(result: Schema, **_: Any) -> Schema:
    """Hook of the generator: the shape that every refusal shares stands in the document once."""
    result["components"].setdefault("schemas", {})["Problem"] = schemas.PROBLEM
    return result


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """Describes one method of a view: a decorator that leaves itself at the method.

    gives    the shape of the answer; None where it has no body
    asks     the dataclass of questions the body answers, or its schema, or a function that makes that
    asked    worked requests by their title, where the questions' own example is not enough; or a
             function that makes them
    refused  statuses of problem documents beside 401, 403 and (with a body) 422
    media    other media types of the answer, each with an example of its text
    waits    the shape of a 202, where what was asked for is not there yet
    name     the operation's id, where the one made from its path would not do
    summary  where one function describes several operations
    """

    tag: str
    gives: Schema | None
    status: int = 200
    asks: Asks | None = None
    asked: Worked | None = None
    refused: Iterable[int] = ()
    parameters: Iterable[OpenApiParameter] = ()
    media: Mapping[str, str] | None = None
    waits: Schema | None = None
    name: str | None = None
    summary: str = ""

    def __call__(self, method: F) -> F:
        method.described = self  # type: ignore[attr-defined]
        return method

    def body(self) -> Schema | None:
        if isinstance(self.asks, type):
            return {JSON: json_schema(self.asks)}
        return self.asks() if callable(self.asks) else self.asks

    def requests(self, title: str) -> list[OpenApiExample]:
        worked = dict((self.asked() if callable(self.asked) else self.asked) or {})
        if not worked and isinstance(self.asks, type):
            # A cursor is only ever one that was given, so none is shown.
            worked = {title: {k: v for k, v in example(self.asks).items() if k != "cursor"}}
        return [OpenApiExample(name, value=it, request_only=True) for name, it in worked.items()]

    def answers(self) -> dict[Any, Any]:
        statuses = {401, 403, *self.refused} | ({422} if self.asks is not None else set())
        media = self.media or {}
        responses: dict[Any, Any] = {}
        if self.gives is not None or not media:
            responses[self.status if not media else (self.status, JSON)] = _given(
                self.gives, self.status
            )
        responses |= {(self.status, kind): _text(kind, text) for kind, text in media.items()}
        responses |= {202: _given(self.waits, 202)} if self.waits else {}
        return responses | {(code, PROBLEM_TYPE): _refused(code) for code in sorted(statuses)}


described = Described


class FromTheView(AutoSchema):  # type: ignore[misc]
    """Reads what `described` left at the method, when the document is asked for."""

    @property
    def _method(self) -> Any:
        return getattr(self.view, self.method.lower())

    @property
    def _told(self) -> Described | None:
        return getattr(self._method, "described", None)

    def get_summary(self) -> Any:
        told = self._told
        if told is None:
            return super().get_summary()
        return told.summary or (self._method.__doc__ or "").strip().partition("\n")[0].rstrip(".")

    def get_operation_id(self) -> Any:
        told = self._told
        return told.name if told and told.name else super().get_operation_id()

    def get_tags(self) -> Any:
        told = self._told
        return [told.tag] if told else super().get_tags()

    def get_request_serializer(self) -> Any:
        told = self._told
        return told.body() if told else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        told = self._told
        return told.answers() if told else super().get_response_serializers()

    def get_examples(self) -> Any:
        told = self._told
        return told.requests(self.get_summary()) if told else super().get_examples()

    def get_override_parameters(self) -> Any:
        told = self._told
        return list(told.parameters) if told else super().get_override_parameters()


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
