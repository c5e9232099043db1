"""Canaries: words planted where somebody types, and the search for them where nobody should look.

A canary is a mark of eight letters, the same for all of one sort, and eight more that name its
place.  The search is for the mark, so that nothing that was planted can be forgotten in it.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from hashlib import sha256


class Mark(StrEnum):
    """How a canary begins."""

    SHUT = "Cnryshut"  # says something about a person: nowhere in the clear
    OPEN = "Cnryopen"  # about the practice and its staff: where docs/data-map.md says
    CONTROL = "Cnryctrl"  # planted in the clear on purpose: must be found


#: Protected things that no letters can stand for, as they are typed and as they are folded.
BIRTH_DATE = "1917-03-07"
TELEPHONE = "252-555-0183"
LITERALS = (BIRTH_DATE, TELEPHONE, TELEPHONE.replace("-", ""))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Cage:
    """Makes canaries and remembers where each was planted."""

    places: dict[str, str] = field(default_factory=dict)

    def canary(self, place: str, mark: Mark = Mark.SHUT) -> str:
        """The word for this place: the same each time it is asked for."""
        digest = sha256(f"{mark}{place}".encode()).digest()
        word = mark + "".join(_LETTERS[byte % 26] for byte in digest[:8])
        self.places[word.lower()] = place
        return word

    def place(self, word: str) -> str:
        return self.places.get(word.lower(), "planted nowhere")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: in which encoding, how it reads there, and what stands around it."""

    encoding: str
    word: str
    position: int
    around: str


def hits(content: bytes, *, of: Mark | str) -> Iterator[Hit]:
    """Every occurrence of the mark, or of a whole literal, in any encoding the search knows."""
    for encoding, pattern in patterns(str(of)):
        at = content.find(pattern)
        while at >= 0:
            yield Hit(encoding, _word(content, at, encoding), at, _around(content, at))
            at = content.find(pattern, at + 1)
    for position, inside in peeled(content):
        for hit in hits(inside, of=of):
            yield Hit(f"compressed {hit.encoding}", hit.word, position, hit.around)


@cache
def patterns(text: str) -> tuple[tuple[str, bytes], ...]:
    """(encoding, bytes) under which the text may stand, in the three ways it may be cased."""
    found: dict[bytes, str] = {}
    for cased in (text, text.lower(), text.upper()):
        for encoding, pattern in _encoded(cased):
            found.setdefault(pattern, encoding)
    return tuple((encoding, pattern) for pattern, encoding in found.items())


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    for name in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = text.encode(name)
        yield name, raw
        yield f"hex of {name}", raw.hex().encode()
        yield f"HEX of {name}", raw.hex().upper().encode()
        yield from ((f"base64 of {name}", one) for one in _base64(raw))
    yield "percent", "".join(f"%{ord(sign):02x}" for sign in text).encode()
    yield "percent", "".join(f"%{ord(sign):02X}" for sign in text).encode()
    yield "quoted-printable", "".join(f"={ord(sign):02X}" for sign in text).encode()
    yield "json", "".join(f"\\u{ord(sign):04x}" for sign in text).encode()
    yield "octal", "".join(f"\\{ord(sign):03o}" for sign in text).encode()


def _base64(raw: bytes) -> Iterator[bytes]:
    """What is the same in every base64 text that holds these bytes, at each of three alignments."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        first = -(-before * 8 // 6)
        last = (before + len(raw)) * 8 // 6
        yield whole[first:last]
        yield base64.urlsafe_b64encode(b"\0" * before + raw)[first:last]


_COMPRESSED = re.compile(rb"eJ[A-Za-z0-9_\-+/]{20,}")


def peeled(content: bytes) -> Iterator[tuple[int, bytes]]:
    """What Django's signing has compressed: sessions and cursors."""
    for found in _COMPRESSED.finditer(content):
        text = found.group().replace(b"+", b"-").replace(b"/", b"_")
        text = text[: len(text) - (len(text) % 4 == 1)]
        raw = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
        try:
            yield found.start(), zlib.decompressobj().decompress(raw)
        except zlib.error:
            continue


_WORD = re.compile(r"Cnry(?:shut|open|ctrl)[a-z]{8}", re.IGNORECASE)


def _word(content: bytes, at: int, encoding: str) -> str:
    """The whole canary, where the encoding lets it be read at once."""
    seen = content[at : at + 64]
    if "base64" in encoding:
        return _out_of_base64(content, at)
    if "hex" in encoding.lower():
        digits = re.match(rb"[0-9a-fA-F]*", seen)
        raw = digits.group() if digits else b""
        seen = bytes.fromhex(raw[: len(raw) // 2 * 2].decode())
    found = _WORD.search(seen.replace(b"\0", b"").decode("latin-1"))
    return found.group() if found else ""


def _out_of_base64(content: bytes, at: int) -> str:
    """The run of base64 around the place, read at whichever alignment makes sense."""
    for start in range(max(0, at - 4), at + 1):
        run = re.match(rb"[A-Za-z0-9+/_\-]*", content[start : start + 80])
        text = (run.group() if run else b"").replace(b"-", b"+").replace(b"_", b"/")
        raw = base64.b64decode(text[: len(text) // 4 * 4])
        found = _WORD.search(raw.replace(b"\0", b"").decode("latin-1"))
        if found:
            return found.group()
    return ""


def _around(content: bytes, at: int) -> str:
    return content[max(0, at - 60) : at + 100].decode("utf-8", errors="backslashreplace")
