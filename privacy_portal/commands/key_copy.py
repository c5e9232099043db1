"""`confirm-key-copy COPY`: say that a second copy of the key exists, and have it compared.

Who loses the key-encryption key loses every record, and no backup holds it. The start therefore
warns until a copy was confirmed, anew after each rotation.
"""

import hashlib
import json
import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from audit import clock
from audit.crypto import providers
from privacy_portal.commands import places
from privacy_portal.commands.places import Places
from privacy_portal.commands.say import say
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {"confirm-key-copy": "Confirm that a second copy of the key is kept somewhere else."}
_NOTE = "key-copy.json"
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "copy", help="the copy's path, or what `sha256sum` prints for it on the machine that has it"
    )


def run(options: Namespace) -> int:
    here = places.of(options)
    key = active_key(here)
    _compare(options.copy, key, here)
    note = {"key": id_of_file(key), "confirmed_at": clock.now().isoformat()}
    (here.data / _NOTE).write_text(json.dumps(note), encoding="utf-8")
    say(f"Confirmed: a second copy of the key {note['key']} exists.")
    return 0


def confirmed(here: Places) -> bool:
    """Whether a copy of the key now in use was confirmed."""
    try:
        note = json.loads((here.data / _NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return bool(note.get("key") == id_of_file(active_key(here)))


def active_key(here: Places) -> Path:
    """The file of the key-encryption key in use."""
    folder = secrets.kek_folder(here.keys)
    active = (folder / "kek-active").read_text(encoding="ascii").strip()
    return folder / f"kek-{active.removeprefix('local:')}.key"


def id_of_file(file: Path) -> str:
    """The id of the key in a file; raises when there is no key in it."""
    try:
        key = file.read_bytes()
    except OSError:
        raise Misconfigured(f"{file} cannot be read.") from None
    if len(key) != 32:
        raise Misconfigured(f"{file} holds no key: a key is 32 bytes.")
    return providers.fingerprint(key)


def _compare(given: str, key: Path, here: Places) -> None:
    if _SHA256.fullmatch(given.lower()):
        if given.lower() != hashlib.sha256(key.read_bytes()).hexdigest():
            raise Misconfigured("That is the checksum of something else than the key in use.")
        return
    copy = Path(given).resolve()
    if copy.is_relative_to(here.keys.resolve()) or (copy.exists() and copy.samefile(key)):
        raise Misconfigured("That is the key itself. Copy it to another medium and name the copy.")
    if id_of_file(copy) != id_of_file(key):
        raise Misconfigured(f"{given} is another key than the one in use.")
