"""Signed notes (C2SP signed-note) and the keys that sign them.

    <text, one or more lines>
                                                  <- an empty line
    — <key name> <base64 of key id 4 || signature>    one or more lines

What is signed is the text with its last line's end, without the empty line.  A key is written as

    verifier    name+<key id, 8 hex digits>+<base64 of kind || public key>
    signer      PRIVATE+KEY+name+<key id>+<base64 of kind || seed>

where key id = the first 4 bytes of SHA-256(name || 0x0A || kind || public key).  Kinds: 1 signs
the text; 4 is a witness, whose signature carries the time and signs that as well (C2SP
tlog-cosignature).  A line of an unknown key is passed over; a line of a known key that does not
verify rejects the whole note.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from hashlib import sha256
from types import ModuleType

from audit import strict
from audit.errors import MalformedProof, ProofFailed, SignaturesUnavailable

MAX_SIGNATURES = 100
MAX_NOTE = 1_000_000
_DASH = "— "
_ID_SIZE = 4
_SIGNATURE_SIZE = 64
_TIME_SIZE = 8


class Kind(IntEnum):
    """What a key signs; the byte that stands before its public key."""

    NOTE = 1
    COSIGNATURE = 4


@dataclass(frozen=True)
class Verifier:
    """A key that is trusted under this name. `public` is an Ed25519 key of 32 bytes."""

    name: str
    kind: Kind
    public: bytes

    @cached_property
    def key_id(self) -> bytes:
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(told).digest()[:_ID_SIZE]

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """The key in a vkey; base64 may hold a `+`, so only the first two of them divide."""
        name, key_id, content = _three(vkey)
        kind, public = _kind_and_key(content)
        found = cls(_checked_name(name), kind, public)
        if found.key_id.hex() != key_id:
            raise MalformedProof("the key id is not that of this name and key")
        return found

    def __str__(self) -> str:
        content = strict.to_b64(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{content}"


@dataclass(frozen=True)
class Signer:
    """The secret half. It never prints its seed; `secret()` writes the key out."""

    name: str
    seed: bytes = field(repr=False)
    kind: Kind = Kind.NOTE

    @cached_property
    def verifier(self) -> Verifier:
        public = _primitives().ed25519_public(self.seed)
        return Verifier(_checked_name(self.name), self.kind, public)

    @classmethod
    def parse(cls, secret: str) -> "Signer":
        """What `secret` wrote; MalformedProof, without a word of it, if it is anything else."""
        head = "PRIVATE+KEY+"
        if not secret.startswith(head):
            raise MalformedProof("not a signer key")
        name, key_id, content = _three(secret.removeprefix(head))
        kind, seed = _kind_and_key(content)
        found = cls(_checked_name(name), seed, kind)
        if found.verifier.key_id.hex() != key_id:
            raise MalformedProof("the key id is not that of this name and key")
        return found

    def secret(self) -> str:
        content = strict.to_b64(bytes([self.kind]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{content}"

    def line(self, text: str, *, time: int | None = None) -> str:
        """The signature line for a note's text; `time`, in seconds since 1970, for a witness."""
        _checked_text(text)
        if (time is None) != (self.kind is Kind.NOTE):
            raise ValueError("a witness signs a time, and nobody else does")
        stamp = b"" if time is None else time.to_bytes(_TIME_SIZE, "big")
        signature = _primitives().ed25519_sign(self.seed, _message(text, time))
        content = strict.to_b64(self.verifier.key_id + stamp + signature)
        return f"{_DASH}{self.name} {content}\n"


@dataclass(frozen=True)
class Signature:
    """One line below the text. `blob` is what follows the key id."""

    name: str
    key_id: bytes
    blob: bytes


