"""The search finds a canary in every form it knows; what it cannot find it cannot vouch for."""

import base64
import json
import quopri
from collections.abc import Callable

import pytest
from django.core import signing

from tests.support.canary import Cage, Hit, Mark, hits, patterns

CAGE = Cage()
WORD = CAGE.canary("tests")


def found(content: bytes) -> list[Hit]:
    return list(hits(content, of=Mark.SHUT))


FORMS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda word: word.encode(),
    "lower case": lambda word: word.lower().encode(),
    "upper case": lambda word: word.upper().encode(),
    "hex": lambda word: word.encode().hex().encode(),
    "bytea in a dump": lambda word: rb"\\x" + word.encode().hex().encode(),
    "hex in capitals": lambda word: word.encode().hex().upper().encode(),
    "UTF-16, little end first": lambda word: word.encode("utf-16-le"),
    "UTF-16, big end first": lambda word: word.encode("utf-16-be"),
    "hex of UTF-16": lambda word: word.encode("utf-16-le").hex().encode(),
    "base64 of UTF-16": lambda word: base64.b64encode(word.encode("utf-16-le")),
    "percent": lambda word: "".join(f"%{ord(one):02X}" for one in word).encode(),
    "JSON escapes": lambda word: "".join(f"\\u{ord(one):04x}" for one in word).encode(),
    "in JSON": lambda word: json.dumps({"name": f"é{word}"}).encode(),
    "quoted-printable": lambda word: quopri.encodestring(f"é {word}".encode()),
    "a signed, compressed session": lambda word: signing.dumps(
        {"names": [word, word * 20]}, key="x" * 50, compress=True
    ).encode(),
}


@pytest.mark.parametrize("form", [pytest.param(one, id=name) for name, one in FORMS.items()])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_canary_is_found_in_this_form(form: Callable[[str], bytes], before: str) -> None:
    seen = found(b"\xff\0 before " + form(before + WORD) + b" after \n")
    assert seen
    assert all("before" in hit.around or "compressed" in hit.encoding for hit in seen)


@pytest.mark.parametrize("align", range(3))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_canary_is_found_in_base64_and_named(
    encode: Callable[[bytes], bytes], align: int
) -> None:
    seen = found(b"data:" + encode(b"\xfb" * align + WORD.encode() + b"\xff\xfe"))
    assert {CAGE.place(hit.word) for hit in seen} == {"tests"}


def test_no_pattern_is_so_short_that_chance_would_write_it() -> None:
    assert min(len(pattern) for _, pattern in patterns(Mark.SHUT)) >= 8


def test_what_is_not_there_is_not_found() -> None:
    assert found(b"Cnryopenabcdefgh Cnryshu eJ" + bytes(range(256)) * 40) == []
