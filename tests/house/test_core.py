"""The shape of the request core, swept from the code: one door, one clock, one room like another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import names
from requests_app.kinds import registry
from requests_app.kinds.base import Clock, Kind
from requests_app.letters.letter import _ENGINE

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("audit", "requests_app", "privacy_portal")
KINDS = registry.all_kinds()
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)

#: The one place that asks the machine's clock, and programs that run before Django does.
CLOCKS = {"audit/clock.py"}
#: What a move decides. Only moves (requests_app/kinds) and the door write it.
DECIDED = {"state", "version", "answered_at", "answered_on", "due_on", "due_at"}
#: Errors carry the state that stands, for whoever was refused.
ERRORS = {"requests_app/errors.py"}
DOOR = {"requests_app/actions/door.py", "requests_app/actions/file.py"}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Our own modules, by their path; migrations are history and left out."""
    for folder in folders or FLOORS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


# --- one door ----------------------------------------------------------------------------------
def assignments(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every `request.state = …` and `….update(state=…)`, with its line."""
    for node in ast.walk(tree):
        for target in _targets(node):
            if (
                isinstance(target, ast.Attribute)
                and target.attr in DECIDED
                and _of_a_request(target)
            ):
                yield target.lineno, target.attr
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "").endswith("update"):
            yield from ((node.lineno, str(k.arg)) for k in node.keywords if k.arg in DECIDED)


def _of_a_request(target: ast.Attribute) -> bool:
    """A refusal names the state that stands; that moves nothing."""
    return getattr(target.value, "id", "") != "refusal"


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        found = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        found = [node.target]
    else:
        return []
    return [inner for target in found for inner in getattr(target, "elts", [target])]


def test_nothing_but_the_door_moves_a_request() -> None:
    found = [
        f"{path}:{line} writes {name}"
        for path, tree in sources("requests_app", "privacy_portal")
        for line, name in assignments(tree)
        if path not in DOOR | ERRORS and not path.startswith("requests_app/kinds/")
    ]
    assert not found, "\n".join(
        [*found, "A request changes by a move of its kind, through requests_app.actions.door."]
    )


def test_not_even_a_kind_writes_its_own_state() -> None:
    found = [
        f"{path}:{line}"
        for path, tree in sources("requests_app")
        for line, name in assignments(tree)
        if name == "state" and path not in ERRORS
    ]
    assert not found, f"{found}: name the target in the move's paths; the machine sets the state."


@pytest.mark.parametrize(
    "source",
    [
        "request.state = 'granted'",
        "request.version += 1",
        "a, request.state = 1, 2",
        "Request.objects.filter(pk=1).update(state='granted')",
    ],
)
def test_the_sweep_sees_each_way_of_writing_a_state(source: str) -> None:
    assert list(assignments(ast.parse(source)))


# --- one clock ---------------------------------------------------------------------------------
_NOW = {"now", "utcnow", "today", "localtime", "localdate"}
_CLOCKS = {"datetime", "date", "timezone", "dt"}


def bare_clocks(tree: ast.Module) -> Iterator[int]:
    """Lines that ask a clock other than ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _NOW:
            base = node.value
            name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
            if name in _CLOCKS:
                yield node.lineno
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.value.lineno


def test_nobody_asks_another_clock() -> None:
    found = [
        f"{path}:{line}"
        for path, tree in sources()
        if path not in CLOCKS
        for line in bare_clocks(tree)
    ]
    assert not found, (
        f"{found}: take the time as a parameter in the core, and from audit.clock.now() at the edge, "
        "so that a test can say when it is."
    )


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "timezone.now()",
        "x = date.today",
        "models.DateTimeField(auto_now_add=True)",
    ],
)
def test_the_sweep_sees_each_way_of_asking(source: str) -> None:
    assert list(bare_clocks(ast.parse(source)))