@dataclass(frozen=True)
class Note:
    """Text and signature lines, read but not yet believed."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Opened:
    """Text that known keys signed. `signers` gives the time of each that signed one."""

    text: str
    signers: Mapping[Verifier, int | None]


def write(text: str, lines: Sequence[str]) -> bytes:
    """The note of a text and its signature lines."""
    raw = (_checked_text(text) + "\n" + "".join(lines)).encode()
    parse(raw)
    return raw


def parse(raw: bytes) -> Note:
    """Text and signatures. MalformedProof unless these are the bytes of a note."""
    found = strict.text(raw, MAX_NOTE)
    # Text may itself hold empty lines and base64 cannot: the last one divides.
    text, gap, below = found.rpartition("\n\n")
    lines = below.split("\n")
    if not gap or lines.pop() != "" or not 0 < len(lines) <= MAX_SIGNATURES:
        raise MalformedProof("not a signed note")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def open_note(raw: bytes, known: Sequence[Verifier]) -> Opened:
    """The text, once at least one known key has signed it and none has signed something else.

    MalformedProof if it is no note; ProofFailed if a known key's line does not verify, or if no
    known key has signed.
    """
    keys = _by_name_and_id(known)
    note = parse(raw)
    signers: dict[Verifier, int | None] = {}
    for signature in note.signatures:
        key = keys.get((signature.name, signature.key_id))
        if key is not None:
            signers[key] = _verify(key, note.text, signature.blob)
    if not signers:
        raise ProofFailed("none of the known keys has signed this")
    return Opened(note.text, signers)


def _by_name_and_id(known: Sequence[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    keys = {(key.name, key.key_id): key for key in known}
    if len(keys) != len(set(known)):
        # Four bytes of id can be made to collide: somebody tampers with the list of keys.
        raise ProofFailed("two different keys have one name and id")
    return keys


def _verify(key: Verifier, text: str, blob: bytes) -> int | None:
    time, signature = _parts(key.kind, blob)
    _primitives().ed25519_verify(key.public, _message(text, time), signature)
    return time


def _parts(kind: Kind, blob: bytes) -> tuple[int | None, bytes]:
    stamp_size = _TIME_SIZE if kind is Kind.COSIGNATURE else 0
    if len(blob) != stamp_size + _SIGNATURE_SIZE:
        raise ProofFailed("a signature has another length")
    if not stamp_size:
        return None, blob
    time = int.from_bytes(blob[:stamp_size], "big")
    if time > strict.LARGEST:
        raise ProofFailed("a witness signed no time")
    return time, blob[stamp_size:]


def _message(text: str, time: int | None) -> bytes:
    head = "" if time is None else f"cosignature/v1\ntime {time}\n"
    return (head + text).encode()


def _signature(line: str) -> Signature:
    name, _, content = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise MalformedProof("not a signature line")
    raw = strict.b64(content)
    if len(raw) <= _ID_SIZE:
        raise MalformedProof("not a signature line")
    return Signature(_checked_name(name), raw[:_ID_SIZE], raw[_ID_SIZE:])


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(sign.isspace() for sign in name):
        raise MalformedProof("a key's name has no space and no plus, and is not empty")
    return _encodable(name)


def _checked_text(text: str) -> str:
    if not text.endswith("\n"):
        raise MalformedProof("a note's text ends with its line")
    return strict.text(_encodable(text).encode(), MAX_NOTE)


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedProof("not UTF-8") from None
    return text


def _three(written: str) -> tuple[str, str, str]:
    parts = written.split("+", 2)
    if len(parts) != 3:
        raise MalformedProof("not a key")
    return parts[0], parts[1], parts[2]


def _kind_and_key(content: str) -> tuple[Kind, bytes]:
    raw = strict.b64(content)
    if len(raw) != 33 or raw[0] not in set(Kind):
        raise MalformedProof("not an Ed25519 key of a kind known here")
    return Kind(raw[0]), raw[1:]


def _primitives() -> ModuleType:
    """Imported late: hashes can be checked where the package for signatures is missing."""
    try:
        from audit.crypto import primitives
    except ImportError:
        raise SignaturesUnavailable("install the package `cryptography` to check them") from None
    return primitives
