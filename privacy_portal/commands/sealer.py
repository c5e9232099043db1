"""`sealer`: the process that gives log entries their place and signs the log's head.

Everything it needs comes from the environment, and it gets nothing else: `up` and `run` start it
beside the web server, a container or a service of the system starts it alone, as a user of its own.
"""

import logging
import signal
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from audit import origins, publish, tiles
from audit.errors import MalformedProof, UnsafeKeyFile
from audit.note import Signer, Verifier
from audit.sealer import keys, loop
from audit.sealer.pin import Pin
from audit.sealer.work import Sealer
from audit.witness import client
from privacy_portal import env
from privacy_portal import logging as portal_logging
from privacy_portal.env import Misconfigured

SUMMARY = {"sealer": "Seal the log and sign its head, until stopped. Started by `up` by itself."}
_HOW_URL = (
    "It names the role portal_sealer: "
    "DATABASE_SEALER_URL=postgresql://portal_sealer:PASSWORD@HOST/DATABASE."
)
_HOW_FOLDER = "It names the folder in which the log's tiles and signed heads are published."
_HOW_PIN = "It names a file, best on another disk, that remembers the newest signed head."
_HOW_KEY = "It names the file of the signing key, which nobody but the sealer may read."
logger = logging.getLogger("privacy_portal.sealer")


def arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def run(options: Namespace) -> int:
    """Until SIGTERM or Ctrl-C; a step under way is finished first."""
    portal_logging.configure(portal_logging.CONFIG)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sealer = from_environment()
    _show_keys(sealer)
    portal_logging.log_event(logger, "sealer.ready")
    loop.run(sealer, every=env.number("PRIVACY_SEAL_SECONDS", 1), stop=stop)
    return 0


def from_environment() -> Sealer:
    """The sealer that the environment describes; Misconfigured if something is missing."""
    origin = env.text("PRIVACY_LOG_ORIGIN", keys.ORIGIN)
    pin = Path(env.text("PRIVACY_LOG_PIN", how=_HOW_PIN))
    for folder in (_folder(), pin.parent):
        if not folder.is_dir():
            raise Misconfigured(f"{folder} is not there. Make it, or mount the disk it lies on.")
    try:
        key = Path(env.text("PRIVACY_SIGNING_KEY", how=_HOW_KEY))
        signers = keys.of_the_open_log(key, origin)
    except UnsafeKeyFile as reason:
        raise Misconfigured(f"The signing key cannot be used: {reason}.") from None
    url = env.text("DATABASE_SEALER_URL", how=_HOW_URL)
    folder = origins.place(_folder(), signers[0].name, first=origin)
    return Sealer(url, folder=folder, pin=Pin(pin), signers=signers, first=origin,
                  witness=witness(signers))  # fmt: skip


def witness(signers: Sequence[Signer]) -> client.ForLog | None:
    """The witness that the environment names, if any; Misconfigured if it names half of one."""
    url, key = env.text("PRIVACY_WITNESS_URL", ""), env.text("PRIVACY_WITNESS_KEY", "")
    if bool(url) != bool(key):
        raise Misconfigured("Set PRIVACY_WITNESS_URL and PRIVACY_WITNESS_KEY, or neither of them.")
    if not url:
        return None
    try:
        asked = client.Witness(url, Verifier.parse(key))
    except (MalformedProof, ValueError) as reason:
        raise Misconfigured(f"The witness cannot be asked: {reason}.") from None
    return client.ForLog(asked, signers[0].name, [one.verifier for one in signers])


def _folder() -> Path:
    return Path(env.text("PRIVACY_LOG_FOLDER", how=_HOW_FOLDER))


def _show_keys(sealer: Sealer) -> None:
    content = "".join(f"{key}\n" for key in sealer.keys)
    publish.write_atomically(sealer.folder, tiles.VKEYS, content.encode())
