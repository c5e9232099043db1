"""The command line of whoever runs the service on a machine of their own.

One module a command, each with `SUMMARY`, `arguments(parser)` and `run(options) -> int`.
"""

import argparse
import importlib
from collections.abc import Iterable, Sequence

from privacy_portal.commands.say import say
from privacy_portal.env import Misconfigured

#: Command → module. `run` and `up` are one story told with and without demo data.
COMMANDS = {
    "run": "serve",
    "up": "serve",
    "demo": "demo",
    "passwords": "passwords",
    "manage": "manage",
    "backup": "backup",
    "restore": "restore",
    "confirm-key-copy": "key_copy",
    "recover": "recover",
    "prune": "prune",
    "hold": "hold",
    "rotate": "rotate",
    "sealer": "sealer",
    "container-secrets": "container_secrets",
}


def main(arguments: Sequence[str]) -> int:
    """Run one command. A sentence and exit status 1 when something is missing or in the way."""
    named = arguments[0] if arguments else ""
    options = _parser([named] if named in COMMANDS else COMMANDS).parse_args(arguments)
    module = importlib.import_module(f"{__name__}.{COMMANDS[options.command]}")
    try:
        return int(module.run(options))
    except Misconfigured as stop:
        say(f"\n{stop}")
        return 1


def _parser(offered: Iterable[str]) -> argparse.ArgumentParser:
    """Of these commands; what the others need is not loaded for one."""
    parser = argparse.ArgumentParser(prog="python -m privacy_portal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in offered:
        module = importlib.import_module(f"{__name__}.{COMMANDS[name]}")
        summary = module.SUMMARY[name]
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument(
            "--home", help="folder with data, keys and backups (default: PRIVACY_HOME or var)"
        )
        command.add_argument("--keys", help="the key folder, when it is not HOME/keys")
        module.arguments(command)
    return parser
