"""A workbook written as a stream: nothing of it lies in memory or on a disk on the way.

Office Open XML (ECMA-376) with text in the cells themselves, so that no table of strings has to be
held.  A sheet takes 1,048,576 rows; more lines go on in further sheets, each with its heading.  Every
text is a text and never a formula, whatever it begins with.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

#: Rows of a sheet, its heading among them.
SHEET_ROWS = 1_048_576
#: A cell takes no more characters (a limit of the programs that open it).
_CELL = 32_767
_AT_ONCE = 2_000
#: No clock in the file: the same lines give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_XML = dict.fromkeys(
    [*(c for c in range(32) if c not in (9, 10, 13)), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
)


class TooLong(Exception):
    """A text that no cell of a workbook takes. It is not cut: another form takes it."""


class _Sink:
    """What the zip writer writes to: bytes come out as soon as they are there."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._at = 0

    def write(self, content: bytes) -> int:
        self._waiting.append(bytes(content))
        self._at += len(content)
        return len(content)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        return None

    def taken(self) -> bytes:
        out, self._waiting = b"".join(self._waiting), []
        return out


def make(
    about: dict[str, Any], columns: tuple[str, ...], lines: Iterable[tuple[Any, ...]]
) -> Iterator[bytes]:
    """The bytes of the workbook: a sheet that says what it is, then the lines."""
    sink = _Sink()
    names = ["About"]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:  # type: ignore[call-overload]
        said = list(about.items())
        yield from _sheet(book, sink, 1, ("what", "value"), iter(said))
        remaining = iter(lines)
        while True:
            first = next(remaining, None)
            if first is None and len(names) > 1:
                break
            names.append(f"Lines {len(names)}")
            rest = islice(remaining, SHEET_ROWS - 2)
            yield from _sheet(book, sink, len(names), columns, _with(first, rest))
        for name, content in _parts(names):
            _store(book, name, content)
    yield sink.taken()


def _with(first: tuple[Any, ...] | None, rest: Iterator[Any]) -> Iterator[Any]:
    if first is not None:
        yield first
        yield from rest


def _sheet(
    book: zipfile.ZipFile,
    sink: _Sink,
    number: int,
    columns: tuple[str, ...],
    lines: Iterator[tuple[Any, ...]],
) -> Iterator[bytes]:
    info = zipfile.ZipInfo(f"xl/worksheets/sheet{number}.xml", _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    with book.open(info, "w", force_zip64=True) as part:
        part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        part.write(_row(columns).encode())
        while some := list(islice(lines, _AT_ONCE)):
            part.write("".join(map(_row, some)).encode())
            yield sink.taken()
        part.write(b"</sheetData></worksheet>")
    yield sink.taken()


def _row(values: Iterable[Any]) -> str:
    return f"<row>{''.join(map(_cell, values))}</row>"


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = str(value)
    if len(text) > _CELL:
        raise TooLong
    clean = escape(text.translate(_NOT_XML))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'


def _store(book: zipfile.ZipFile, name: str, content: str) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    book.writestr(info, _HEAD + content)


def _parts(names: list[str]) -> list[tuple[str, str]]:
    """What ties the sheets together."""
    each: Callable[[Callable[[int, str], str]], str] = lambda say: "".join(  # noqa: E731
        say(number, name) for number, name in enumerate(names, start=1)
    )
    sheets = each(lambda n, name: f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>')
    related = each(
        lambda n, _: (
            f'<Relationship Id="rId{n}" Type="{_RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        )
    )
    typed = each(
        lambda n, _: (
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        )
    )
    return [
        (
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets>{sheets}</sheets></workbook>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
        ),
        (
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        ),
        (
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{typed}</Types>',
        ),
    ]
