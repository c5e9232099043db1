"""The three forms in which a sealed record travels between a row, an instance and a statement."""

from collections.abc import Iterator
from dataclasses import fields as members_of
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints


class Sealed:
    """Bytes as they came from the database. They belong to one row and say nothing elsewhere."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return "<Sealed>"


class Ready:
    """What `pre_save` has sealed for this row: the only thing a statement may carry."""

    __slots__ = ("content",)

    def __init__(self, content: bytes | None) -> None:
        self.content = content


class Held:
    """What an instance holds: sealed bytes, the record, or both; never seen from outside.

    A pickle (a cache, a queue) takes the sealed bytes alone.
    """

    __slots__ = ("record", "row", "sealed")

    def __init__(self, *, sealed: bytes | None, record: Any = None, row: str | None = None) -> None:
        self.sealed, self.record, self.row = sealed, record, row

    def __repr__(self) -> str:
        return "<Sealed>"

    def __copy__(self) -> "Held":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Held":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.sealed is None:
            raise TypeError("A record that was not saved yet cannot be pickled: it is not sealed.")
        return _unpickled, (self.sealed,)


def _unpickled(sealed: bytes) -> Held:
    return Held(sealed=sealed)


def hide(record_type: Any) -> None:
    """Give the dataclass and every dataclass in it a repr that shows nothing."""
    for each in {record_type, *_parts(record_type)}:
        each.__repr__ = _masked


def _masked(record: object) -> str:
    return f"<{type(record).__name__}>"


def _parts(annotation: Any) -> Iterator[Any]:
    for inner in get_args(annotation):
        yield from _parts(inner)
    if is_dataclass(annotation):
        yield annotation
        hints = get_type_hints(annotation)
        for member in members_of(annotation):
            yield from _parts(hints[member.name])
