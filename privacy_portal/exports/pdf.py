"""A register as a document to print: what it is on the first page, then the lines, one below the other.

Text goes out in the fonts every reader has, which know the letters of western Europe; any other
letter is written as its number, so that nothing is lost without being seen.

What draws is imported when something is drawn: every process of the service imports this module.
"""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_WIDE, _HIGH = 612.0, 792.0  # US letter, in points
_MARGIN, _LEADING, _SIZE = 50, 11, 8
_FONT, _BOLD = "Helvetica", "Helvetica-Bold"
_LABEL = 110  # where a value begins


def make(
    about: dict[str, Any], columns: tuple[str, ...], lines: Iterable[tuple[Any, ...]]
) -> Iterator[bytes]:
    """The bytes of the document. It is held whole, which is why it takes no more lines."""
    from reportlab.pdfgen.canvas import Canvas

    whole = io.BytesIO()
    # Invariant: no clock and no random id in the file; the same lines give the same bytes.
    page = _Page(Canvas(whole, pagesize=(_WIDE, _HIGH), pageCompression=1, invariant=1))
    page.heading(f"Export of the {about.get('register', 'register')}")
    page.facts((name, value) for name, value in about.items() if name != "register")
    for number, line in enumerate(lines, start=1):
        page.heading(str(number))
        page.facts(zip(columns, line, strict=True))
    page.end()
    yield whole.getvalue()


class _Page:
    """Where the next line goes."""

    def __init__(self, canvas: "Canvas") -> None:
        self._canvas, self._y, self._number = canvas, _HIGH - _MARGIN, 1

    def heading(self, text: str) -> None:
        self._room(3)
        self._y -= _LEADING / 2
        self._write(_BOLD, _MARGIN, text)

    def facts(self, facts: Iterable[tuple[str, Any]]) -> None:
        """Each on lines of its own; what is empty is left out."""
        for name, value in facts:
            if value in (None, ""):
                continue
            for at, part in enumerate(_split(written(str(value)))):
                self._room(1)
                if at == 0:
                    self._canvas.setFont(_BOLD, _SIZE)
                    self._canvas.drawString(_MARGIN, self._y, name)
                self._write(_FONT, _MARGIN + _LABEL, part)

    def end(self) -> None:
        self._finish()
        self._canvas.save()

    def _write(self, font: str, x: float, text: str) -> None:
        self._canvas.setFont(font, _SIZE)
        self._canvas.drawString(x, self._y, text)
        self._y -= _LEADING

    def _room(self, lines: int) -> None:
        if self._y - lines * _LEADING < _MARGIN:
            self._finish()
            self._y = _HIGH - _MARGIN

    def _finish(self) -> None:
        self._canvas.setFont(_FONT, _SIZE)
        self._canvas.drawRightString(_WIDE - _MARGIN, _MARGIN / 2, f"Page {self._number}")
        self._canvas.showPage()
        self._number += 1


def written(text: str) -> str:
    """The text in letters the fonts have; others as their number, [U+4E2D]."""
    return "".join(one if _known(one) else f"[U+{ord(one):04X}]" for one in text)


def _known(letter_: str) -> bool:
    if letter_ in "\n\t":
        return True
    try:
        letter_.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return letter_.isprintable()


def _split(text: str) -> list[str]:
    from reportlab.lib.utils import simpleSplit

    room = _WIDE - 2 * _MARGIN - _LABEL
    found: list[str] = simpleSplit(text.replace("\t", " "), _FONT, _SIZE, room)
    return found or [""]
