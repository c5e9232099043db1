"""Run by itself: opens one file that somebody sent, where a fault of a decoder can harm nothing.

    python -I apart.py picture jpeg < photograph > the same picture as JPEG, and nothing else in it
    python -I apart.py pdf < document

It gets no environment, no connection and no file: bytes come in and bytes go out. What it may take of
memory and time is limited before the first byte is looked at. How it ended, the exit code says.
"""

import resource
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

OK, TOO_LARGE, UNREADABLE, LOCKED = 0, 3, 4, 5
#: The largest picture, in points of a million: what telephones take by themselves, and some more.
MEGAPIXELS = 65
#: JPEG's scale of 1 to 95; writing on paper stays sharp, without colours at half the width.
QUALITY = 90
#: Bytes of address space and seconds of work.
MEMORY, SECONDS = 1_500_000_000, 30


def limited() -> None:
    """No more memory or time than this, no file written, and nothing of it in a core dump."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def picture(content: bytes, kind: str) -> bytes:
    """The picture upright and in sRGB, as a JPEG that holds nothing but it."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # held to our own limit, before anything is decoded
    image = _heic(content) if kind == "heic" else _plain(content, kind)
    drawn = _in_srgb(_flat(image))
    drawn.info.clear()  # where a comment of the sender would travel on
    out = BytesIO()
    drawn.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def _plain(content: bytes, kind: str) -> Any:
    from PIL import Image, ImageOps

    image = Image.open(BytesIO(content), formats=[kind.upper()])
    _check_size(image.size)
    image.load()
    return ImageOps.exif_transpose(image)


def _heic(content: bytes) -> Any:
    """The first picture of the file. Its decoder turns it: what Exif says besides does not count."""
    import pillow_heif

    for extra in ("THUMBNAILS", "DEPTH_IMAGES", "AUX_IMAGES"):
        setattr(pillow_heif.options, extra, False)
    pillow_heif.options.DECODE_THREADS = 1
    found = pillow_heif.open_heif(BytesIO(content), convert_hdr_to_8bit=True)
    _check_size(found.size)
    return found.to_pillow()


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MEGAPIXELS * 1_000_000:
        raise SystemExit(TOO_LARGE)


def _flat(image: Any) -> Any:
    """Without what shines through, on white; in eight bits."""
    from PIL import Image

    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")
    over = image.convert("RGBA")
    under = Image.new("RGB", over.size, "white")
    under.paste(over, mask=over.getchannel("A"))
    under.info = {name: it for name, it in image.info.items() if name == "icc_profile"}
    return under


def _in_srgb(image: Any) -> Any:
    """The colours as a screen without the profile shows them."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(
                image, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile of nothing, or of another kind of picture: its colours are lost alone
    return image.convert("RGB")


def pdf(content: bytes, _kind: str) -> bytes:
    """Nothing, when the document opens without a password."""
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise SystemExit(LOCKED)
    return b""


TASKS: dict[str, Callable[[bytes, str], bytes]] = {"picture": picture, "pdf": pdf}


def main(task: str, kind: str = "") -> int:
    """One file from standard input; what it became to standard output."""
    limited()
    content = sys.stdin.buffer.read()
    try:
        made = TASKS[task](content, kind)
    except Exception:  # noqa: BLE001 - whatever a decoder raises says the same, and may quote a file
        return UNREADABLE
    sys.stdout.buffer.write(made)
    return OK


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
