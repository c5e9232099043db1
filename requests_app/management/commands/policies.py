"""The policy packs: listed, written into the documents, compared with the open requests."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.deadlines import listing, packs
from requests_app.deadlines.engine import Site, unsaid
from requests_app.deadlines.replay import ReplayDiffers
from requests_app.kinds import clock, fee_caps, trail
from requests_app.practice.selectors import open_sites


class Command(BaseCommand):
    """`manage.py policies`: every row, in use or not. With an option, one of the other answers."""

    help = "List the time limits, write their pages, or say where open requests differ."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--write", action="store_true", help="write docs/policies.md and docs/fee-caps.md"
        )
        what.add_argument(
            "--differ",
            action="store_true",
            help="list open requests that would be due on another day under the present packs",
        )
        what.add_argument(
            "--sites", action="store_true", help="what is said of each site, and what is not"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [name for name in ("write", "differ", "sites") if options[name]]
        getattr(self, f"_{chosen[0] if chosen else 'list'}")()

    def _list(self) -> None:
        for row in packs.listed():
            self.stdout.write(listing.line(row))
        self.stdout.write(listing.totals(packs.listed()))

    def _write(self) -> None:
        pages = {
            "policies.md": listing.page(packs.listed()),
            "fee-caps.md": fee_caps.page(fee_caps.listed()),
        }
        for name, page in pages.items():
            (Path(settings.BASE_DIR) / "docs" / name).write_text(page, encoding="utf-8")
            self.stdout.write(f"docs/{name}")

    def _differ(self) -> None:
        count = 0
        try:
            for found in trail.differing():
                count += 1
                present = found.present or "no day: no row covers it"
                self.stdout.write(f"{found.reference}: due {found.due_on}; now {present}")
        except ReplayDiffers as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"{count} open requests would be due on another day. Their due days stay as they are."
        )

    def _sites(self) -> None:
        for site in open_sites():
            facts = clock.site_facts(site)
            self.stdout.write(f"{site.name} ({site.state}): {_said(facts)}")


def _said(site: Site) -> str:
    known = sorted([*site.provider_types, *site.settings])
    missing = sorted(unsaid(site)) + ([] if site.provider_types else ["what the site is"])
    words = ", ".join(known) or "nothing said"
    return f"{words}; not said: {', '.join(missing)}" if missing else words
