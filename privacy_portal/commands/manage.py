"""`manage ARGUMENTS`: manage.py with the service's own servers and keys in its environment.

How the first account comes in: `manage make_user …`.
"""

import argparse
import subprocess
import sys
from argparse import ArgumentParser, Namespace

from privacy_portal.commands import places, servers
from privacy_portal.commands.places import ROOT

SUMMARY = {"manage": "Run a command of manage.py, such as make_user, on this service's database."}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="...", help="what manage.py is given"
    )


def run(options: Namespace) -> int:
    """The exit status of manage.py."""
    here = places.of(options)
    with servers.reached(here) as reached:
        return subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *options.rest],
            cwd=ROOT, env=reached.environ(), check=False,
        ).returncode  # fmt: skip
