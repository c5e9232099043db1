"""What the key folder holds, made at random on the first start and readable by the owner only.

keys/secret-key        signs sessions and links
keys/passwords.json    the database roles' and the broker's passwords
keys/kek/              key-encryption keys, read by audit.crypto.providers alone
keys/sealer/           the key that signs the log's heads, read by the sealer alone
"""

import importlib.util
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from privacy_portal.env import Misconfigured

#: The superuser of an embedded cluster; the service itself never signs in as it.
ADMIN = "portal_admin"
LOGINS = ("portal_migrator", "portal_app", "portal_sealer", "portal_auditor")
_BROKER = "broker"


def key_folder(folder: Path) -> Path:
    """The folder, made if missing; one that others can look into stops the start."""
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
        folder.chmod(0o700)
    if folder.stat().st_mode & 0o077:
        raise Misconfigured(
            f"Other people on this machine can look into the key folder {folder}. "
            f"Close it: chmod 700 {folder}"
        )
    return folder


def passwords(folder: Path, *, names: Iterable[str] = (ADMIN, *LOGINS, _BROKER)) -> dict[str, str]:
    """One random password a name, made when it is first asked for."""
    file = key_folder(folder) / "passwords.json"
    held: dict[str, str] = json.loads(file.read_text(encoding="ascii")) if file.exists() else {}
    missing = {name: secrets.token_urlsafe(32) for name in names if name not in held}
    if missing:
        held |= missing
        write_private(file, json.dumps(held, indent=1).encode())
    return held


def secret_key(folder: Path) -> Path:
    """The file with Django's signing key."""
    file = key_folder(folder) / "secret-key"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(64).encode())
    return file


def kek_folder(folder: Path) -> Path:
    """The folder of the key-encryption keys, with one in it."""
    place = key_folder(key_folder(folder) / "kek")
    if importlib.util.find_spec("audit.crypto.providers") is None:
        return place
    from audit.crypto import providers

    if not (place / "kek-active").exists():
        providers.make_kek(place)
    return place


def signing_key(folder: Path, origin: str) -> Path:
    """The file of the key that signs the heads of the log of this name."""
    from audit.sealer import keys

    return keys.make(key_folder(folder) / "sealer", origin)


def write_private(file: Path, content: bytes) -> None:
    """The whole content under this name or nothing, on the disk before this returns, mode 0600."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
