"""Everything that must hold of the log, compared at once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from audit import actors, events, invariants, log, published, tiles
from audit.errors import MalformedProof
from audit.invariants import Violation
from audit.note import Verifier


class Command(BaseCommand):
    """`manage.py check_log --reason WHY [--vkey KEY]`: names ids and counts, and nobody.

    Lanes and numbers stand inside the entries, so all of them are opened; that is itself an entry.
    """

    help = "Compare the log's tables, its files and the rows that name its entries."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reason", required=True, help="why entries are opened; kept in the log"
        )
        parser.add_argument(
            "--vkey", action="append", default=[],
            help="the log's key; without it the one beside the files, which proves less",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        log.append(
            events.CHECKED,
            actor=actors.system("command:check_log"),
            reason=options["reason"],
            using=log.REFUSALS,
        )
        found = self._found(options["vkey"])
        for one in found:
            self.stdout.write(str(one))
        if found:
            raise CommandError(f"{len(found)} things do not hold.")
        self.stdout.write("Everything holds.")

    def _found(self, written: list[str]) -> list[Violation]:
        connection.ensure_connection()
        return invariants.check(
            connection.connection,
            folder=published.place() if settings.LOG_FOLDER else None,
            keys=_keys(written),
            opener=log.opened,
        )


def _keys(written: list[str]) -> list[Verifier]:
    try:
        lines = written or (published.place() / tiles.VKEYS).read_text("ascii").split()
        return [Verifier.parse(line) for line in lines]
    except (OSError, MalformedProof):
        raise CommandError("The log's key cannot be read. Name it: --vkey KEY") from None
