"""Finds every sentence that a person may read, by reading the source.

A sentence is marked in one of four ways, and each is found here:

- it goes through gettext, in Python or in a template;
- it is a word of a question (`question=`, `hint=`, `name=`, `errors=`, `labels=`) or of a refusal
  (`NotNow("…")`, `Problem(field, "…")`): those classes translate what they are given;
- it is the line of a move, the first sentence of its docstring;
- it stands in a table of law under a key that readers see.

Needs nothing but Python and Django, so that a test can ask it.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("audit", "requests_app", "privacy_portal")

#: Names under which gettext is called, and how many of its first arguments are sentences.
_GETTEXT = {
    "_": 1,
    "_t": 1,
    "_lazy": 1,
    "_noop": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
}
_ASKING = {
    "text", "day", "yes_no", "choice", "choices", "group", "many", "money", "instant", "whole",
    "replace",
}  # fmt: skip
_WORDING = {"question", "hint", "name"}
#: Where a class that translates takes its sentence: the place among its arguments.
_TAKES = {
    "NotNow": 0,
    "NotPermitted": 0,
    "TryLater": 0,
    "Problem": 1,
    "GroundLaw": 0,
    "RequestError": 0,
}
#: Keywords and variables that hold a sentence wherever they stand.
_NAMED = {"sentence", "why"}
#: Tables of sentences: every value of theirs is one.
_OF_SENTENCES = {"SENTENCES", "GROUNDS"}
#: Tables of law: the keys of theirs that readers see.
_TABLES = {"requests_app/deadlines/policies": ("title", "remark")}


@dataclass(frozen=True, order=True)
class Found:
    """One sentence and the file it stands in; `plural` where it counts something."""

    words: str
    file: str
    plural: str = ""


def everything(root: Path = ROOT) -> list[Found]:
    """Every sentence of the service, in order, each once a file."""
    found = set[Found]()
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*")):
            if "migrations" in path.parts or "__pycache__" in path.parts:
                continue
            found |= set(of_file(path, str(path.relative_to(root))))
    return sorted(found)


def of_file(path: Path, name: str) -> Iterator[Found]:
    """What one file says."""
    if path.suffix == ".py":
        yield from of_python(path.read_text(encoding="utf-8"), name)
    elif path.suffix == ".html":
        # Django's own reading of a template: what is marked in it, as calls of gettext.
        yield from _of_template(path.read_text(encoding="utf-8"), name)
    elif path.suffix == ".toml" and str(path.parent).endswith(tuple(_TABLES)):
        keys = _TABLES[next(one for one in _TABLES if str(path.parent).endswith(one))]
        for words in _under(tomllib.loads(path.read_text(encoding="utf-8")), keys):
            yield Found(words, name)


def _under(table: object, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(table, list):
        for row in table:
            yield from _under(row, keys)
    elif isinstance(table, dict):
        for key, value in table.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from _under(value, keys)


def _of_template(text: str, name: str) -> Iterator[Found]:
    calls = templatize(text, origin=name)
    for line in calls.split("\n"):
        for start in ("gettext(", "ngettext(", "_("):
            yield from _calls(line, start, name)


def _calls(text: str, start: str, name: str) -> Iterator[Found]:
    at = text.find(start)
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            call = _whole(text[at:])
            if call:
                yield from of_python(call, name)
        at = text.find(start, at + 1)


def _whole(text: str) -> str:
    """The call at the beginning of the text, to its closing bracket."""
    for end, sign in enumerate(text):
        if sign == ")":
            try:
                ast.parse(text[: end + 1])
            except SyntaxError:
                continue
            return text[: end + 1]
    return ""


def of_python(source: str, name: str) -> Iterator[Found]:
    """What a Python file says."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _of_call(node, name)
        elif isinstance(node, ast.FunctionDef) and _is_move(node):
            yield Found(_line_of(ast.get_docstring(node) or ""), name)
        elif isinstance(node, ast.AnnAssign):
            yield from (
                Found(words, name) for words in (*_nameless(node), *_table(node, node.target))
            )
        elif isinstance(node, ast.Assign):
            found = _literals(node.value) if _targets(node) & _NAMED else iter(())
            yield from (Found(words, name) for words in (*found, *_table(node, node.targets[0])))


def _of_call(node: ast.Call, name: str) -> Iterator[Found]:
    called = _name_of(node.func)
    if called in _GETTEXT and node.args:
        words = [next(_literals(one), "") for one in node.args[: _GETTEXT[called]]]
        if words[0]:
            yield Found(words[0], name, words[1] if len(words) > 1 else "")
        return
    for words in _of_classes(node, called):
        yield Found(words, name)


def _of_classes(node: ast.Call, called: str) -> Iterator[str]:
    place = 1 if called == "one" else _TAKES.get(called)
    if place is not None and len(node.args) > place:
        yield from _literals(node.args[place])
    for keyword in node.keywords:
        asked = called in _ASKING and keyword.arg in _WORDING
        if asked or keyword.arg in _NAMED:
            yield from _literals(keyword.value)
        if called in _ASKING and isinstance(keyword.value, ast.Dict):
            for value in keyword.value.values:
                yield from _literals(value)


def _nameless(node: ast.AnnAssign) -> Iterator[str]:
    """What a question without a name is called: as its field."""
    call = node.value
    if isinstance(call, ast.Call) and _name_of(call.func) in _ASKING - {"replace"}:
        given = {keyword.arg for keyword in call.keywords}
        if "question" in given and "name" not in given:
            yield _name_of(node.target).replace("_", " ")


def _table(node: ast.Assign | ast.AnnAssign, target: ast.expr) -> Iterator[str]:
    if _name_of(target) in _OF_SENTENCES and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from _literals(value)


def _literals(node: ast.expr) -> Iterator[str]:
    """The texts that this may be; nothing for what is worked out when it runs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _targets(node: ast.Assign) -> set[str]:
    return {_name_of(target) for target in node.targets}


def _is_move(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Call) and _name_of(one.func) == "move" for one in node.decorator_list
    )


def _line_of(doc: str) -> str:
    """As requests_app.kinds.base reads it."""
    return doc.strip().split("\n")[0].split(". ")[0].rstrip(".")
