"""Objections under 164.510: to telling family and others, to the directory, to disaster relief.

In force from the moment they were expressed, aloud or in writing.  They outlive the individual
(164.510(b)(5)).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.fields import SealedRecord
from requests_app.kinds.base import Move
from requests_app.people import charts
from requests_app.standing import people as names
from requests_app.standing.people import NamedPerson, ObjectionFacts
from requests_app.standing.periods import Standing, in_force, in_order


class Scope(models.TextChoices):
    """To what a patient can object, each with the rule that lets them."""

    FAMILY = "family", _("Telling family and others involved in my care or its payment")
    DIRECTORY = "directory", _("Being listed in a directory of patients")
    DISASTER_RELIEF = "disaster_relief", _("Telling a disaster relief organization")

    @property
    def citation(self) -> str:
        return _CITATIONS[self.value]


_CITATIONS = {
    "family": "45 CFR 164.510(b)(2)",
    "directory": "45 CFR 164.510(a)(2)",
    "disaster_relief": "45 CFR 164.510(b)(4)",
}


class ObjectionInForce(Standing):
    """One objection: to what stands in the clear, to whom and to which part is sealed."""

    scope = models.CharField(max_length=16, choices=Scope.choices)
    facts = SealedRecord(ObjectionFacts, name="standing.objection", version=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "scope"], name="objection_once"),
            in_order("objection_in_order"),
        ]
        indexes = [models.Index(fields=["patient", "scope"], name="objection_of_patient")]


def objections(patient: UUID, scope: Scope, *, at: datetime) -> list[ObjectionInForce]:
    """The objections of this scope that stand at that instant, oldest first."""
    rows = ObjectionInForce.objects.filter(
        in_force(at), patient_id__in=charts.same_person(patient, at=at), scope=scope.value
    )
    return list(rows.order_by("in_force_from"))


# --- effects, called from the kind's moves -----------------------------------------------------
def begin(
    move: Move[Any], scope: Scope, facts: ObjectionFacts, *, lapses_at: datetime | None
) -> None:
    """Put the objection in force from the moment any office heard it. Once for each request."""
    request = move.request
    ObjectionInForce.objects.get_or_create(
        request_id=request.pk,
        scope=scope.value,
        defaults={
            "patient_id": request.subject,
            "facts": facts,
            "in_force_from": request.received_at,
            "lapses_at": lapses_at,
            "recorded_by": move.actor.id,
            "recorded_at": move.now,
        },
    )


def end(move: Move[Any], scope: Scope, people: tuple[NamedPerson, ...]) -> None:
    """Lift what was objected to before this request: all of it, or what names only these people.

    An objection to everybody stays when one person is let off; that person's agreement stands
    beside it (standing/involved.py).
    """
    rows = ObjectionInForce.objects.filter(
        patient_id=move.request.subject,
        scope=scope.value,
        in_force_from__lte=move.request.received_at,
        in_force_until__isnull=True,
    )
    let_off = {frozenset(names.words(person.name)) for person in people}
    for row in rows:
        named = {frozenset(names.words(person.name)) for person in row.facts.people}
        if not people or (named and named <= let_off):
            row.in_force_until = move.now
            row.save(update_fields=["in_force_until"])


def take_back(request: UUID, *, now: datetime) -> bool:
    """End what this request put in force for a patient whom it is not about; whether it had."""
    rows = ObjectionInForce.objects.filter(request_id=request, in_force_until__isnull=True)
    return rows.update(in_force_until=now) > 0


def begun_by(request: UUID) -> bool:
    """Whether this request has put an objection in force that nobody has ended since."""
    rows = ObjectionInForce.objects.filter(request_id=request, in_force_until__isnull=True)
    return rows.exists()
