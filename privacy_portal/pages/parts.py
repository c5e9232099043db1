"""What the shared templates below templates/parts show. Presenters make these; templates show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.template.defaultfilters import linebreaksbr
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy_portal.language.remembered import by_language
from requests_app.days import in_form
from requests_app.kinds.base import ENDED, Kind
from requests_app.kinds.models import StatusRow


class Tone(StrEnum):
    """One colour a meaning, the same across the service; the word always stands beside it."""

    NEUTRAL = "neutral"  # nothing to be done
    WAITING = "waiting"  # for somebody else
    OPEN = "open"  # being worked on
    GOOD = "good"  # answered as asked
    LATE = "late"  # overdue


#: States of answers that gave what was asked for.
_AS_ASKED = frozenset(
    {"delivered", "provided", "amended", "accommodated", "effective", "routed", "agreed_must",
     "agreed", "given", "carried_out", "resolved"}
)  # fmt: skip
#: Answered, and at work again: a denial that is looked at once more, or was wrong.
_AGAIN = frozenset({"under_review", "review_reversed"})


def tone(state: str, *, answered: bool) -> Tone:
    """The colour of where a request stands; who is late is told apart. A denial is not good news."""
    if state == "waiting":
        return Tone.WAITING
    if state in ENDED:
        return Tone.NEUTRAL
    if not answered or state in _AGAIN:
        return Tone.OPEN
    return Tone.GOOD if state in _AS_ASKED else Tone.NEUTRAL


class ByName:
    """What a template shows many times over: looked up by name at once, as it looks in a dict first."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


@dataclass(frozen=True)
class Tag(ByName):
    """A state in one adjective (parts/tag.html)."""

    words: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class SummaryRow:
    """One row of a summary list (parts/summary.html). `noun` is read out after "Change"."""

    key: str
    values: Sequence[str]
    change: str = ""
    noun: str = ""


class TimelineItem(NamedTuple):
    """One thing that happened (parts/timeline_item.html), newest first; `happened` makes it."""

    title: str
    iso: str
    at: str
    by: str = ""
    words: str = ""
    link: str = ""
    link_words: str = ""
    link_about: str = ""


def happened(title: str, at: datetime, by: str = "", *, words: str = "") -> TimelineItem:
    """A line of a timeline. `at` is on the clock of the place; the words keep their lines."""
    when = in_form(at, _("F j, Y, g:i a"))
    return TimelineItem(title, at.isoformat(), when, by, linebreaksbr(words) if words else "")


@dataclass(frozen=True)
class Tick:
    """A box in a row of a table that stands in a form. `label` is read out, and tells the rows apart."""

    name: str
    value: str
    label: str


@dataclass(frozen=True)
class Cell:
    """One cell of a table; a row's first is its header."""

    words: str
    href: str = ""
    tag: Tag | None = None
    under: str = ""
    number: bool = False
    anchor: str = ""
    tick: Tick | None = None


@dataclass(frozen=True)
class Table:
    """A table (parts/table.html) that scrolls inside a wrapper which takes the focus."""

    id: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""


def long_day(day: date) -> str:
    """Friday, October 2, 2026."""
    return in_form(day, _("l, F j, Y"))


def short_day(day: date) -> str:
    """October 2, 2026."""
    return in_form(day, _("F j, Y"))


def days(count: int) -> str:
    """1 day, 30 days."""
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}


def distance(day: date, today: date) -> str:
    """How far a day is, in words: "in 6 days", "today", "3 days ago"."""
    return _distance((day - today).days)


@by_language
def _distance(days: int) -> str:
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days > 1:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}


def local(instant: datetime, zone: str) -> datetime:
    """The instant on the clock of the place, for a template to write."""
    return instant.astimezone(ZoneInfo(zone))


def timeline(request: Kind, rows: Sequence[StatusRow], *, staff: bool) -> list[TimelineItem]:
    """The moves of a request, newest first; a patient reads by which side, staff by whom."""
    moves, zone = request.moves(), request.site.time_zone
    return [
        happened(str(moves[row.move].title), local(row.at, zone), _by(row, staff=staff))
        for row in rows
    ]


def _by(row: StatusRow, *, staff: bool) -> str:
    if staff and row.actor_name:
        return row.actor_name
    if row.by_patient:
        return _("the person who asked") if staff else _("you or your representative")
    return _("the privacy office")
