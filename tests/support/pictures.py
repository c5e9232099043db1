"""Pictures as telephones take them, made here: no photograph of anybody is in the repository."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image

#: Where the invented telephone stood, and which it was. None of it may be found in what is kept.
TRACES = (
    b"Exampla Phone 9",
    b"2026:03:01",
    b"GPS",
    b"Exif",
    b"said in passing",
    b"xmpmeta",
    b"ICC",
)
ORIENTATION, MAKE, TAKEN, GPS = 0x0112, 0x0110, 0x0132, 0x8825


def drawn(size: tuple[int, int] = (64, 32), mode: str = "RGB") -> Any:
    """Red on the left, blue on the right: one sees which way is up."""
    image = Image.new(mode, size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image


def exif(*, orientation: int = 1) -> Any:
    found = Image.Exif()
    found[ORIENTATION], found[MAKE], found[TAKEN] = (
        orientation,
        "Exampla Phone 9",
        "2026:03:01 12:00:00",
    )
    found.get_ifd(GPS).update({1: "N", 2: (40.0, 26.0, 46.0), 3: "W", 4: (79.0, 58.0, 56.0)})
    return found


def jpeg(image: Any = None, *, orientation: int = 1) -> bytes:
    return _saved(image or drawn(), "JPEG", exif=exif(orientation=orientation), comment=b"said in passing",
                  quality=95)  # fmt: skip


def png(image: Any = None) -> bytes:
    return _saved(image or drawn(), "PNG", exif=exif())


def heic(image: Any = None, *, orientation: int = 1) -> bytes:
    """As an iPhone writes it: turned by the container, with everything else beside."""
    file = pillow_heif.from_pillow(image or drawn())
    file[0].info["exif"] = exif(orientation=orientation).tobytes()
    out = BytesIO()
    file.save(out, quality=90)
    return out.getvalue()


def _saved(image: Any, kind: str, **more: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """The head of a PNG of any size, and a few bytes after it that would unfold to nothing but zeros."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000_000, 9)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b""))  # fmt: skip


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def opened(content: bytes) -> Any:
    """What is kept, as another program reads it."""
    image = Image.open(BytesIO(content))
    image.load()
    return image
