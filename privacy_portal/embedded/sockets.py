"""Folders for Unix sockets, whose paths may hold about a hundred bytes and no more."""

import shutil
import tempfile
from pathlib import Path

from privacy_portal.embedded.owners import Owner, private

#: The shortest limit among the systems we run on is 104 bytes with the closing NUL (macOS);
#: Linux has 108.  ".s.PGSQL.5432.lock" is the longest name that must still fit.
_LONGEST = 103 - len("/.s.PGSQL.5432.lock")
_NOTE = "sockets-are-in"


def folder(servers: Path, owner: Owner) -> Path:
    """A private folder that is short enough; a note beside the servers tells where it is."""
    forget(servers)
    place = servers / "sockets"
    if len(str(place).encode()) <= _LONGEST:
        return private(place, owner)
    short = Path(tempfile.mkdtemp(prefix="privacy-", dir="/tmp"))
    owner.give(short)
    (servers / _NOTE).write_text(str(short), encoding="utf-8")
    return short


def known(servers: Path) -> Path:
    """Where the running servers' sockets are."""
    note = servers / _NOTE
    return Path(note.read_text(encoding="utf-8")) if note.exists() else servers / "sockets"


def forget(servers: Path) -> None:
    """Remove a short folder that an earlier start left behind. Call when no server runs."""
    note = servers / _NOTE
    if note.exists():
        shutil.rmtree(note.read_text(encoding="utf-8"), ignore_errors=True)
        note.unlink()
