"""docs/adding-a-kind.md is followed to the letter, in a copy of the tree, and what it adds works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import database

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "adding-a-kind.md").read_text(encoding="utf-8")
COPIED = ("audit", "requests_app", "privacy_portal", "tests", "docs", "manage.py", "pyproject.toml",
          "requirements")  # fmt: skip
#: A sentence that says where, and the block after it; or a block of commands, which has none.
_STEP = re.compile(
    r"(?:^(New file|In|At the end of) `([^`]+)`(?:, (below|above) `([^`]+)`)?:\n\n)?"
    r"^```(\w+)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def follow(tree: Path) -> None:
    for where, path, side, line, language, block in _STEP.findall(GUIDE):
        if language == "sh":
            for command in block.splitlines():
                run(command, tree)
        else:
            write(tree / path, where, side, line, block)


def write(file: Path, where: str, side: str, line: str, block: str) -> None:
    if where == "New file":
        assert not file.exists(), file
        file.write_text(block, encoding="utf-8")
        return
    text = file.read_text(encoding="utf-8")
    if where == "At the end of":
        file.write_text(text + block, encoding="utf-8")
        return
    assert where == "In", f"a block says nowhere where it belongs: {block[:60]}"
    assert text.count(f"\n{line}\n") == 1, f"{file.name} has no single line “{line}”"
    put = f"\n{line}\n{block}" if side == "below" else f"\n{block}{line}\n"
    file.write_text(text.replace(f"\n{line}\n", put), encoding="utf-8")


def run(command: str, tree: Path) -> None:
    if command == "make check":  # its parts are run below, where they can be seen
        return
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]
    assert words[0] == "python", command
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=tree,
        env=own_environment() | ({"PRIVACY_CHECK_ONLY": "1"} if "manage.py" in command else {}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def own_environment() -> dict[str, str]:
    """A shell's, and nothing that these tests have set for themselves."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        source, target = ROOT / name, copy / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.pyc.*", "outside"))
        else:
            shutil.copy(source, target)
    database.copy_kept(copy)  # or every migration would be run again for the one that is new
    return copy


def test_the_guide_followed_to_the_letter_adds_a_kind_that_works(tree: Path) -> None:
    follow(tree)

    (migration,) = (tree / "requests_app" / "migrations").glob("*_intermediary_list.py")
    assert '("provide", "in_review", "provided")' in migration.read_text(encoding="utf-8")
    assert (tree / "docs" / "states" / "intermediary_list.md").exists()
    assert "us-federal.intermediary-list" in (tree / "docs" / "policies.md").read_text("utf-8")
    run("python manage.py makemigrations --check --dry-run", tree)
    run("python -m ruff check requests_app tests", tree)
    run("python -m ruff format --check requests_app/kinds requests_app/letters tests", tree)


def test_every_block_of_the_guide_says_where_it_belongs() -> None:
    assert len(_STEP.findall(GUIDE)) == GUIDE.count("\n```") // 2
    assert all(found[1] or found[4] == "sh" for found in _STEP.findall(GUIDE))
