"""`passwords`: new random passwords, shown once."""

import sys
from argparse import ArgumentParser, Namespace

from privacy_portal.commands import django_side, marks, places, schema, servers
from privacy_portal.commands.marks import Kind
from privacy_portal.commands.say import say
from privacy_portal.env import Misconfigured

SUMMARY = {"passwords": "Make new random passwords: all of the demo's, or one account's."}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--one", action="store_true",
        help="ask for one account's sign-in address instead of renewing all of the demo's",
    )  # fmt: skip


def run(options: Namespace) -> int:
    here = places.of(options)
    with servers.reached(here) as reached:
        if not options.one and marks.read(reached.application).kind is not Kind.DEMO:
            raise Misconfigured("Outside the demo, passwords are renewed one by one: add --one.")
        told = _asked_address() if options.one else ""
        answer = django_side.ask("passwords", reached, told=told)
    if answer["unknown"]:
        say("No account signs in with that address." if options.one else "An account is missing.")
    schema.show_credentials(answer["credentials"])
    return 0 if answer["credentials"] else 1


def _asked_address() -> str:
    """Asked for and not taken from the command line, which others on the machine can read."""
    say("Sign-in address of the account:")
    return sys.stdin.readline()
