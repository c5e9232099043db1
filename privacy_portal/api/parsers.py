"""One strict way to read a body: JSON in UTF-8, each name once, no number that is none."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from requests_app.errors import BadInput

LARGEST = 256 * 1024
DEEPEST = 20


class StrictJSON(BaseParser):
    """`application/json`. Raises BadInput for what JSON allows and nobody means."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> object:
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise BadInput.one("", "The body must be 256 kilobytes or less.")
        try:
            parsed = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_none)
        except (ValueError, RecursionError):
            raise ParseError from None
        if _depth(parsed) > DEEPEST:
            raise BadInput.one("", "The body is nested more deeply than any question asks for.")
        return parsed


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput.one("", "Each name may stand once in an object.")
    return found


def _none(constant: str) -> None:
    raise ValueError(constant)


def _depth(value: object) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inside), default=0)
