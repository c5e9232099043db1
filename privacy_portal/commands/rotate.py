"""`rotate`: change a key that has been in use. What it sealed or signed still opens and verifies.

rotate wrapping     another key wraps the data keys
rotate data         another data key of a class seals from now on
rotate fields       what the former ones have sealed in the database is sealed anew
rotate signing      another key signs the log
"""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from audit import origins, tiles
from audit.errors import UnsafeKeyFile
from audit.sealer import keys
from audit.sealer.keys import ORIGIN
from privacy_portal import env
from privacy_portal.commands import backups, django_side, places, servers
from privacy_portal.commands.say import say
from privacy_portal.commands.servers import Servers
from privacy_portal.embedded import secrets
from privacy_portal.env import Misconfigured

SUMMARY = {
    "rotate": "Change the wrapping key, a data key, or the key that signs the log; seal fields anew."
}
#: Keys that no longer sign, for whoever checks old receipts.
FORMER = "log-former.vkey"
_NOTHING = "Nothing was changed."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=tuple(_STEPS),
        help="which key; fields: seal anew what former data keys have sealed in the database",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--class", dest="key_class", metavar="CLASS",
        help="whose key, such as audit or field.people (default: for data audit, for fields all)",
    )  # fmt: skip
    parser.add_argument(
        "--finish", action="store_true", help="for signing: the old key signs no more"
    )
    parser.add_argument(
        "--drop",
        metavar="KEY",
        help="for wrapping: delete the file of an old key that nothing needs",
    )


def run(options: Namespace) -> int:
    here = places.of(options)
    with servers.reached(here) as reached:
        _STEPS[options.what](reached, options)
    return 0


# --- the key that wraps ----------------------------------------------------------------------------
def _wrapping(reached: Servers, options: Namespace) -> None:
    if options.drop:
        _drop(reached, options)
        return
    if options.dry_run:
        found = django_side.ask("wrapping_keys", reached, told="{}")
        active = found["active"]
        say(
            f"A new key would wrap the {found['wraps'][active]} keys that {active} wraps. {_NOTHING}"
        )
        return
    done = django_side.ask("rotate_wrapping", reached, told="{}")
    say(f"{done['new']} wraps {done['count']} keys. Copy its file now, then give confirm-key-copy.")
    say(f"Keep {done['old']} as long as there are backups from before today: they need it.")


def _drop(reached: Servers, options: Namespace) -> None:
    folder = secrets.kek_folder(reached.places.keys)
    file = folder / f"kek-{options.drop.removeprefix('local:')}.key"
    found = django_side.ask("wrapping_keys", reached, told=json.dumps({"named": [options.drop]}))
    if not file.exists():
        raise Misconfigured(f"{file} is not there. {_NOTHING}")
    if options.drop == found["active"] or found["wraps"][options.drop]:
        raise Misconfigured(f"{options.drop} is in use. Give `rotate wrapping` first. {_NOTHING}")
    needing = backups.needing(reached.places.backups, options.drop)
    if needing:
        raise Misconfigured(
            f"{len(needing)} backups in {reached.places.backups} open with {options.drop} alone, the "
            f"newest {needing[-1].name}. Delete them, or keep the key. {_NOTHING}"
        )
    if options.dry_run:
        say(f"{file} would be deleted. {_NOTHING}")
        return
    file.unlink()
    say(f"{file} is deleted. Destroy its copies too: a backup kept elsewhere opens with them.")


# --- a key that seals ------------------------------------------------------------------------------
def _data(reached: Servers, options: Namespace) -> None:
    key_class = options.key_class or "audit"
    if options.dry_run:
        say(f"A new key of class {key_class} would seal from now on. {_NOTHING}")
        return
    done = django_side.ask("rotate_data", reached, told=json.dumps({"class": key_class}))
    if "reason" in done:
        raise Misconfigured(f"This key is not changed: {done['reason']}. {_NOTHING}")
    say(
        f"Key {done['new']} of class {key_class} seals from now on, within a minute "
        f"everywhere. Key {done['old']} opens what it has sealed."
    )
    if key_class.startswith("field."):
        say(f"In a minute: rotate fields --class {key_class}, which seals that anew.")


