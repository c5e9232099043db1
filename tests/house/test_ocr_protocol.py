"""The auditor's checklist names what is there: each line a test, an open issue, or a reason."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
LINES = 97
_ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"\[`(test_\w+)`\]\(([^)]+)\)")
_OPEN = re.compile(r"Open: (\w+)")
_OUTSIDE = re.compile(r"Outside this service: (.{15,})")


def rows() -> list[tuple[str, ...]]:
    return _ROW.findall((DOCS / "ocr-protocol.md").read_text(encoding="utf-8"))


def named() -> Iterator[tuple[str, str, str]]:
    for number, _, _, answer in rows():
        for name, path in _TEST.findall(answer):
            yield number, name, path


def test_every_line_of_the_protocol_is_there_once_in_order() -> None:
    assert [int(row[0]) for row in rows()] == list(range(1, LINES + 1))
    assert all("164." in row[1] for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_line_is_answered_by_a_test_an_open_issue_or_a_reason(row: tuple[str, ...]) -> None:
    answer = row[3]
    assert _TEST.search(answer) or _OPEN.search(answer) or _OUTSIDE.search(answer)
    assert set(_OPEN.findall(answer)) <= set("CDEF")


def test_every_test_it_names_is_there() -> None:
    missing = [
        f"line {number}: {name} in {path}"
        for number, name, path in named()
        if f"\ndef {name}(" not in (DOCS / path).read_text(encoding="utf-8")
    ]
    assert not missing, "\n".join(missing)
