"""A kind's machine as a page: the diagram, and a table of its moves. Written by `manage.py states`.

Everything comes from the kind's own module, so the page cannot say what the machine does not do.
"""

from collections.abc import Iterator

from requests_app.kinds.base import Check, Clock, Kind, MoveSpec
from requests_app.permissions import MAY, Permission

_HEADER = "<!-- Written by `manage.py states`; a test compares it with the program. -->"
_COLUMNS = ("move", "from → to", "who", "lawful when", "letter", "clock")


def page(kind: type[Kind]) -> str:
    """The page of one kind, in Markdown with a Mermaid diagram."""
    moves = kind.moves().values()
    parts = [
        _HEADER,
        f"# {kind.name.replace('_', ' ').capitalize()}",
        f"“{kind.title}”: {kind.citation}.",
        "```mermaid\n" + "\n".join(_diagram(kind)) + "\n```",
        "Moves that leave the state as it is stand in the table only.",
        "\n".join(
            [_row(_COLUMNS), _row(["---"] * len(_COLUMNS))] + [_line(kind, m) for m in moves]
        ),
        "Every move also writes a status row, an entry of the log under "
        f"`{kind.event('…')}`, and what there is to tell.",
    ]
    return "\n\n".join(parts) + "\n"


def _diagram(kind: type[Kind]) -> Iterator[str]:
    yield "stateDiagram-v2"
    for state in kind.State:
        yield f'    state "{state.label}" as {state.value}'
    for name, source, target in kind.paths():
        if source != target:
            yield f"    {source or '[*]'} --> {target} : {name}"


def _line(kind: type[Kind], spec: MoveSpec) -> str:
    letter, effect = kind.LETTERS.get(spec.name), kind.CLOCK.get(spec.name)
    guards = [_first_line(check) for check in (*spec.checks, *spec.input_checks)]
    return _row(
        [
            f"`{spec.name}`<br>{spec.title}",
            "<br>".join(_path(str(source), str(target)) for source, target in spec.paths.items()),
            "<br>".join(_who(permission) for permission in spec.needs),
            "<br>".join(guards) or "always",
            f"`{letter.template}`" if letter else "none",
            effect.value if effect else "runs on" if _has_clock(kind) else "none",
        ]
    )


def _has_clock(kind: type[Kind]) -> bool:
    """Whether the law counts days for this kind."""
    return Clock.START in kind.CLOCK.values()


def _path(source: str, target: str) -> str:
    return str(source) if source == target else f"{source or 'unborn'} → {target}"


def _who(permission: Permission) -> str:
    """The permission, and the roles that have it; a machine client is judged by its scopes."""
    roles = [role.value.replace("_", " ") for role, may in MAY.items() if permission in may]
    return f"`{permission.value}`: {', '.join(roles)}"


def _first_line(check: Check) -> str:
    if not check.__doc__:
        raise TypeError(f"{check.__name__} needs a docstring: it says when the move is lawful")
    return check.__doc__.strip().split("\n")[0]


def _row(cells: "list[str] | tuple[str, ...]") -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
