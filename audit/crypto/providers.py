"""Who holds the key-encryption key (KEK).

The KEK wraps the data keys and nothing else; it never lies in the database or its backups.
`LocalFile` reads it from a folder; a vault or a cloud KMS is another class with the same three
members.  Whoever loses the KEK loses the records: a second copy is kept elsewhere.

The folder holds one file `kek-<fingerprint>.key` for each key, 32 random bytes, readable by its
owner only, and the file `kek-active` that names the one new keys are wrapped under.  Older keys
stay until no data key names them any more.
"""

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Protocol

from audit.crypto import primitives
from audit.errors import SealBroken, UnknownKey, UnsafeKeyFile

_ACTIVE = "kek-active"
_ID = re.compile(r"local:[0-9a-f]{16}", re.ASCII)
_CONTEXT_SIZE = 32


class KeyProvider(Protocol):
    """Wraps and unwraps data keys; the key-encryption key itself never leaves it."""

    @property
    def id(self) -> str:
        """The key that new data keys are wrapped under; stored beside each of them."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """The wrapped key, bound to its context (which data key it is)."""

    def unwrap(self, wrapped: bytes, context: bytes, *, kek_id: str) -> bytes:
        """The data key; SealBroken under another context, UnknownKey for a KEK not held."""


class LocalFile:
    """Key-encryption keys in files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, bytes] = {}
        self.id = _active_id(folder)
        self._key(self.id)

    def wrap(self, key: bytes, context: bytes) -> bytes:
        return primitives.wrap(self._key(self.id), hashlib.sha256(context).digest() + key)

    def unwrap(self, wrapped: bytes, context: bytes, *, kek_id: str) -> bytes:
        payload = primitives.unwrap(self._key(kek_id), wrapped)
        bound, key = payload[:_CONTEXT_SIZE], payload[_CONTEXT_SIZE:]
        # A wrapped key put in the place of another one opens, but says that it is not the other.
        if not primitives.same(bound, hashlib.sha256(context).digest()):
            raise SealBroken("a wrapped key stands in the place of another")
        if len(key) != primitives.KEY_SIZE:
            raise SealBroken("not a data key")
        return key

    def _key(self, kek_id: str) -> bytes:
        if kek_id not in self._keys:
            self._keys[kek_id] = _read(self._folder, kek_id)
        return self._keys[kek_id]

    def __repr__(self) -> str:
        return f"<LocalFile {self.id}>"


def make_kek(folder: Path) -> str:
    """Make a new key-encryption key in the folder and make it the active one; its id.

    The folder must exist.  Data keys wrapped under an older key are wrapped anew by
    `audit.keys.rewrap`; until then the older file stays.
    """
    key = primitives.new_key()
    kek_id = fingerprint(key)
    _write(_path(folder, kek_id), key)
    _write(folder / f"{_ACTIVE}.new", kek_id.encode() + b"\n")
    (folder / f"{_ACTIVE}.new").replace(folder / _ACTIVE)
    return kek_id


def fingerprint(key: bytes) -> str:
    """`local:` and 16 hexadecimal digits. Says which key it is and nothing about its value."""
    return "local:" + hashlib.sha256(b"privacy portal kek\0" + key).hexdigest()[:16]


def _active_id(folder: Path) -> str:
    try:
        kek_id = (folder / _ACTIVE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise UnknownKey("the key folder has no active key-encryption key") from None
    return kek_id


def _path(folder: Path, kek_id: str) -> Path:
    if not _ID.fullmatch(kek_id):
        raise UnknownKey("not the name of a local key-encryption key")
    return folder / f"kek-{kek_id.removeprefix('local:')}.key"


def _read(folder: Path, kek_id: str) -> bytes:
    path = _path(folder, kek_id)
    try:
        with path.open("rb") as file:
            # Asked of the open file, not of the name: nobody can swap it in between.
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(primitives.KEY_SIZE + 1)
    except FileNotFoundError:
        raise UnknownKey(f"key-encryption key {kek_id} is not in the key folder") from None
    if stat.S_IMODE(mode) & 0o077:
        raise UnsafeKeyFile(f"{path.name} can be read by others; run chmod 600 on it")
    if len(key) != primitives.KEY_SIZE or fingerprint(key) != kek_id:
        raise UnsafeKeyFile(f"{path.name} does not hold the key it is named after")
    return key


def _write(path: Path, content: bytes) -> None:
    """Readable by the owner from the first byte on, and on the disk before this returns."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
