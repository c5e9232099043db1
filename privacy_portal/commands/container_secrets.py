"""`container-secrets FOLDER`: the secrets that docker-compose.yml mounts, one a file."""

import os
import secrets as randomness
from argparse import ArgumentParser, Namespace
from pathlib import Path

from audit.sealer.keys import ORIGIN
from privacy_portal.commands.say import say
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {"container-secrets": "Make the secrets that docker-compose.yml mounts, one a file."}
#: The users that the Dockerfile makes, of the service and of the sealer; PostgreSQL and Redis read
#: theirs as others.
_SERVICE, _SEALER = 10001, 10002
_LOGINS = ("postgres", *secrets.LOGINS)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")


def run(options: Namespace) -> int:
    folder: Path = options.folder
    if folder.exists():
        raise Misconfigured(f"{folder} exists. Secrets are made once: name a new folder.")
    make(folder)
    say(f"Made {folder}. The log's key is in {folder / 'sealer'}; keep a copy of it apart as well.")
    say(f"Copy {folder / 'kek'} to another medium: no backup holds it.")
    return 0


def make(folder: Path) -> None:
    """Readable by whoever may enter the folder, which is its owner: containers run as several."""
    secrets.key_folder(folder)
    passwords = {login: randomness.token_urlsafe(32) for login in (*_LOGINS, "redis")}
    files = {f"{login}_password": passwords[login] for login in _LOGINS}
    files |= {
        "secret_key": randomness.token_urlsafe(64),
        "database_url": _url("portal_app", passwords),
        "database_migrate_url": _url("portal_migrator", passwords),
        "database_sealer_url": _url("portal_sealer", passwords),
        "redis_url": f"redis://:{passwords['redis']}@redis:6379/0",
        "email_url": "",
        "redis.conf": f"requirepass {passwords['redis']}\n",
    }
    for name, content in files.items():
        secrets.write_private(folder / name, content.encode())
        (folder / name).chmod(0o444)
    _give(secrets.kek_folder(folder), _SERVICE)
    _give(secrets.signing_key(folder, ORIGIN).parent, _SEALER)


def _url(role: str, passwords: dict[str, str]) -> str:
    return f"postgresql://{role}:{passwords[role]}@postgres:5432/portal"


def _give(place: Path, user: int) -> None:
    """Only its reader may open a key; the service refuses one that others could."""
    if os.geteuid() != 0:
        say(f"Give the key to its user: sudo chown -R {user} {place}")
        return
    for path in (place, *place.iterdir()):
        os.chown(path, user, user)