# --- every kind is the same room ---------------------------------------------------------------
#: What stands at the top of a kind's module and in its class, in this order.
IN_CLASS = ("name", "title", "citation", "State", "Details", "Meta")
AT_END = ("LETTERS", "CLOCK")


def _class(kind: type[Kind]) -> tuple[ast.Module, list[str]]:
    path = ROOT / (kind.__module__.replace(".", "/") + ".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    body = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == kind.__name__)
    return tree, [name for node in body.body for name in _named(node)]


def _named(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    return [t.id for t in _targets(node) if isinstance(t, ast.Name)]


@each_kind
def test_a_kind_has_the_same_rooms_in_the_same_order(kind: type[Kind]) -> None:
    tree, found = _class(kind)
    top = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    moves = list(kind.moves())
    assert top[0] == "State"
    assert "Details" in top
    assert top[-1] == kind.__name__
    assert found[: len(IN_CLASS)] == list(IN_CLASS)
    assert found[-len(AT_END) :] == list(AT_END)
    assert [name for name in found if name in moves] == moves
    assert (moves[0], moves[-1]) == ("file", "reopen")


@each_kind
def test_a_kinds_docstring_names_the_law_the_right_the_clock_and_the_exits(
    kind: type[Kind],
) -> None:
    doc = ast.get_docstring(_class(kind)[0]) or ""
    assert kind.citation in doc.split("\n")[0]
    assert [word for word in ("The right", "The clock", "The exits") if word in doc] == [
        "The right",
        "The clock",
        "The exits",
    ]


@each_kind
def test_a_kind_is_read_in_one_sitting(kind: type[Kind]) -> None:
    path = ROOT / (kind.__module__.replace(".", "/") + ".py")
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


@each_kind
def test_letters_and_clock_belong_to_moves(kind: type[Kind]) -> None:
    assert set(kind.LETTERS) | set(kind.CLOCK) <= set(kind.moves())
    born = {name for name, spec in kind.moves().items() if "" in spec.paths}
    started = {name for name in born if kind.CLOCK.get(name) is Clock.START}
    assert started in (born, set()), "Where the law sets a limit, it runs from receipt."


@each_kind
def test_every_move_has_its_name_in_the_log(kind: type[Kind]) -> None:
    for move in kind.moves():
        assert names.require(kind.event(move)) == f"request:{kind.name}:{move}"


@each_kind
def test_postgresql_knows_the_same_graph(kind: type[Kind], db: None) -> None:
    from requests_app.kinds.models import LegalMove

    rows = LegalMove.objects.filter(kind=kind.name).values_list("move", "source", "target")
    assert set(rows) == {(m, str(s), str(t)) for m, s, t in kind.paths()}, (
        f"Run `manage.py legal_moves {kind.name}` and write a migration with what it prints."
    )


@each_kind
def test_every_letter_is_a_template_with_its_subject_on_the_first_line(kind: type[Kind]) -> None:
    for letter in kind.LETTERS.values():
        source = _ENGINE.get_template(f"letters/{letter.template}.txt").source
        subject, body = source.split("\n", 1)
        assert subject.strip()
        assert "{" not in subject, "A subject is the same for everybody: it may be seen by anybody."
        assert body.startswith('{% include "letters/_head.txt" %}')
        assert body.rstrip().endswith('{% include "letters/_foot.txt" %}')


def test_every_letter_template_is_owed_by_a_move() -> None:
    owed = {letter.template for kind in KINDS for letter in kind.LETTERS.values()}
    folder = ROOT / "requests_app/letters/templates/letters"
    assert {path.stem for path in folder.glob("[a-z]*.txt")} == owed


def test_the_door_is_the_only_way_in() -> None:
    """Who calls a transition by its name goes around every guard."""
    moves: set[str] = {name for kind in KINDS for name in kind.moves()}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources("requests_app", "privacy_portal")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in moves
        and getattr(node.func.value, "id", "") in {"request", "self"}
        and path != "requests_app/actions/door.py"
    ]
    assert not found, f"{found}: call requests_app.actions.door.act instead."
