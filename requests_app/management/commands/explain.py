"""Why a request is due when it is, from what was stored with it."""

from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.deadlines.replay import ReplayDiffers
from requests_app.kinds import trail
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request


class Command(BaseCommand):
    """`manage.py explain REFERENCE`: each step of the clock with its rule. Names nobody."""

    help = "Print how the due day of a request came about, rule by rule."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Request.objects.select_related("site").filter(reference=options["reference"])
        request = cast("Kind | None", found.first())
        if request is None:
            raise CommandError(f"There is no request {options['reference']}.")
        try:
            self._print(request)
        except ReplayDiffers as fault:
            raise CommandError(f"{request.reference}: {fault}") from fault

    def _print(self, request: Kind) -> None:
        steps = trail.steps(request)
        if not steps:
            self.stdout.write("No rule sets a day for this request.")
        for step in steps:
            self.stdout.write(
                f"Step {step.version}, {step.cause.value}, {step.at:%Y-%m-%d %H:%M} UTC"
            )
            for line in step.lines:
                self.stdout.write(f"  {line}")
        aim = trail.target_line(request)
        if aim:
            self.stdout.write(aim)
