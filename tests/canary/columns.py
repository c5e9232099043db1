"""What the columns hold: which sealed texts a canary lies in, and where open ones stand."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from django.apps import apps

from audit.fields import SealedRecord
from tests.support.canary import LITERALS, Mark
from tests.support.database import ROOT

PAGE = ROOT / "docs/data-map.md"
_PLANTED = re.compile("|".join((Mark.SHUT.lower(), *LITERALS)))
_OPEN = Mark.OPEN.lower().encode()
_COPY = re.compile(rb'COPY ([\w."]+) \((.*?)\) FROM stdin;')


def sealed_texts() -> set[str]:
    """Every text inside every sealed record: `people.patient family_name`."""
    return {
        f"{field.record_name} {path}"
        for _, field in _sealed_fields()
        for path in _texts(field.record_type)
    }


def planted_texts() -> set[str]:
    """Those in which a row of the database holds a canary."""
    return {
        f"{field.record_name} {path}"
        for model, field in _sealed_fields()
        for row in model._base_manager.all()
        for path in _holding(msgspec.to_builtins(getattr(row, field.name)), field.record_type)
    }


def _sealed_fields() -> Iterator[tuple[Any, Any]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedRecord) and not model._meta.proxy:
                yield model, field


def _texts(annotation: Any, at: str = "") -> Iterator[str]:
    """Paths of the texts below a type; a list's and a mapping's members share theirs."""
    if is_dataclass(annotation):
        hints = get_type_hints(annotation)
        for member in fields(annotation):  # type: ignore[arg-type]
            yield from _texts(hints[member.name], f"{at}.{member.name}".lstrip("."))
    elif annotation in {str, Any}:
        yield at
    elif get_origin(annotation) in {tuple, list, Union, UnionType}:
        for inner in get_args(annotation):
            yield from _texts(inner, at)
    elif get_origin(annotation) is dict:
        yield from _texts(get_args(annotation)[1], at)


def _holding(value: Any, record_type: Any) -> set[str]:
    """The paths under which a canary lies in a record."""
    known = set(_texts(record_type))
    return {_known(path, known) for path, text in _leaves(value) if _PLANTED.search(text.lower())}


def _known(path: tuple[str, ...], known: set[str]) -> str:
    """What a mapping or a list holds counts for the mapping or list."""
    while path and ".".join(path) not in known:
        path = path[:-1]
    return ".".join(path)


def _leaves(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*at, name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner, at)
    elif isinstance(value, str):
        yield at, value


# --- in the clear ----------------------------------------------------------------------------------
def office_columns() -> set[str]:
    """The columns of which docs/data-map.md says that they are about the practice or its staff."""
    found, table = set(), ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            table = line.removeprefix("## ").strip()
        elif line.startswith("| `"):
            names, _, why = line.strip("| ").partition(" | ")
            if why.startswith("office"):
                found |= {f"{table}.{name}" for name in re.findall(r"`(\w+)`", names)}
    return found


def open_columns(dump: bytes) -> set[str]:
    """The columns in which the dump holds an open canary."""
    found: set[str] = set()
    table, names = "", list[str]()
    for line in dump.split(b"\n"):
        begins = _COPY.fullmatch(line)
        if begins:
            table = begins.group(1).decode().replace('"', "").removeprefix("public.")
            names = begins.group(2).decode().replace('"', "").split(", ")
        elif line == b"\\.":
            table = ""
        elif _OPEN in line.lower():
            cells = line.lower().split(b"\t")
            found |= (
                {
                    f"{table}.{name}"
                    for name, cell in zip(names, cells, strict=False)
                    if _OPEN in cell
                }
                if table
                else {f"outside a table: {line[:80]!r}"}
            )
    return found
