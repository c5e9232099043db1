"""Where everything lies on the machine. Data, keys and backups are kept apart.

HOME/data      databases, logs, pid files; worthless without the keys
HOME/keys      what must never be in a backup of the data
HOME/backups   what `backup` makes when no other folder is named
HOME/pin       the newest signed head of the log; better on another disk (PRIVACY_LOG_PIN)
"""

import fcntl
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from privacy_portal import env
from privacy_portal.embedded import owners, secrets
from privacy_portal.embedded.owners import Owner
from privacy_portal.env import Misconfigured

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation and the user its servers run as."""

    home: Path
    keys: Path
    owner: Owner

    @property
    def data(self) -> Path:
        return owners.passage(self.home / "data", self.owner)

    @property
    def servers(self) -> Path:
        return owners.servers_folder(self.data, self.owner)

    @property
    def run(self) -> Path:
        """Pid files."""
        return _ours(self.data / "run")

    @property
    def logs(self) -> Path:
        """What web, worker and beat write."""
        return _ours(self.data / "logs")

    @property
    def documents(self) -> Path:
        """Sealed files, unless DOCUMENTS_URL names another storage."""
        return _ours(self.data / "documents")

    @property
    def log(self) -> Path:
        """The log's tiles, bundles and signed heads: they hold nothing that opens without a key."""
        return _ours(Path(env.text("PRIVACY_LOG_FOLDER", str(self.data / "log"))))

    @property
    def pin(self) -> Path:
        """The file that remembers the newest signed head."""
        named = env.text("PRIVACY_LOG_PIN", "")
        return Path(named) if named else _ours(self.home / "pin") / "checkpoint"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    def holds_a_cluster(self) -> bool:
        place = self.home / "data" / "servers" / "postgres"
        return place.exists()


def of(options: Namespace) -> Places:
    """The folders that the options, the environment or the defaults name."""
    home = Path(options.home or env.text("PRIVACY_HOME", str(ROOT / "var"))).absolute()
    keys = Path(options.keys or env.text("PRIVACY_KEYS", str(home / "keys"))).absolute()
    places = Places(home, keys, owners.choose())
    if keys.is_relative_to(home / "data") or (home / "data").is_relative_to(keys):
        raise Misconfigured("The key folder and the data folder must lie apart. Move one of them.")
    return places


def need_keys(places: Places) -> None:
    """Data without the keys it was made with is not opened by making new ones."""
    if places.holds_a_cluster() and not (places.keys / "passwords.json").exists():
        raise Misconfigured(
            f"The data in {places.data} was made with keys that are not in {places.keys}. "
            "Put the key folder back where it was. If it is lost, restore a backup into an empty "
            "home: python -m privacy_portal restore BACKUP --key-copy FILE --home FOLDER"
        )
    secrets.key_folder(places.keys)


@contextmanager
def alone(places: Places) -> Iterator[None]:
    """One process at a time runs the service on a home; the lock ends with its holder."""
    handle = os.open(places.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                f"The service is running on {places.home}. Stop it first with Ctrl-C where it "
                "runs, or name another folder with --home."
            ) from None
        yield
    finally:
        os.close(handle)


def _ours(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
