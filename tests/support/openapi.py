"""The OpenAPI document as this program makes it, and its operations one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from drf_spectacular import drainage
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from jsonschema import Draft202012Validator

METHODS = ("get", "post", "put")
PREFIX = "/api/v1"


@cache
def document() -> dict[str, Any]:
    """The document as a client reads it."""
    import json

    made = SchemaGenerator().get_schema(request=None, public=True)
    parsed: dict[str, Any] = json.loads(OpenApiJsonRenderer().render(made))
    return parsed


def complaints() -> list[str]:
    """What the generator found wrong or had to guess."""
    document()
    return [*drainage.GENERATOR_STATS._warn_cache, *drainage.GENERATOR_STATS._error_cache]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    described: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path.removeprefix(PREFIX)}"

    @property
    def takes_a_file(self) -> bool:
        content = self.described.get("requestBody", {}).get("content", {})
        return "application/octet-stream" in content

    def asks(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The schema of the body and its examples by title; two empty ones when it takes none."""
        content = self.described.get("requestBody", {}).get("content", {})
        return _shown(content.get("application/json", {}))

    def gives(self) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
        """Status, media type, schema and examples of every answer with a body."""
        for status, answer in self.described["responses"].items():
            for media, content in answer.get("content", {}).items():
                yield status, media, *_shown(content)


def operations() -> list[Operation]:
    return [
        Operation(method, path, described)
        for path, methods in document()["paths"].items()
        for method, described in methods.items()
    ]


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """What a JSON Schema finds wrong with a value, references into the document resolved."""
    whole = {**schema, "components": document()["components"]}
    return [fault.message for fault in Draft202012Validator(whole).iter_errors(value)]


def _shown(content: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    examples = content.get("examples", {})
    return content.get("schema", {}), {title: one["value"] for title, one in examples.items()}
