"""Print a kind's legal moves as the migration operation that puts them into the database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.kinds import registry
from requests_app.kinds.base import Kind

_IMPORT = "from requests_app.sql import legal_moves\n"


class Command(BaseCommand):
    """`manage.py legal_moves access`: the output belongs into the kind's migration."""

    help = "Print the legal moves of a kind as a migration operation."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind")
        parser.add_argument(
            "--write", action="store_true", help="Put it at the end of the newest migration."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kind = registry.kind(options["kind"])
        except LookupError:
            raise CommandError(f"There is no kind {options['kind']}.") from None
        if options["write"]:
            self.stdout.write(_write(kind))
        else:
            self.stdout.write(operation(kind))


def operation(kind: type[Kind]) -> str:
    """The call, as it stands among a migration's operations."""
    rows = [f'    ("{name}", "{source}", "{target}"),' for name, source, target in kind.paths()]
    return "\n".join(["legal_moves(", f'    "{kind.name}",', *rows, "),"])


def _write(kind: type[Kind]) -> str:
    """Into the migration that was just made; one that has it already is left alone."""
    folder = Path(settings.BASE_DIR) / "requests_app" / "migrations"
    newest = max(folder.glob("[0-9]*.py"))
    text = newest.read_text(encoding="utf-8")
    head, end, tail = text.rpartition("    ]")
    if _IMPORT in text or not end or tail.strip():
        raise CommandError(f"{newest.name} is no migration that was just made for this kind.")
    lines = "".join(f"        {line}\n" for line in operation(kind).splitlines())
    head = head.replace("\n\n\nclass Migration", f"\n\n{_IMPORT}\n\nclass Migration", 1)
    newest.write_text(f"{head}{lines}{end}{tail}", encoding="utf-8")
    return newest.name
