"""Readers of the small words that notes and proofs are made of.

Each accepts exactly one spelling of a value, the one this program writes, so that two readers
never see two values in the same bytes.
"""

import base64
import re

from audit.errors import MalformedProof

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
LARGEST = 2**63 - 1


def number(text: str) -> int:
    """A decimal from 0 to 2^63 - 1 without sign or leading zeros."""
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST:
        raise MalformedProof("not a number as it is written here")
    return int(text)


def b64(text: str, length: int | None = None) -> bytes:
    """Standard base64 with padding and clear last bits (RFC 4648, section 4)."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        raise MalformedProof("not base64") from None
    if to_b64(found) != text or (length is not None and len(found) != length):
        raise MalformedProof("not base64 as it is written here")
    return found


def to_b64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def text(raw: bytes, limit: int) -> str:
    """UTF-8 of at most `limit` bytes with no control character but the line's end."""
    if len(raw) > limit:
        raise MalformedProof("too long")
    try:
        found = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedProof("not UTF-8") from None
    if any((sign < " " and sign != "\n") or sign == "\x7f" for sign in found):
        raise MalformedProof("holds a control character")
    return found
