"""`recover`: bring a fenced log back from its published files, and let sealing go on."""

import json
from argparse import ArgumentParser, Namespace

from audit.sealer import keys, recovery
from audit.sealer.keys import ORIGIN
from audit.sealer.pin import Pin
from audit.sealer.recovery import CannotRecover, Recovered
from privacy_portal import env
from privacy_portal.commands import django_side, places, servers
from privacy_portal.commands.say import say
from privacy_portal.commands.servers import Servers
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {"recover": "Put back what a restored database lost of the log, and let sealing go on."}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--accept-loss", metavar="REASON",
        help="the published files or the pin are gone for good: go on from the database's own head",
    )  # fmt: skip


def run(options: Namespace) -> int:
    here = places.of(options)
    with servers.reached(here) as reached:
        if options.dry_run:
            say(_told(_done(reached, options)) + " Nothing was changed.")
            return 0
        _note(reached, "begun", {"reason": options.accept_loss or "restored database"})
        done = _done(reached, options)
        _note(reached, "ended", {"old": done.old, "new": done.new, "put_back": done.put_back})
    say(_told(done) + " Sealing goes on.")
    return 0


def _done(reached: Servers, options: Namespace) -> Recovered:
    here = reached.places
    origin = env.text("PRIVACY_LOG_ORIGIN", ORIGIN)
    known = [one.verifier for one in keys.read(secrets.signing_key(here.keys, origin), origin)]
    on = {"folder": here.log, "pin": Pin(here.pin), "keys": known}
    try:
        if options.accept_loss:
            return recovery.accept_loss(reached.migrator, **on, dry_run=options.dry_run)
        return recovery.recover(reached.migrator, **on, dry_run=options.dry_run)
    except CannotRecover as reason:
        raise Misconfigured(f"{reason} Nothing was changed.") from None


def _note(reached: Servers, action: str, facts: dict[str, object]) -> None:
    """An entry before and one after: what was put back is told where it was put back."""
    django_side.ask("note_recovery", reached, told=json.dumps({"action": action, "facts": facts}))


def _told(done: Recovered) -> str:
    return (
        f"The database knew {done.old} entries, the published log {done.new}; "
        f"{done.put_back} put back, {done.matched} were here and waited."
    )
