"""Print a kind's legal moves as the migration operation that puts them into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.kinds import registry


class Command(BaseCommand):
    """`manage.py legal_moves access`: paste the output into the kind's migration."""

    help = "Print the legal moves of a kind as a migration operation."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kind = registry.kind(options["kind"])
        except LookupError:
            raise CommandError(f"There is no kind {options['kind']}.") from None
        self.stdout.write(f'legal_moves(\n    "{kind.name}",')
        for name, source, target in kind.paths():
            self.stdout.write(f'    ("{name}", "{source}", "{target}"),')
        self.stdout.write("),")
