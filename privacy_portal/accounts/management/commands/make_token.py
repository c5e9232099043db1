"""`manage.py make_token`: a machine client and its token, or a further token for one."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts import people, tokens
from requests_app.errors import BadInput
from requests_app.permissions import Permission

COMMAND = Actor(id="system:make_token", name="make_token", via="command")


class Command(BaseCommand):
    help = "Make a scoped token for a machine client. It is shown once."
    requires_system_checks = ()  # They load every page and view; `make check` makes them.

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the client's name; a new one is made when none has it")
        parser.add_argument("--scope", action="append", required=True, choices=sorted(Permission))
        parser.add_argument(
            "--days", type=int, required=True, help="how long it lives, at most 366"
        )
        parser.add_argument("--label", default="", help="what tells this token from others")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        client = people.machine_named(options["name"]) or people.create_machine(
            options["name"], actor=COMMAND, now=now
        )
        try:
            made = tokens.make_for_machine(
                client,
                options["scope"],
                label=options["label"],
                expires_at=now + timedelta(days=options["days"]),
                actor=COMMAND,
                now=now,
            )
        except BadInput as bad:
            raise CommandError(" ".join(problem.sentence for problem in bad.problems)) from bad
        self.stdout.write(f"{made.text}\n")
        self.stderr.write(f"Shown once. Ends {made.row.expires_at:%Y-%m-%d %H:%M} UTC.\n")
