"""The signing key: made once, in a folder apart, read by the sealer and by nobody else.

The file holds one line, or two while a new key succeeds an old one and both sign:

    PRIVATE+KEY+<origin>+<key id>+<base64>

The keys that verify are written beside the log's files for everybody to take; whoever checks the
log gets them from somebody else than the log.
"""

import os
from pathlib import Path

from audit import checkpoint, origins
from audit.crypto import primitives
from audit.errors import MalformedProof, ProofFailed, UnsafeKeyFile
from audit.note import Kind, Signer

FILE = "signing-key"
#: The key of the log that goes on after this one, until this one is closed.
NEXT = "signing-key-next"
#: The name of a log that nobody has named.
ORIGIN = "privacy-portal.local/log/1"


def make(folder: Path, origin: str) -> Path:
    """The key's file in this folder, made if there is none. The folder is closed to others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / FILE
    if not file.exists():
        seed = primitives.new_key()
        _write_private(file, Signer(origin, seed).secret() + "\n")
    return file


def read(file: Path, origin: str) -> tuple[Signer, ...]:
    """The signers in the file; UnsafeKeyFile if others may read it, or if it holds anything else."""
    return _signers(_lines(file), file, origin)


def of_the_open_log(file: Path, first: str) -> tuple[Signer, ...]:
    """The signers in the file, of the log of the name `first` or of one that goes on after it."""
    lines = _lines(file)
    named = lines[0].removeprefix("PRIVATE+KEY+").partition("+")[0] if lines else first
    return _signers(lines, file, named if origins.follows(named, first) else first)


def prepare_next(file: Path, origin: str) -> Signer:
    """The key that will sign the log of this name, beside the one in `file`; made once."""
    beside = file.with_name(NEXT)
    if not beside.exists():
        _write_private(beside, Signer(origin, primitives.new_key()).secret() + "\n")
    return read(beside, origin)[0]


def take_next(file: Path) -> None:
    """The key prepared is the one that signs; the one before is gone, and its log with it closed."""
    beside = file.with_name(NEXT)
    if beside.exists():
        beside.replace(file)
        _flush(file.parent)


def _lines(file: Path) -> list[str]:
    try:
        mode = file.stat().st_mode
        lines = file.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError):
        raise UnsafeKeyFile(f"{file} cannot be read") from None
    if mode & 0o077:
        raise UnsafeKeyFile(f"others may read {file}: chmod 600 {file}")
    return [line for line in lines if line]


def begin_succession(file: Path, origin: str) -> tuple[Signer, Signer]:
    """(old, new): from the sealer's next start on both sign. UnsafeKeyFile if two sign already."""
    held = read(file, origin)
    if len(held) == 2:
        raise UnsafeKeyFile("two keys sign already: finish that succession first")
    new = Signer(origin, primitives.new_key())
    _write_private(file, f"{held[0].secret()}\n{new.secret()}\n")
    return held[0], new


def end_succession(file: Path, origin: str, newest: bytes) -> tuple[Signer, Signer]:
    """(old, new): the old key is taken out of the file, and signs no more.

    newest  the published head. UnsafeKeyFile unless the new key has signed it, since a head that
            nobody can verify any more would fence the log, or if only one key signs.
    """
    held = read(file, origin)
    if len(held) != 2:
        raise UnsafeKeyFile("only one key signs: there is no succession to finish")
    old, new = held
    try:
        checkpoint.open_signed(newest, log=[new.verifier])
    except (MalformedProof, ProofFailed):
        raise UnsafeKeyFile("the new key has not signed the newest head yet") from None
    _write_private(file, new.secret() + "\n")
    return old, new


def _signers(lines: list[str], file: Path, origin: str) -> tuple[Signer, ...]:
    try:
        found = tuple(Signer.parse(line) for line in lines)
    except MalformedProof:
        raise UnsafeKeyFile(f"{file} holds no signing key") from None
    if not 1 <= len(found) <= 2 or {(one.name, one.kind) for one in found} != {(origin, Kind.NOTE)}:
        raise UnsafeKeyFile(f"{file} does not hold the key of the log {origin}")
    return found


def _write_private(file: Path, content: str) -> None:
    """Whole or not at all, mode 0600 from the first byte, on the disk before this returns."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)
    _flush(file.parent)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
