"""What a file is shows in its content; what breaks a rule is refused while it comes."""

import pytest

from requests_app.documents.content import Inspection
from requests_app.errors import BadInput

TAKEN = ("pdf", "jpeg", "png", "tiff", "heic", "text")
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 600
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 2


def looked_at(content: bytes, *, piece: int = 65_536, most: int = 1_000_000) -> Inspection:
    look = Inspection(TAKEN, most, len(content))
    pieces = [content[at : at + piece] for at in range(0, len(content), piece)]
    assert b"".join(look.passing(pieces)) == content
    return look


def heic(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0" * 200


CONTENTS = {
    "a PDF": (PDF, "application/pdf"),
    "a JPEG": (JPEG, "image/jpeg"),
    "a PNG": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image/png"),
    "a TIFF, little end first": (b"II*\0" + b"\0" * 50, "image/tiff"),
    "a TIFF, big end first": (b"MM\0*" + b"\0" * 50, "image/tiff"),
    "a telephone's picture": (heic(b"heic"), "image/heic"),
    "text": ("Añade mi teléfono.\r\n".encode(), "text/plain; charset=utf-8"),
    "a letter that the pieces cut in two": (
        b"a" * 65_535 + "é".encode() * 10, "text/plain; charset=utf-8"),
    "a web page: text, never shown as a page": (
        b"<script>alert(1)</script>", "text/plain; charset=utf-8"),
    "a picture in text form: text as well": (
        b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain; charset=utf-8"),
    "a program": (b"MZ\x90\0" + b"\0" * 300, None),
    "a program of this system": (b"\x7fELF\x02\x01" + b"\0" * 300, None),
    "an archive": (b"PK\x03\x04" + b"\0" * 300, None),
    "pictures of radiology, unless the practice takes them": (b"\0" * 128 + b"DICM" + b"\0" * 9, None),
    "a film": (heic(b"isom"), None),
    "text in another alphabet's bytes": ("Añade".encode("latin-1"), None),
    "text cut within a letter": ("é".encode()[:1], None),
    "text with a null far behind": (b"a" * 70_000 + b"\0", None),
    "a PDF behind something else": (b"x%PDF-1.7" + b"\x01\x02", None),
}  # fmt: skip


@pytest.mark.parametrize("piece", [65_536, 7])
@pytest.mark.parametrize("what", CONTENTS)
def test_what_a_file_is_shows_in_its_content(what: str, piece: int) -> None:
    content, media = CONTENTS[what]
    if media is None:
        with pytest.raises(BadInput) as refused:
            looked_at(content, piece=piece)
        (problem,) = refused.value.problems
        assert problem.field == "/content"
        assert problem.sentence.startswith("This kind of file cannot be kept here.")
    else:
        look = looked_at(content, piece=piece)
        assert look.type is not None
        assert look.type.media == media


def test_one_byte_too_many_is_refused_and_one_less_is_not() -> None:
    assert looked_at(PDF, most=len(PDF)).size == len(PDF)
    with pytest.raises(BadInput, match="There is a problem"):
        looked_at(PDF, most=len(PDF) - 1)


def test_a_refused_file_is_refused_before_its_first_byte_is_handed_on() -> None:
    passing = Inspection(TAKEN, 1_000, 4).passing([b"MZ\x90\0" * 100])
    with pytest.raises(BadInput):
        next(passing)
