"""Which kinds there are. A kind registers itself when its module is imported."""

from typing import TYPE_CHECKING, Any

from requests_app.errors import BadInput

if TYPE_CHECKING:
    from requests_app.kinds.base import Kind

_kinds: dict[str, "type[Kind]"] = {}


def register(cls: "type[Kind]") -> "type[Kind]":
    """Class decorator: the kind's `name` is what stands in the `kind` column."""
    if cls.name in _kinds:
        raise RuntimeError(f"two kinds are called {cls.name}")
    _kinds[cls.name] = cls
    return cls


def kind(name: str) -> "type[Kind]":
    """The kind of that name; an unknown one raises LookupError, because it can only be our fault."""
    return _kinds[name]


def names() -> frozenset[str]:
    """The names of every kind there is."""
    return frozenset(_kinds)


def kind_asked(name: Any) -> "type[Kind]":
    """The kind a caller names; an unknown one is the caller's to put right."""
    if not isinstance(name, str) or name not in _kinds:
        known = ", ".join(sorted(_kinds))
        raise BadInput.one("/kind", f"Choose one of the kinds of request: {known}.")
    return _kinds[name]


def all_kinds() -> "list[type[Kind]]":
    """Every kind, in the order of registration."""
    return list(_kinds.values())
