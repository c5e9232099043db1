"""Which user the embedded servers run as, and the folders that belong to that user.

PostgreSQL refuses to run as root, and no server should. Started by root, the servers run as an
unprivileged user; started by anybody else, as that person. The mode of a folder that we did not
make is never changed: where the unprivileged user cannot enter, the servers live elsewhere.
"""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_portal.env import Misconfigured

_CANDIDATES = ("privacy-portal", "nobody")
#: Where root's servers live when the data folder lies behind a folder that is closed to others.
_ELSEWHERE = Path("/var/lib/privacy-portal")


@dataclass(frozen=True, slots=True)
class Owner:
    """The user who runs the servers. `changes` is true when that is somebody else than we are."""

    uid: int
    gid: int
    changes: bool

    def popen(self) -> dict[str, Any]:
        """Arguments of subprocess that start a child as this user."""
        if not self.changes:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder down to this one lets the user through."""
        return all(self._passes(step) for step in (folder, *folder.parents))

    def _passes(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & stat.S_IXGRP)
        return bool(facts.st_mode & stat.S_IXOTH)

    def give(self, path: Path) -> None:
        """Hand over a file or folder that we have just made."""
        if self.changes:
            os.chown(path, self.uid, self.gid)


def choose() -> Owner:
    """Ourselves, or for root the first unprivileged user this machine knows."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), changes=False)
    for name in _CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(found.pw_uid, found.pw_gid, changes=True)
    raise Misconfigured(
        "Started as root, the servers need an unprivileged user to run as. "
        "Make one: useradd --system privacy-portal"
    )


def private(folder: Path, owner: Owner) -> Path:
    """The folder, made if missing, open to its owner alone."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        folder.chmod(0o700)  # mkdir's mode passes through the umask
        owner.give(folder)
    return folder


def passage(folder: Path, owner: Owner) -> Path:
    """A folder of ours, made if missing; root's lets the servers' user through, unlisted."""
    if not folder.exists():
        if not folder.parent.exists():
            passage(folder.parent, owner)
        folder.mkdir(mode=0o700)
        folder.chmod(0o711 if owner.changes else 0o700)
    return folder


def servers_folder(data: Path, owner: Owner) -> Path:
    """Where the servers keep all that is theirs: below the data folder whenever they can get there.

    Otherwise a folder of their own, named after the data folder, with a link left in its place.
    The folder itself stays ours, so that a server cannot swap what the next start relies on; only
    the rooms in it are given to the servers.
    """
    place = data / "servers"
    if not place.is_symlink() and not place.exists() and not owner.can_enter(data):
        name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
        place.symlink_to(passage(_ELSEWHERE / name, owner))
    return passage(place.resolve(), owner)
