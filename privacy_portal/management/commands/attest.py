"""How database and service are set up: compared, listed, or attested now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit import actors, attestation
from audit.attestation import Facts, expected
from privacy_portal import set_up


class Command(BaseCommand):
    """`manage.py attest`: what is not as this release makes it. Ends with status 1 if anything is.

    Nothing of anybody is read, so it needs no reason.
    """

    help = (
        "Compare how the database is set up with what this release makes, and with the day before."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="every fact, one a line")
        what.add_argument(
            "--now", action="store_true", help="append the day's entry now, as after an upgrade"
        )
        what.add_argument(
            "--write", action="store_true",
            help="write the list of what must be so, from a database that was just migrated",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [name for name in ("list", "now", "write") if options[name]]
        if chosen == ["now"]:
            with transaction.atomic():
                attestation.attest(actor=actors.system("command:attest"), also=set_up.of_service())
        facts = attestation.observed(also=set_up.of_service())
        {"list": self._list, "write": self._write}.get("".join(chosen), self._compare)(facts)

    def _list(self, facts: Facts) -> None:
        self.stdout.writelines(f"{line}\n" for line in facts.lines())

    def _write(self, facts: Facts) -> None:
        expected.FILE.write_text(expected.written(facts), encoding="utf-8")
        self.stdout.write(str(expected.FILE.name))

    def _compare(self, facts: Facts) -> None:
        newest = attestation.latest()
        for thing in newest.changed_to(facts) if newest else ():
            self.stdout.write(f"not as last attested: {thing}")
        found = expected.compared(facts)
        for words, lines in (("missing", found.missing), ("unexpected", found.unexpected)):
            for line in lines:
                self.stdout.write(f"{words}: {line}")
        if found:
            raise CommandError(f"{len(found)} facts are not as this release makes them.")
        self.stdout.write(
            f"{len(facts.lines())} facts; the log's part is as this release makes it."
        )
