"""Bodies for any operation, from its JSON Schema: first a canary in every text there can be, then
one field after the other put right, as far as the service says what is wrong with it.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
Path = tuple[str | int, ...]
Plant = Callable[[Path], str]
_GONE = object()


def shapes(schema: Schema) -> list[Schema]:
    """The shapes a body may have: one, or each of several."""
    return schema.get("oneOf") or schema.get("anyOf") or [schema]


def planted(schema: Schema, plant: Plant, at: Path = ()) -> Any:
    """A value of this shape with a canary for every text, choice, day and id in it."""
    if "const" in schema:
        return schema["const"]
    kind = _kind(schema)
    if kind == "object":
        inside = schema.get("properties", {})
        return {name: planted(one, plant, (*at, name)) for name, one in inside.items()}
    if kind == "array":
        return [planted(schema.get("items", {}), plant, (*at, 0))]
    if kind == "string":
        return plant(at)[: _real(schema).get("maxLength", 10_000)]
    return {"boolean": True, "integer": 1, "number": 1}.get(kind, plant(at))


def _real(schema: Schema) -> Schema:
    """The shape that is not null, where null is allowed."""
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            return _real(one)
    return schema


def _kind(schema: Schema) -> str:
    kind = _real(schema).get("type", "string")
    return next(one for one in kind if one != "null") if isinstance(kind, list) else kind


def example(schema: Schema, at: Path) -> Any:
    """What the schema itself shows for the place; _GONE when it shows nothing."""
    for step in at:
        schema = _real(schema)
        inside = schema.get("items") if isinstance(step, int) else None
        schema = inside or schema.get("properties", {}).get(step, {})
    shown = schema.get("examples") or _real(schema).get("examples")
    if shown:
        return shown[0]
    choices = _real(schema).get("oneOf") or []
    return choices[0].get("const", _GONE) if choices else _GONE


@dataclass
class Body:
    """One body on its way to being accepted.

    usual  what an accepted body holds, where the test knows better than the schema's examples
    known  ids and the like by the name of their field
    """

    schema: Schema
    value: Any
    usual: Any = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)
    tried: dict[Path, int] = field(default_factory=dict)

    def put_right(self, pointers: list[str]) -> bool:
        """Whether anything was found to put right."""
        found = [self._put_right(self._path(one)) for one in pointers]
        return any(found)

    def _put_right(self, at: Path) -> bool:
        """The next thing to try at the place, or at the group it stands in."""
        while at:
            options = list(self._options(at))
            turn = self.tried.get(at, 0)
            if turn < len(options):
                self.tried[at] = turn + 1
                self._set(at, options[turn])
                return True
            at = at[:-1]
        return False

    def _options(self, at: Path) -> Iterator[Any]:
        name = next((str(step) for step in reversed(at) if isinstance(step, str)), "")
        for found in (_at(self.usual, at), self.known.get(name, _GONE), example(self.schema, at)):
            if found is not _GONE:
                yield copy.deepcopy(found)
        yield _GONE

    def _path(self, pointer: str) -> Path:
        return tuple(int(one) if one.isdecimal() else one for one in pointer.split("/")[1:])

    def _set(self, at: Path, value: Any) -> None:
        inside = _at(self.value, at[:-1])
        if value is not _GONE:
            if isinstance(inside, dict | list):
                inside[at[-1]] = value  # type: ignore[index]
        elif isinstance(inside, dict):
            inside.pop(at[-1], None)


def _at(value: Any, at: Path) -> Any:
    for step in at:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return _GONE
    return value
