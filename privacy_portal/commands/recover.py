"""`recover`: bring a fenced log back from its published files, and let sealing go on."""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from audit import origins
from audit.errors import CannotRecover
from audit.sealer import beginning, keys, recovery, succession
from audit.sealer.keys import ORIGIN
from audit.sealer.pin import Pin
from audit.sealer.recovery import Recovered
from audit.sealer.remembered import Where
from audit.sealer.succession import Plan
from privacy_portal import env
from privacy_portal.commands import django_side, places, servers
from privacy_portal.commands.say import say
from privacy_portal.commands.sealer import witness
from privacy_portal.commands.servers import Servers
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {"recover": "Put back what a restored database lost of the log, and let sealing go on."}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--accept-loss", metavar="REASON",
        help="the published files or the pin are gone for good, and nobody remembers more entries "
        "than the database: go on from its own head",
    )  # fmt: skip
    how.add_argument(
        "--succeed", metavar="REASON",
        help="entries are gone for good: close the log, and let another go on after it",
    )  # fmt: skip
    parser.add_argument(
        "--known", type=Path, action="append", default=[], metavar="CHECKPOINT",
        help="a signed head that somebody kept, of a receipt or a copy; as often as there are",
    )  # fmt: skip


def run(options: Namespace) -> int:
    here = places.of(options)
    with servers.reached(here) as reached:
        try:
            return _succeed(reached, options) if options.succeed else _recover(reached, options)
        except CannotRecover as reason:
            raise Misconfigured(f"{reason} Nothing was changed.") from None


def _recover(reached: Servers, options: Namespace) -> int:
    if options.dry_run:
        say(_told(_done(reached, options)) + " Nothing was changed.")
        return 0
    _note(reached, "begun", {"reason": options.accept_loss or "restored database"})
    done = _done(reached, options)
    _note(reached, "ended", {"old": done.old, "new": done.new, "put_back": done.put_back})
    say(_told(done) + " Sealing goes on.")
    return 0


def _done(reached: Servers, options: Namespace) -> Recovered:
    where = _where(reached, options)
    if options.accept_loss:
        return recovery.accept_loss(reached.migrator, where, dry_run=options.dry_run)
    return recovery.recover(reached.migrator, replace(where, witness=None), dry_run=options.dry_run)


def _where(reached: Servers, options: Namespace) -> Where:
    here, first = reached.places, _first()
    signers = keys.of_the_open_log(_key(reached), first)
    folder = origins.place(here.log, signers[0].name, first=first)
    folder.mkdir(parents=True, exist_ok=True)
    return Where(
        folder, Pin(here.pin), [one.verifier for one in signers], first, witness(signers),
        [(str(file), _head(file)) for file in options.known],
    )  # fmt: skip


def _first() -> str:
    return env.text("PRIVACY_LOG_ORIGIN", ORIGIN)


def _key(reached: Servers) -> Path:
    return secrets.signing_key(reached.places.keys, _first())


def _head(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Misconfigured(f"{file} cannot be read. Nothing was changed.") from None


# --- another log goes on ---------------------------------------------------------------------------
def _succeed(reached: Servers, options: Namespace) -> int:
    if beginning.unfinished(reached.migrator):
        if options.dry_run:
            say("It was begun and would be finished. Nothing was changed.")
            return 0
        return _finish(reached)
    where = _where(reached, options)
    plan = succession.look(reached.migrator, where)
    say(_planned(plan))
    if options.dry_run:
        say("Nothing was changed.")
        return 0
    told = {"facts": plan.facts(), "reason": options.succeed}
    event = django_side.ask("announce_succession", reached, told=json.dumps(told))["event"]
    succession.succeed(reached.migrator, where, agreed=plan, event=UUID(event))
    return _finish(reached)


def _finish(reached: Servers) -> int:
    here = reached.places
    done = beginning.finish(
        reached.migrator, top=here.log, first=_first(), pin=Pin(here.pin), key=_key(reached)
    )
    say(
        f"The log {done.origin} goes on. Its files lie in {done.folder}; its key: {done.signer.verifier}"
    )
    say(
        "Start the service anew, so that the sealer signs with it. Make a backup now: earlier ones "
        "are of the log that was closed. Copy the new signing key, and give the key above to whoever "
        "checks the log and to the witness. Then hand over the first entry, opened, on "
        "the auditor's page “Hand entries over”: place 0."
    )
    return 0


def _planned(plan: Plan) -> str:
    return (
        f"{plan.origin} is closed. Of the {plan.size} entries that it has signed, {plan.kept} are here "
        f"and keep their places; {plan.put_back} of those come back from the published files. Entries "
        f"{plan.kept} to {plan.size - 1} are missing. {plan.again} that are here, and that no head "
        f"proves, wait for new places in {plan.successor}, which goes on."
    )


def _note(reached: Servers, action: str, facts: dict[str, object]) -> None:
    """An entry before and one after: what was put back is told where it was put back."""
    django_side.ask("note_recovery", reached, told=json.dumps({"action": action, "facts": facts}))


def _told(done: Recovered) -> str:
    return (
        f"The database knew {done.old} entries, the published log {done.new}; "
        f"{done.put_back} put back, {done.matched} were here and waited."
    )
