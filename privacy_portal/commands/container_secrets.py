"""`container-secrets FOLDER`: the secrets that docker-compose.yml mounts, one a file."""

import os
import secrets as randomness
from argparse import ArgumentParser, Namespace
from pathlib import Path

from privacy_portal.commands.say import say
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {"container-secrets": "Make the secrets that docker-compose.yml mounts, one a file."}
#: The user that the Dockerfile runs the service as; PostgreSQL and Redis read theirs as others.
_SERVICE = 10001
_LOGINS = ("postgres", *secrets.LOGINS)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")


def run(options: Namespace) -> int:
    folder: Path = options.folder
    if folder.exists():
        raise Misconfigured(f"{folder} exists. Secrets are made once: name a new folder.")
    make(folder)
    say(f"Made {folder}. Copy {folder / 'kek'} to another medium: no backup holds it.")
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
        "redis_url": f"redis://:{passwords['redis']}@redis:6379/0",
        "email_url": "",
        "redis.conf": f"requirepass {passwords['redis']}\n",
    }
    for name, content in files.items():
        secrets.write_private(folder / name, content.encode())
        (folder / name).chmod(0o444)
    _give_to_service(secrets.kek_folder(folder))


def _url(role: str, passwords: dict[str, str]) -> str:
    return f"postgresql://{role}:{passwords[role]}@postgres:5432/portal"


def _give_to_service(kek: Path) -> None:
    """Only its reader may open a key; the service refuses one that others could."""
    if os.geteuid() != 0:
        say(f"Give the key to the service's user: sudo chown -R {_SERVICE} {kek}")
        return
    for path in (kek, *kek.iterdir()):
        os.chown(path, _SERVICE, _SERVICE)
