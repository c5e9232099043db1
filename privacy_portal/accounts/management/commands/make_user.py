"""`manage.py make_user`: an account for a member of staff; how the first administrator comes in."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts import people, roles
from requests_app.errors import BadInput
from requests_app.permissions import Role

COMMAND = Actor(id="system:make_user", name="make_user", via="command")
STAFF_ROLES = sorted(set(Role) - {Role.PATIENT, Role.MACHINE})


class Command(BaseCommand):
    help = "Make an account for a member of staff, with a random password that is shown once."
    requires_system_checks = ()  # They load every page and view; `make check` makes them.

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the work e-mail address to sign in with")
        parser.add_argument("name", help="the name that records will show")
        parser.add_argument("--role", action="append", required=True, choices=STAFF_ROLES)
        parser.add_argument(
            "--licence", default="", help="number and issuer, where a role needs it"
        )
        parser.add_argument("--days", type=int, help="how long the roles are lent; else open-ended")

    def handle(self, *args: Any, **options: Any) -> None:
        password = people.random_password()
        try:
            with transaction.atomic():
                _make(password, options)
        except BadInput as bad:
            raise CommandError(" ".join(problem.sentence for problem in bad.problems)) from bad
        self.stdout.write(f"{password}\n")
        self.stderr.write("Shown once: the password of the new account.\n")


def _make(password: str, options: dict[str, Any]) -> None:
    now, days = clock.now(), options["days"]
    user = people.create_staff(options["address"], options["name"], password, actor=COMMAND)
    for role in options["role"]:
        roles.grant(
            user,
            Role(role),
            actor=COMMAND,
            since=now,
            until=now + timedelta(days=days) if days else None,
            licence=options["licence"],
        )
