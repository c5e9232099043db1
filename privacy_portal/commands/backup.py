"""`backup [FOLDER]`: a verified backup of the database; the keys are never in it."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from privacy_portal.commands import backups, places, servers
from privacy_portal.commands.say import say, step

SUMMARY = {"backup": "Back the database up and prove that the backup restores. No key is in it."}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, help="where to (default: HOME/backups)")


def run(options: Namespace) -> int:
    here = places.of(options)
    target = (options.folder or here.backups).absolute()
    backups.refuse_near_keys(target, here)
    with servers.reached(here) as reached, step("Backing up, then restoring the copy to check it"):
        made = backups.make(reached, target)
    say(f"Backup made and verified: {made}")
    say(f"It opens only with the keys in {here.keys}; keep a copy of those somewhere else.")
    return 0