# --- what former keys have sealed ------------------------------------------------------------------
def _fields(reached: Servers, options: Namespace) -> None:
    told = json.dumps({"class": options.key_class})
    if options.dry_run:
        _say_due(_known(django_side.ask("fields_due", reached, told=told)))
        return
    done = _known(django_side.ask("seal_fields_anew", reached, told=told, aloud=True))
    say(f"{done['sealed']} values are sealed anew.")
    if done["idle"]:
        say(
            f"Of this database's fields, none lies under these keys any more: {_listed(done['idle'])}."
        )
        say("They are kept: backups from before today open with them.")
    if done["sealed"]:
        say("The log's entries and the files of documents stay under the keys of their day.")
    if done["closed"]:
        raise Misconfigured(
            f"Some values do not open, and stay as they are: {_listed(done['closed'])}. If no key is "
            "missing, somebody has changed them: treat it as an incident."
        )
    if done["left"]:
        raise Misconfigured(
            f"Left, because somebody was at work there: {_listed(done['left'])}. Give it again."
        )


def _say_due(found: dict[str, Any]) -> None:
    for line in found["due"]:
        say(line)
    say(f"{found['count']} values would be sealed anew. {_NOTHING}")
    if found["closed"]:
        say(f"Under keys that open nothing: {_listed(found['closed'])}.")


def _known(answer: dict[str, Any]) -> dict[str, Any]:
    if "reason" in answer:
        raise Misconfigured(f"Nothing is sealed anew: {answer['reason']}.")
    return answer


def _listed(found: list[Any]) -> str:
    return ", ".join(str(one) for one in found)


# --- the key that signs ----------------------------------------------------------------------------
def _signing(reached: Servers, options: Namespace) -> None:
    first = env.text("PRIVACY_LOG_ORIGIN", ORIGIN)
    file = secrets.signing_key(reached.places.keys, first)
    held = keys.of_the_open_log(file, first)
    origin = held[0].name
    if options.dry_run:
        says = "the older would stop signing" if len(held) == 2 else "a second would sign as well"
        say(f"{len(held)} keys sign the log's heads; {says}. {_NOTHING}")
        return
    try:
        if options.finish:
            _finish(reached, file, origin)
        else:
            _begin(reached, file, origin)
    except UnsafeKeyFile as reason:
        raise Misconfigured(f"The signing key is not changed: {reason}. {_NOTHING}") from None


def _begin(reached: Servers, file: Path, origin: str) -> None:
    old, new = keys.begin_succession(file, origin)
    facts = {"old": str(old.verifier), "new": str(new.verifier)}
    django_side.ask("note_signing", reached, told=json.dumps({"action": "begun", "facts": facts}))
    say(f"Both keys sign once the sealer was started anew. The new one: {new.verifier}")
    say("Give it to whoever checks the log, and to the witness. Then: rotate signing --finish")


def _finish(reached: Servers, file: Path, origin: str) -> None:
    folder = origins.newest(reached.places.log)
    newest = (folder / tiles.CHECKPOINT).read_bytes()
    old, new = keys.end_succession(file, origin, newest)
    with (folder / FORMER).open("a", encoding="ascii") as former:
        former.write(f"{old.verifier}\n")
    facts = {"old": str(old.verifier), "new": str(new.verifier)}
    django_side.ask("note_signing", reached, told=json.dumps({"action": "ended", "facts": facts}))
    say("The old key signs no more once the sealer was started anew.")
    say(f"What it has signed verifies with it: it is kept in {folder / FORMER}.")


_STEPS = {"wrapping": _wrapping, "data": _data, "fields": _fields, "signing": _signing}
