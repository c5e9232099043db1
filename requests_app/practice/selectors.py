"""Questions asked of the practice's own facts."""

import time
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from requests_app.compiled import Compiled
from requests_app.practice.models import Designation, Duty, Practice, RecordSet, Site, Target

_REMEMBERED = 60.0  # seconds
_complete: dict[tuple[object, date], float] = {}
_line: "dict[object, tuple[OfficeLine | None, float]]" = {}


def in_force(on: date) -> Q:
    """The filter for dated facts in force on that day, both ends included."""
    return Q(in_force_from__lte=on) & (Q(in_force_until__isnull=True) | Q(in_force_until__gte=on))


def holder(duty: Duty, *, on: date) -> Designation | None:
    """Who held the duty on that day, if anyone."""
    return _HOLDER.first(duty=duty, on=on)


_HOLDER = Compiled(
    lambda duty, on: Designation.objects.filter(in_force(on), duty=duty).order_by("-in_force_from")[
        :1
    ],
    duty=str,
    on=date,
)


def target(kind: str, *, on: date) -> Target | None:
    """The practice's own aim for a kind received on that day, if it has set one."""
    return _TARGET.first(kind=kind, on=on)


_TARGET = Compiled(
    lambda kind, on: Target.objects.filter(in_force(on), kind=kind).order_by("-in_force_from")[:1],
    kind=str,
    on=date,
)


def practice() -> Practice:
    """The covered entity; LookupError until it is set up."""
    found = _PRACTICE.first()
    if found is None:
        raise LookupError("the practice is not set up")
    return found


_PRACTICE = Compiled(lambda: Practice.objects.order_by("pk")[:1])


def zone() -> str:
    """The practice's own time zone: that of its first open site; UTC until it has one."""
    first = Site.objects.filter(closed_on__isnull=True).order_by("name", "id").first()
    return first.time_zone if first else "UTC"


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """How the privacy office is reached, as the notice says it."""

    practice: str
    title: str
    telephone: str
    address: str


def office_line(*, on: date) -> OfficeLine | None:
    """How to reach the privacy office, for the foot of a page; remembered for a minute."""
    database = connection.settings_dict["NAME"]
    known, until = _line.get(database, (None, 0.0))
    if until < time.monotonic():
        known = _office_line(on)
        _line[database] = (known, time.monotonic() + _REMEMBERED)
    return known


def office_line_remembered() -> OfficeLine | None:
    """What was last known, for when the database does not answer."""
    return _line.get(connection.settings_dict["NAME"], (None, 0.0))[0]


def _office_line(on: date) -> OfficeLine | None:
    entity, official = _PRACTICE.first(), holder(Duty.PRIVACY_OFFICIAL, on=on)
    if entity is None:
        return None
    return OfficeLine(
        practice=entity.name,
        title=official.title if official else "",
        telephone=official.telephone if official else entity.telephone,
        address=entity.address,
    )


def set_up_complete(*, on: date) -> bool:
    """Whether nothing is missing. A yes is remembered for a minute in this process, a no never."""
    known = (connection.settings_dict["NAME"], on)
    if _complete.get(known, 0.0) > time.monotonic():
        return True
    if missing_set_up(on=on):
        return False
    _complete.clear()
    _complete[known] = time.monotonic() + _REMEMBERED
    return True


def forget() -> None:
    """Ask the database again; for whoever has just changed the set-up."""
    _complete.clear()
    _line.clear()


@dataclass(frozen=True, slots=True)
class Step:
    """Something still to be done: its sentence, and what it is done to."""

    sentence: str
    of: Literal["practice", "site", "duty", "record_set"]


def missing_set_up(*, on: date) -> list[str]:
    """What is still to be done before patients can file, each as a sentence; empty when ready."""
    return [step.sentence for step in missing_steps(on=on)]


def missing_steps(*, on: date) -> list[Step]:
    """The same, each with what it is done to.

    164.530(a) asks for a privacy official and a complaint contact, 164.524(e), .526(f) and .528(d)
    for the titles that handle requests and for the record sets; an alternate complaint contact is
    asked so that a complaint can go around the person it names.
    """
    steps = []
    if not _PRACTICE.rows():
        sentence = str(_("Enter the name, address and telephone of the practice."))
        steps.append(Step(sentence, "practice"))
    if not _OPEN_SITE.rows():
        steps.append(Step(str(_("Add at least one site.")), "site"))
    held = {duty for (duty,) in _HELD.rows(on=on)}
    steps += [
        Step(str(_("Say who holds this duty: %(duty)s.") % {"duty": duty.label}), "duty")
        for duty in Duty
        if duty.value not in held
    ]
    if not _RECORD_SET.rows(on=on):
        sentence = str(_("List the designated record sets and where each is kept."))
        steps.append(Step(sentence, "record_set"))
    return steps


_OPEN_SITE = Compiled(lambda: Site.objects.filter(closed_on__isnull=True).values_list("pk")[:1])
_HELD = Compiled(lambda on: Designation.objects.filter(in_force(on)).values_list("duty"), on=date)
_RECORD_SET = Compiled(
    lambda on: RecordSet.objects.filter(in_force(on)).values_list("pk")[:1], on=date
)


def open_sites() -> QuerySet[Site]:
    """Sites at which requests can be filed."""
    return Site.objects.filter(closed_on__isnull=True).order_by("name")
