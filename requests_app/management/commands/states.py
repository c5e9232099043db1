"""Write docs/states/<kind>.md for every kind, from the kinds' own modules."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from requests_app.kinds import diagram, registry


class Command(BaseCommand):
    """`manage.py states`: run it after a kind changes, and read the difference."""

    help = "Write the state diagrams of all kinds."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "states"
        folder.mkdir(parents=True, exist_ok=True)
        for kind in registry.all_kinds():
            (folder / f"{kind.name}.md").write_text(diagram.page(kind), encoding="utf-8")
            self.stdout.write(f"docs/states/{kind.name}.md")
