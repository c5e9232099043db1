"""A photograph is kept upright and without a trace of where and by what it was taken."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from requests_app.documents import photographs
from requests_app.documents.content import Inspection
from requests_app.errors import BadInput, TryLater
from tests.support import pictures
from tests.support.pictures import TRACES, drawn, heic, jpeg, opened, png

TAKEN = ("pdf", "jpeg", "png", "tiff", "heic", "text")
RED, BLUE, SLACK = (254, 0, 0), (0, 0, 254), 12


def kept(content: bytes, *, most: int = 60_000_000) -> tuple[bytes, Inspection]:
    look = Inspection(TAKEN, most, len(content))
    pieces = [content[at : at + 65_536] for at in range(0, len(content), 65_536)]
    return b"".join(photographs.redrawn(look, pieces)), look


def refused(content: bytes) -> str:
    with pytest.raises(BadInput) as caught:
        kept(content)
    (problem,) = caught.value.problems
    assert problem.field == "/content"
    return problem.sentence


def near(seen: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) <= SLACK for one, other in zip(seen, wanted, strict=True))


PHOTOGRAPHS: dict[str, Callable[[], bytes]] = {"jpeg": jpeg, "png": png, "heic": heic}


@pytest.mark.parametrize("kind", PHOTOGRAPHS)
def test_a_photograph_is_kept_as_jpeg_without_what_the_telephone_wrote(kind: str) -> None:
    came = PHOTOGRAPHS[kind]()
    assert any(trace in came for trace in TRACES), "nothing to take away: the test shows nothing"
    assert kind == "heic" or opened(came).getexif().get_ifd(pictures.GPS), "no place to take away"

    content, look = kept(came)

    assert not [trace for trace in TRACES if trace in content]
    assert markers(content) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
    image = opened(content)
    assert (image.format, image.size, image.getexif()) == ("JPEG", (64, 32), {})
    assert near(image.getpixel((5, 5)), RED)
    assert near(image.getpixel((60, 5)), BLUE)
    assert look.type is not None
    assert look.came is not None
    assert (look.type.name, look.size) == ("jpeg", len(content))
    assert look.sha256 == hashlib.sha256(content).hexdigest()
    assert (look.came.type.name, look.came.size) == (kind, len(came))
    assert look.came.sha256 == hashlib.sha256(came).hexdigest()


def markers(content: bytes) -> set[int]:
    """The kinds of segment of a JPEG up to its picture (ITU T.81, B.1.1.3)."""
    found, at = set(), 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        found.add(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found | {content[at + 1]}


#: Exif 2.3, table 6: where the first row and the first column of what is stored belong.
TURNED = {
    1: ((64, 32), (5, 5)),
    3: ((64, 32), (60, 28)),
    6: ((32, 64), (16, 5)),
    8: ((32, 64), (16, 60)),
}


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("kind", ["jpeg", "heic"])
def test_a_turned_photograph_stands_upright(kind: str, orientation: int) -> None:
    make: Any = PHOTOGRAPHS[kind]
    size, red_at = TURNED[orientation]
    image = opened(kept(make(orientation=orientation))[0])
    assert image.size == size
    assert near(image.getpixel(red_at), RED)


def odd(mode: str) -> bytes:
    image = drawn().convert(mode)
    return png(image)


ODD = {
    "grey": lambda: jpeg(drawn().convert("L")),
    "for print": lambda: jpeg(drawn().convert("CMYK")),
    "with a palette": lambda: odd("P"),
    "black and white": lambda: odd("1"),
    "of sixteen bits": lambda: png(Image.new("I;16", (64, 32), 40_000)),
    "that shines through": lambda: png(Image.new("RGBA", (64, 32), (255, 0, 0, 0))),
    "grey that shines through": lambda: png(Image.new("LA", (64, 32), (9, 0))),
}
SEEN = {"of sixteen bits": 156, "that shines through": 255, "grey that shines through": 255}


@pytest.mark.parametrize("what", ODD)
def test_a_picture_of_another_kind_is_kept_as_it_looks(what: str) -> None:
    image = opened(kept(ODD[what]())[0])
    assert (image.mode, image.size) == ("RGB", (64, 32))
    if what in SEEN:
        assert near(image.getpixel((9, 9)), (SEEN[what],) * 3)


def test_colours_of_another_space_look_the_same_without_its_profile() -> None:
    standard = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (standard, b"no profile at all"):
        out = BytesIO()
        drawn().save(out, "JPEG", icc_profile=profile, quality=95)
        content, _look = kept(out.getvalue())
        assert near(opened(content).getpixel((5, 5)), RED)
        assert "icc_profile" not in opened(content).info


CANNOT_BE_OPENED = "The picture could not be opened. Take it again, or send it as a PDF."
UNREADABLE = {
    "cut short": lambda: jpeg(drawn((640, 480)))[:-2_000],
    "a HEIC cut short": lambda: heic()[:-40],
    "a PNG cut short": lambda: png(drawn((640, 480)))[:-400],
    "the beginning of a JPEG and nothing behind": lambda: b"\xff\xd8\xff\xe0" + bytes(200),
    "a film that says it is a picture": lambda: b"\0\0\0\x18ftypheic" + bytes(400),
    "a PNG whose picture is longer than it says": lambda: pictures.png_that_says(0, 9),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_opened_is_refused_in_a_sentence(what: str) -> None:
    assert refused(UNREADABLE[what]()) == CANNOT_BE_OPENED


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (13_001, 5_000)])  # fmt: skip
def test_a_picture_of_too_many_points_is_refused_before_it_unfolds(width: int, height: int) -> None:
    assert refused(pictures.png_that_says(width, height)).startswith(
        "The picture must have 65 megapixels or fewer."
    )


def test_a_picture_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photographs, "MOST", 1_000_000)
    sentence = refused(b"\xff\xd8\xff\xe0" + bytes(1_000_000))
    assert sentence.startswith("A picture must be 1 MB or smaller.")


def test_a_telephones_fifty_megapixels_are_taken() -> None:
    image = opened(kept(jpeg(drawn((8_160, 6_120))))[0])
    assert image.size == (8_160, 6_120)


def test_what_takes_more_memory_than_it_may_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The limit is the program's own: it holds where the head of a file lies about its size, too."""
    large, program = jpeg(drawn((8_000, 6_000))), tmp_path / "apart.py"
    program.write_text(photographs.PROGRAM.read_text().replace("1_500_000_000", "220_000_000"))
    monkeypatch.setattr(photographs, "PROGRAM", program)
    assert opened(kept(jpeg())[0]).size == (64, 32)
    assert refused(large) == CANNOT_BE_OPENED


def test_the_program_knows_nothing_of_this_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "apart.py"
    program.write_text(
        "import os, sys; sys.stdin.buffer.read(); print(sorted(os.environ), os.getcwd())"
    )
    monkeypatch.setattr(photographs, "PROGRAM", program)
    monkeypatch.setenv("DATABASE_URL", "postgres:///nowhere")
    assert b"DATABASE" not in kept(jpeg())[0]
    assert kept(jpeg())[0].endswith(b" /\n")


def test_other_files_pass_as_they_came() -> None:
    text = b"%PDF-1.7\n" + bytes(range(256)) * 900
    content, look = kept(text)
    assert content == text
    assert look.came is None


def test_who_waits_too_long_for_a_turn_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photographs, "TURN_WITHIN", 0)
    with photographs._turn, pytest.raises(TryLater):
        kept(jpeg())


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photographs, "WITHIN", 0)
    assert refused(jpeg()) == CANNOT_BE_OPENED
