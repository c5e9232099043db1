"""Documents cannot lie about what can be checked: links, numbers of decisions, the environment."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADRS = ROOT / "docs" / "adr"
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
#: How the environment is read; the first argument is the variable's name.
_READERS = {"env.text", "env.flag", "env.number", "env.names", "env.mail", "os.environ.get"}


def documents() -> list[Path]:
    inside = [ROOT / "docs", ROOT / ".ci", *(ROOT / floor for floor in FLOORS)]
    return sorted([*ROOT.glob("*.md"), *(file for place in inside for file in place.rglob("*.md"))])


FLOORS = ("audit", "requests_app", "privacy_portal")


@pytest.mark.parametrize("file", documents(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(file: Path) -> None:
    text = _FENCED.sub("", file.read_text(encoding="utf-8"))
    for link in _LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), f"{file.name} links to {link}, which is not there"
        if anchor:
            assert anchor in anchors(target), f"{file.name}: no heading for {link}"


def test_every_picture_is_described_and_there_and_every_one_there_is_shown() -> None:
    shown = {
        (file.parent / path).resolve(): words
        for file in documents()
        for words, path in _IMAGE.findall(_FENCED.sub("", file.read_text(encoding="utf-8")))
    }
    pictures = set((ROOT / "docs" / "pages").glob("*.png"))
    assert all(len(words) > 20 for words in shown.values()), "say what a picture shows"
    assert set(shown) == pictures, "made by `make screenshots`; docs/pages.md shows each"
    for file in pictures:
        assert file.read_bytes().startswith(b"\x89PNG")
        assert file.stat().st_size < 200_000, f"{file.name} is heavy"


def anchors(file: Path) -> set[str]:
    """What GitHub makes of the headings."""
    headings = _HEADING.findall(_FENCED.sub("", file.read_text(encoding="utf-8")))
    words = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {word.strip().replace(" ", "-") for word in words}


def test_every_decision_is_numbered_once_and_as_its_file_says() -> None:
    files = sorted(ADRS.glob("*.md"))
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(1, len(files) + 1)), Counter(numbers)
    for file, number in zip(files, numbers, strict=True):
        title = file.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(rf"# 0*{number}\. ", title), f"{file.name} begins with “{title}”"


def test_the_list_of_decisions_names_each() -> None:
    listed = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for file in ADRS.glob("*.md"):
        assert f"](adr/{file.name})" in listed, f"docs/architecture.md does not list {file.name}"


def test_the_table_of_the_environment_is_what_the_program_reads() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE))
    read = {
        name for floor in FLOORS for file in (ROOT / floor).rglob("*.py") for name in reads(file)
    }
    assert table == read, (
        f"docs/operations.md lacks {sorted(read - table)} and names {sorted(table - read)}, "
        "which nothing reads"
    )


def reads(file: Path) -> Iterator[str]:
    """Names of variables that a module reads, given as text or as a constant of the module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _READERS and node.args:
            name = node.args[0]
            name = constants.get(name.id, name) if isinstance(name, ast.Name) else name
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value
