"""Policy packs: `policies/*.toml`, one file a jurisdiction, read strictly and whole.

A row that would not have been written this way stops the start with its file, its line and the
reason.  A row whose text nobody has read yet stands in its pack as `enabled = false` with what is to
be verified; it is listed for a reader and never limits a request.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from requests_app.deadlines.policy import Policy

FOLDER = Path(__file__).parent / "policies"

_HEADER = re.compile(r"^\s*\[\[\s*policy\s*\]\]", re.MULTILINE)
_STATE_PACK = re.compile(r"us-[a-z]{2}")


class WrongRow(Exception):
    """A policy file that cannot be loaded: says the file, the row, its line and the reason."""


class _Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a row is in use; `verify` says what is to be verified before it may be."""

    enabled: bool = True
    verify: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row as it stands in its pack, in use or not."""

    policy: Policy
    enabled: bool
    verify: str


def load(folder: Path) -> tuple[Policy, ...]:
    """The enabled rows of every pack in the folder, in file order. Raises WrongRow."""
    return _in_use(read(folder))


def read(folder: Path) -> tuple[Listed, ...]:
    """Every row of every pack in the folder, in use or not. Raises WrongRow."""
    rows = tuple(row for path in sorted(folder.glob("*.toml")) for row in _read_pack(path))
    twice = [name for name, times in Counter(row.policy.id for row in rows).items() if times > 1]
    if twice:
        raise WrongRow(f"{folder}: the id {twice[0]} stands in more than one row")
    if not any(row.enabled for row in rows):
        raise WrongRow(f"{folder}: no policy row is there, so nothing would have a due date")
    return rows


@cache
def policies() -> tuple[Policy, ...]:
    """The rows in use that came with this version of the program, read once."""
    return _in_use(listed())


@cache
def listed() -> tuple[Listed, ...]:
    """Every row that came with this version of the program, in use or not, read once."""
    return read(FOLDER)


def _in_use(rows: Iterable[Listed]) -> tuple[Policy, ...]:
    return tuple(row.policy for row in rows if row.enabled)


def _read_pack(path: Path) -> tuple[Listed, ...]:
    try:
        text = path.read_text(encoding="utf-8")
        pack = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WrongRow(f"{path.name}: {fault}") from fault
    rows = pack.pop("policy", [])
    lines = [text.count("\n", 0, found.end()) + 1 for found in _HEADER.finditer(text)]
    if pack or not isinstance(rows, list) or len(lines) != len(rows):
        raise WrongRow(f"{path.name}: a pack holds [[policy]] tables and nothing else")
    places = enumerate(zip(lines, rows, strict=True), start=1)
    return tuple(_read(path, f"row {number}, line {line}", row) for number, (line, row) in places)


def _read(path: Path, place: str, row: dict[str, Any]) -> Listed:
    try:
        return _listed(path.stem, row)
    except (msgspec.ValidationError, ValueError) as fault:
        name = row.get("id", "without an id")
        raise WrongRow(f"{path.name}, {place} ({name}): {fault}") from fault


def _listed(pack: str, row: dict[str, Any]) -> Listed:
    apart = _Standing.__struct_fields__
    told = {name: value for name, value in row.items() if name in apart}
    standing = msgspec.convert(told, _Standing, strict=True)
    rest = {name: value for name, value in row.items() if name not in apart}
    policy = msgspec.convert(rest, Policy, strict=True)
    if not policy.id.startswith(f"{pack}."):
        raise ValueError(f"`id` begins with the name of its pack, {pack}")
    if _STATE_PACK.fullmatch(pack) and policy.jurisdiction != pack:
        raise ValueError(f"`jurisdiction` is that of its pack, {pack}")
    if standing.enabled == bool(standing.verify.strip()):
        raise ValueError("a row has `enabled = false` and `verify` together, or neither")
    return Listed(policy, standing.enabled, standing.verify)
