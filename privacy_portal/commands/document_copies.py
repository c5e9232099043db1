"""Documents in a backup: the sealed files beside the database's dump.

Files never change under their name, so copying is adding what is not there yet: once before the
database is dumped and once after, and nothing that a row of the dump names is missing.  A storage
that is no folder of this machine has backups of its own.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg

from privacy_portal import env
from privacy_portal.commands.places import Places
from privacy_portal.env import Misconfigured

NAME = "documents"
_NEEDED = "SELECT blob FROM requests_app_document WHERE stage = 'kept'"


def folder(places: Places) -> Path | None:
    """Where the sealed files lie; None when they lie in a storage elsewhere."""
    url = env.text("DOCUMENTS_URL", "")
    if not url:
        return places.documents
    return Path(unquote(url.removeprefix("file:"))) if url.startswith("file:") else None


def add(source: Path | None, target: Path) -> None:
    """Copy into `target` whatever of `source` is not there yet, whole or not at all."""
    target.mkdir(mode=0o700, exist_ok=True)
    for file in _files(source) if source else ():
        place = target / file.parent.name / file.name
        if place.exists():
            continue
        place.parent.mkdir(mode=0o700, exist_ok=True)
        part = place.with_name(f"{place.name}.part")
        try:
            shutil.copyfile(file, part)
        except FileNotFoundError:  # deleted in the meantime: an identity image that had served
            part.unlink(missing_ok=True)
            continue
        part.chmod(0o600)
        part.rename(place)


def stated(target: Path) -> dict[str, Any]:
    """What the manifest says of the copied files: how many, and a digest over all of them."""
    digest, files = hashlib.sha256(), _files(target)
    for file in files:
        with file.open("rb") as opened:
            content = hashlib.file_digest(opened, "sha256").hexdigest()
        digest.update(f"{file.name} {content}\n".encode())
    return {"files": len(files), "sha256": digest.hexdigest()}


def check_whole(target: Path, connection: "psycopg.Connection[Any]", *, elsewhere: bool) -> None:
    """Raise unless every document that the restored rows name lies in the copy."""
    there = connection.execute("SELECT to_regclass('requests_app_document') IS NOT NULL").fetchone()
    if elsewhere or not there or not there[0]:
        return
    held = {file.name for file in _files(target)}
    lacking = [name for (name,) in connection.execute(_NEEDED) if name not in held]
    if lacking:
        raise Misconfigured(
            f"The files of {len(lacking)} documents are not where they should be. The backup was "
            "not kept. Look at the documents' folder, and make another backup."
        )


def _files(source: Path) -> list[Path]:
    """Sealed files, by name; beginnings of files are left out."""
    return sorted(file for file in source.glob("??/*") if len(file.name) == 32)
