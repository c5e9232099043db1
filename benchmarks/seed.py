"""Run inside the service's environment: its schema, a small practice, accounts with tokens."""

import json
import sys
from typing import Any

import django

CLIENTS = 8


def migrate() -> dict[str, Any]:
    from django.core.management import call_command

    from audit import clock, keys

    call_command("migrate", database="migrate", interactive=False, verbosity=0)
    keys.ensure_periods(clock.now())
    return {}


def tokens() -> dict[str, Any]:
    """One linked patient account for each client, and its token."""
    from audit import clock
    from audit.actors import Actor
    from privacy_portal.accounts import people
    from privacy_portal.accounts import tokens as api_tokens
    from privacy_portal.accounts.actors import actor_for
    from tests.support import office

    here = office.set_up(now=clock.now())
    command = Actor(id="system:bench", name="Benchmark", via="command")
    made = []
    for number in range(CLIENTS):
        user = people.create_patient(
            f"demo{number}@example.org", people.random_password(), actor=command, now=clock.now()
        )
        patient = office.add_patient(here.site, number=f"B-{number}", now=clock.now())
        office.link(actor_for(user, via="token"), patient, now=clock.now())
        made.append(api_tokens.make_for_person(user, now=clock.now()).text)
    return {"tokens": made}


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"migrate": migrate, "tokens": tokens}[sys.argv[1]]()))
