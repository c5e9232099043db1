"""The witness's commands: make its key, and serve.

python -m audit.witness key   --name witness.example/nas --out FILE
python -m audit.witness serve --key FILE --state FILE --log VKEY [--listen HOST:PORT]
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from stat import S_IMODE

from audit.crypto import primitives
from audit.errors import MalformedProof
from audit.note import Kind, Signer, Verifier
from audit.witness.judge import Judge, by_origin
from audit.witness.serve import Server
from audit.witness.store import Store

USAGE = 3


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0, or 3 if it was not understood."""
    parser = _command_line()
    asked = parser.parse_args(arguments)
    try:
        return int(asked.run(asked))
    except (MalformedProof, ValueError, OSError) as reason:
        sys.stderr.write(f"{parser.prog}: {reason}\n")
        return USAGE


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="audit.witness",
        description="Sign the heads of a log that continue what was signed before, and no others.",
    )
    commands = parser.add_subparsers(required=True, metavar="key | serve")
    key = commands.add_parser("key", help="make this witness's key; prints what others know it by")
    key.add_argument("--name", required=True, help="its name, for example witness.example/nas")
    key.add_argument("--out", type=Path, required=True, help="the new file, for its owner only")
    key.set_defaults(run=_key)
    serve = commands.add_parser("serve", help="answer until it is stopped")
    serve.add_argument("--key", type=Path, required=True)
    serve.add_argument("--state", type=Path, required=True, help="what it has signed; made if new")
    serve.add_argument("--log", action="append", required=True, metavar="VKEY",
                       help="the key of a log to sign for; as often as needed")  # fmt: skip
    serve.add_argument("--listen", default="127.0.0.1:8765", metavar="HOST:PORT")
    serve.set_defaults(run=_serve)
    return parser


def _key(asked: argparse.Namespace) -> int:
    signer = Signer(asked.name, primitives.new_key(), Kind.COSIGNATURE)
    written = f"{signer.secret()}\n"
    # Nobody else may read it at any moment, and no key is ever written over.
    handle = os.open(asked.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    sys.stdout.write(f"{signer.verifier}\n")
    return 0


def read_key(path: Path) -> Signer:
    """The key in a file that nobody but its owner may read."""
    if S_IMODE(path.stat().st_mode) & 0o077:
        raise ValueError(f"others may read {path}: chmod 600 it, and think about who has")
    signer = Signer.parse(path.read_text(encoding="ascii").removesuffix("\n"))
    if signer.kind is not Kind.COSIGNATURE:
        raise ValueError("this is not the key of a witness")
    return signer


def _serve(asked: argparse.Namespace) -> int:
    logs = [Verifier.parse(written) for written in asked.log]
    if any(key.kind is not Kind.NOTE for key in logs):
        raise ValueError("--log takes the key of a log")
    judge = Judge(read_key(asked.key), by_origin(logs), Store(asked.state))
    host, _, port = asked.listen.rpartition(":")
    with Server((host.strip("[]"), int(port)), judge) as server:
        sys.stdout.write(f"{judge.signer.verifier}\nlistens on port {server.server_port}\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
