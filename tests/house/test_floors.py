"""The house has three floors, and imports only go down.

    privacy_portal   3  how people and clocks touch it: pages, API, tasks, commands
    requests_app     2  what the law says; no HTTP, no Celery, no e-mail
    audit            1  what happened, and the proof of it; knows nobody above

When a test here fails it says which import to move, and where what you need can live instead.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application import use_cases

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("audit", "requests_app", "privacy_portal")
CONTRACTS = {
    "The house: imports only go down": (
        "A lower floor imports a higher one. Record a fact below (a row, an outbox line, a log "
        "entry) and let the higher floor read it; or hand what you need down as a parameter, as "
        "the Actor and the clock are."
    ),
    "requests_app knows no HTTP, no Celery, no e-mail": (
        "What the law says must not depend on how it is asked. Raise one of requests_app.errors "
        "and let the shell turn it into an answer; write an outbox row and let a task send it."
    ),
    "The proving half of audit stands without Django": (
        "Somebody who verifies a bundle has no Django and no database. Put what needs them into "
        "audit.keys, audit.fields or audit.log, and hand plain values to these modules."
    ),
    "The sealer stands without Django": (
        "The sealer holds the signing key and a database role of its own, and runs nothing of the "
        "service. Hand plain values to audit.sealer and audit.invariants."
    ),
}
#: Parts of Django that only the third floor may touch.
SHELL_ONLY = (
    "django.contrib.auth",
    "django.core.mail",
    "django.dispatch",
    "django.http",
    "django.shortcuts",
    "django.template.response",
    "django.urls",
    "django.views",
)
WITHOUT_DJANGO = (
    "clock", "actors", "eids", "entry", "canonical", "names", "errors", "context",
    "strict", "merkle", "note", "checkpoint", "tiles", "publish", "proof", "verify.cli",
    "opening", "fhir", "bundle", "fetch", "witness.cli", "witness.client", "anchors.rfc3161",
    "anchors.printed", "anchors.standing",
)  # fmt: skip


def test_every_contract_is_explained_here() -> None:
    contracts = read_configuration()["contracts_options"]
    assert {contract["name"] for contract in contracts} == set(CONTRACTS)


def test_imports_only_go_down(capsys: pytest.CaptureFixture[str]) -> None:
    kept = use_cases.lint_imports(cache_dir=None)
    report = capsys.readouterr().out
    lessons = [f"{name}\n{why}" for name, why in CONTRACTS.items() if f"{name} BROKEN" in report]
    assert kept, "\n\n".join([*lessons, report])


@pytest.mark.parametrize("floor", ["audit", "requests_app"])
def test_the_lower_floors_leave_the_shells_part_of_django_alone(floor: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted((ROOT / floor).rglob("*.py"))
        for line, name in _imports(path.read_text(encoding="utf-8"))
        if _belongs_to_the_shell(name)
    ]
    lesson = CONTRACTS["requests_app knows no HTTP, no Celery, no e-mail"]
    assert not found, "\n".join([*found, lesson])


@pytest.mark.parametrize(
    "source",
    [
        "import django.http",
        "from django.http import HttpResponse",
        "from django import http",
        "from django.core import mail as post",
        "from django.contrib.auth.models import User",
        "def f():\n    from django.urls import reverse",
    ],
)
def test_an_import_of_the_shells_part_is_seen_however_it_is_written(source: str) -> None:
    assert any(_belongs_to_the_shell(name) for _, name in _imports(source))


@pytest.mark.parametrize("source", ["from django.db import models", "import django.httpx"])
def test_the_rest_of_django_is_open_to_all(source: str) -> None:
    assert not any(_belongs_to_the_shell(name) for _, name in _imports(source))


def test_three_packages_stand_at_the_top_level() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == {*FLOORS, "tests"}, "A new idea finds its room on one of the three floors."


def test_the_proving_half_of_audit_is_imported_without_django() -> None:
    modules = [f"audit.{name}" for name in WITHOUT_DJANGO]
    modules += [f"audit.crypto.{path.stem}" for path in (ROOT / "audit/crypto").glob("[a-z]*.py")]
    blocked = "sys.modules['django'] = sys.modules['psycopg'] = None"
    program = f"import sys; {blocked}; import {', '.join(modules)}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _imports(source: str) -> Iterator[tuple[int, str]]:
    """Each imported name with its line; `from a import b` counts as a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _belongs_to_the_shell(name: str) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in SHELL_ONLY)
