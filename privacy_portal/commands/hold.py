"""`hold`: keep entries of the log beyond their term, as long as a lawsuit or an inquiry lasts."""

import json
from argparse import ArgumentParser, Namespace
from datetime import date

from privacy_portal.commands import django_side, places, servers
from privacy_portal.commands.say import say
from privacy_portal.commands.servers import Servers
from privacy_portal.env import Misconfigured

SUMMARY = {"hold": "List legal holds, place one with --reason, or end one with --lift."}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", help="why entries are kept, or why no longer; kept in the log")
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE",
        help="only entries from this day on (UTC); without it, every entry",
    )  # fmt: skip
    parser.add_argument("--lift", type=int, metavar="NUMBER", help="end the hold of this number")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def run(options: Namespace) -> int:
    if options.lift is not None and not options.reason:
        raise Misconfigured("Say why the hold ends: --reason. Nothing was changed.")
    here = places.of(options)
    with servers.reached(here) as reached:
        if options.reason and not options.dry_run:
            _change(reached, options)
        elif options.reason:
            say(f"A hold would {'end' if options.lift is not None else 'begin'}. {_NOTHING}")
        _list(reached)
    return 0


_NOTHING = "Nothing was changed."


def _change(reached: Servers, options: Namespace) -> None:
    if options.lift is None:
        since = options.since.isoformat() if options.since else None
        told = {"reason": options.reason, "since": since}
        made = django_side.ask("place_hold", reached, told=json.dumps(told))
        say(f"Hold {made['number']} is in force. Nothing that it covers is pruned.")
        return
    told = {"reason": options.reason, "number": options.lift}
    if not django_side.ask("lift_hold", reached, told=json.dumps(told))["lifted"]:
        raise Misconfigured(f"No hold {options.lift} is in force. {_NOTHING}")
    say(f"Hold {options.lift} has ended.")


def _list(reached: Servers) -> None:
    found = django_side.ask("holds", reached)["holds"]
    for one in found:
        covers = f"entries since {one['since']}" if one["since"] else "every entry"
        say(f"Hold {one['number']}, placed {one['placed']}: {covers}.")
    if not found:
        say("No legal hold is in force.")
