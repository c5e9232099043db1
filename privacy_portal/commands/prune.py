"""`prune`: take out the log's entries whose retention is over; their hashes stay for ever."""

import json
from argparse import ArgumentParser, Namespace
from datetime import date
from typing import Any
from uuid import UUID

from audit import clock, origins
from audit.sealer import keys, pruning
from audit.sealer.keys import ORIGIN
from audit.sealer.pruning import LEAST_YEARS, CannotPrune
from privacy_portal import env
from privacy_portal.commands import backups, django_side, places, servers
from privacy_portal.commands.say import say
from privacy_portal.commands.servers import Servers
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {
    "prune": "Take out entries of the log whose six years are over; every proof still holds."
}
_SECONDS = 60
_NO_SEALER = (
    "The entry that tells of it was written and is not sealed yet. Nothing was pruned. Start the "
    "service, whose sealer seals it within a second, and give the same command once more."
)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what could go")
    parser.add_argument(
        "--years", type=int, default=LEAST_YEARS,
        help=f"how long entries are kept; never less than {LEAST_YEARS}",
    )  # fmt: skip
    parser.add_argument(
        "--approved-by", action="append", default=[], metavar="NAME",
        help="who has decided it; kept in the log; as often as there are names",
    )  # fmt: skip
    parser.add_argument(
        "--backups-until", type=date.fromisoformat, metavar="DATE",
        help="the day by which every backup made until today will be deleted",
    )  # fmt: skip


def run(options: Namespace) -> int:
    here = places.of(options)
    if options.years < LEAST_YEARS:
        raise Misconfigured(
            f"Entries are kept for at least {LEAST_YEARS} years (45 CFR 164.316(b)(2)(i), "
            "164.530(j)(2)). Name as many or more."
        )
    with servers.reached(here) as reached:
        plan = django_side.ask("plan_pruning", reached, told=json.dumps({"years": options.years}))
        say(_planned(plan))
        _sweep(reached, dry_run=options.dry_run)
        if options.dry_run or not plan["count"]:
            say("Nothing was changed." if options.dry_run else "Nothing is to be done.")
            return 0
        _need(options)
        _prune(reached, options)
    return 0


def _prune(reached: Servers, options: Namespace) -> None:
    told = {
        "years": options.years, "approved_by": options.approved_by, "seconds": _SECONDS,
        "backups_until": options.backups_until.isoformat(),
    }  # fmt: skip
    plan = django_side.ask("announce_pruning", reached, told=json.dumps(told))
    if plan["index"] is None:
        raise Misconfigured(_NO_SEALER)
    bundle = _bundle(reached, plan)
    try:
        done = pruning.prune(
            reached.migrator, folder=origins.newest(reached.places.log), min_index=plan["min_index"],
            policy=plan["policy"], event=UUID(plan["event"]), keys=plan["keys"],
        )  # fmt: skip
    except CannotPrune as reason:
        raise Misconfigured(f"{reason} Nothing was changed.") from None
    say(
        f"{done.entries} entries and {done.bundles} files of them are gone, and {done.keys} keys. "
        f"Whoever checks the log gets {bundle} along with it: audit.verify log … --retention FILE."
    )
    _say_of_backups(reached, options.backups_until)


def _bundle(reached: Servers, plan: dict[str, Any]) -> str:
    """Written first: a pruned log without its event would be one with files missing."""
    origin = env.text("PRIVACY_LOG_ORIGIN", ORIGIN)
    signers = keys.of_the_open_log(secrets.signing_key(reached.places.keys, origin), origin)
    file = reached.places.data / "retention" / f"below-{plan['min_index']}.zip"
    told = {
        "event": plan["event"], "index": plan["index"], "file": str(file),
        "keys": [str(one.verifier) for one in signers],
    }  # fmt: skip
    django_side.ask("retention_bundle", reached, told=json.dumps(told))
    return str(file)


def _sweep(reached: Servers, *, dry_run: bool) -> None:
    """What an earlier run was killed before removing."""
    below = 0 if dry_run else pruning.pruned_below(reached.migrator)
    left = pruning.drop_bundles(origins.newest(reached.places.log), below) if below else 0
    if left:
        say(f"{left} files of entries that were pruned before are gone now.")


def _need(options: Namespace) -> None:
    if not options.approved_by:
        raise Misconfigured("Say who has decided it: --approved-by NAME. Nothing was changed.")
    if options.backups_until is None or options.backups_until <= clock.now().date():
        raise Misconfigured(
            "Backups made until today still hold these entries and the keys to them. Say by which "
            "day to come you will have deleted those backups: --backups-until YYYY-MM-DD. "
            "Nothing was changed."
        )


def _planned(plan: dict[str, Any]) -> str:
    said = f"Entries are kept for {plan['policy']}. "
    if not plan["count"]:
        said += "None can go yet: they go in groups of 256, from the oldest on."
    else:
        said += (
            f"{plan['count']} can go, all below number {plan['min_index']}, and "
            f"{len(plan['keys'])} keys that nothing else needs."
        )
    if plan["held"]:
        named = ", ".join(str(number) for number in plan["held"])
        said += f" More would, but for the legal hold {named}."
    return said


def _say_of_backups(reached: Servers, until: date) -> None:
    found = backups.made_before(reached.places.backups, clock.now())
    if found:
        say(
            f"{len(found)} backups in {reached.places.backups} still hold them and the keys to them. "
            f"Delete those, and their copies elsewhere, by {until}; then give `rotate wrapping`."
        )
