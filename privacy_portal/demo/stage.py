"""What the demo's story is told with: a calendar, a stage, and steps played in their order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from audit import clock, keys
from audit.actors import Actor
from privacy_portal.demo import messengers
from requests_app.people.models import Patient
from requests_app.practice.models import Site

if TYPE_CHECKING:
    from privacy_portal.demo.cast import Credential

ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days counted back from `now`, at the demo's one site."""

    now: datetime

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """That hour of that day, or of the Friday before a weekend; never after now."""
        local = datetime.combine(self.day(-days_ago), time(hour, minute), ZoneInfo(ZONE))
        weekend = max(0, local.weekday() - 4)
        return min(local - timedelta(days=weekend), self.now)

    def day(self, offset: int) -> date:
        """The local day that many days from today; a negative number lies in the past."""
        return self.local_day(self.now) + timedelta(days=offset)

    def local_day(self, instant: datetime) -> date:
        """The day at the site at that instant."""
        return instant.astimezone(ZoneInfo(ZONE)).date()


@dataclass(slots=True)
class Stage:
    """What has been made so far, by the names the story gives to it."""

    when: Calendar
    site: Site = field(init=False)
    actors: dict[str, Actor] = field(default_factory=dict)
    patients: dict[str, Patient] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    credentials: "list[Credential]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """One act, at its instant."""

    at: datetime
    act: Callable[[Stage], object]


def play(stage: Stage, steps: Iterable[Step]) -> None:
    """Carry out every step with the clock at its instant, the earliest first."""
    months: set[str] = set()
    for step in sorted(steps, key=lambda one: one.at):
        with clock.frozen(step.at):
            month = f"{clock.now():%Y-%m}"
            if month not in months:
                keys.ensure_periods(clock.now())
                months.add(month)
            messengers.remind_and_tell(clock.now())
            step.act(stage)
    with clock.frozen(stage.when.now):
        messengers.remind_and_tell(clock.now())
