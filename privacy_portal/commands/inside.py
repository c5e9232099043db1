"""What the commands do inside Django, each in a process of its own.

Answers are one JSON object on the last line of the standard output; the commands read it.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from privacy_portal.commands import inside_log


def main(arguments: Sequence[str]) -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacy_portal.settings")
    django.setup()
    answer = TASKS[arguments[0]]()
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
    return 0


def schema() -> dict[str, Any]:
    """How the database's schema stands to this version's: what is pending, what is unknown."""
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connections["migrate"])
    on_disk, applied = set(loader.disk_migrations), set(loader.applied_migrations)
    replaced = {old for new in loader.disk_migrations.values() for old in new.replaces}
    return {
        "pending": sorted(".".join(name) for name in on_disk - applied),
        "unknown": sorted(".".join(name) for name in applied - on_disk - replaced),
    }


def migrate() -> dict[str, Any]:
    """Bring the schema up to date and make the keys of this period and the next."""
    from django.core.management import call_command

    call_command("migrate", database="migrate", interactive=False, verbosity=0)
    return ensure_keys()


def ensure_keys() -> dict[str, Any]:
    from audit import clock, keys

    keys.ensure_periods(clock.now())
    return {}


def ready() -> dict[str, Any]:
    """The schema's standing, and when nothing is pending, the keys made as well."""
    standing = schema()
    if not standing["pending"] and not standing["unknown"]:
        ensure_keys()
    return standing


def fill() -> dict[str, Any]:
    """Demo data into an empty marked database, all or nothing; the credentials made for it."""
    if importlib.util.find_spec("privacy_portal.demo") is None:
        return {"credentials": []}
    from django.db import connection, transaction

    from audit import clock

    demo: Any = importlib.import_module("privacy_portal.demo")
    with transaction.atomic():
        credentials = [_shown(one) for one in demo.fill(clock.now())]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE public.demo_mark SET filled = true")
    return {"credentials": credentials}


def passwords() -> dict[str, Any]:
    """New random passwords; each account's sessions and tokens end, and its second step is set up anew.

    Addresses come on the standard input, one a line, since a command line can be read by others;
    none at all means every account of the demo.
    """
    names = sys.stdin.read().split() or _demo_sign_ins()
    credentials = [made for name in names if (made := _renew(name)) is not None]
    return {"credentials": credentials, "unknown": len(names) - len(credentials)}


def _renew(name: str) -> dict[str, str] | None:
    from audit.actors import Actor
    from privacy_portal.accounts import addresses, factors, people

    by = Actor("system:command:passwords", "Privacy office service", via="command")
    account = addresses.find(name)
    if account is None:
        return None
    password = people.random_password()
    people.set_password(account, password, actor=by)
    factors.reset(account, actor=by)
    return {"role": account.name or "Patient", "sign_in": name, "password": password}


def note_recovery() -> dict[str, Any]:
    """An entry of the log about its own recovery; what it says comes on the standard input."""
    from audit import actors, log
    from privacy_portal import events

    told = json.load(sys.stdin)
    name = {"begun": events.RECOVERY_BEGUN, "ended": events.RECOVERY_ENDED}[told["action"]]
    log.append(name, actor=actors.system("command:recover"), extra=told["facts"], using="refusals")
    return {}


def _demo_sign_ins() -> list[str]:
    if importlib.util.find_spec("privacy_portal.demo") is None:
        return []
    return [str(name) for name in importlib.import_module("privacy_portal.demo").SIGN_INS]


def _shown(credential: Any) -> dict[str, str]:
    """A credential has `role`, `sign_in` and `password`, all text."""
    return {name: str(getattr(credential, name)) for name in ("role", "sign_in", "password")}


TASKS: dict[str, Callable[[], dict[str, Any]]] = {
    "schema": schema,
    "ready": ready,
    "migrate": migrate,
    "fill": fill,
    "passwords": passwords,
    "note_recovery": note_recovery,
    **inside_log.TASKS,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
