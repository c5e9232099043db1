"""People involved in a patient's care: who may be spoken to, about what, on which ground.

45 CFR 164.510(b).  With the individual there and able: they agree, or had the chance to object and
did not, or it can be inferred.  Otherwise professional judgment of their best interest.  An
objection ends the permission; only the individual's own agreement, given later, sets it aside for
one person.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.fields import SealedRecord
from requests_app.deadlines.calendars import day_of
from requests_app.kinds.base import Move
from requests_app.people import charts, endings
from requests_app.people.models import Patient, Representative
from requests_app.standing.objections import ObjectionInForce, Scope, objections
from requests_app.standing.people import InvolvedFacts, NamedPerson, could_be, is_same
from requests_app.standing.periods import Standing, in_force, in_order


class Ground(models.TextChoices):
    """How it is known whether this person may be spoken to (164.510(b)(2)-(3))."""

    AGREED = "agreed", gettext_lazy("The patient agreed")
    DID_NOT_OBJECT = "did_not_object", gettext_lazy("The patient could object and did not")
    INFERRED = "inferred", gettext_lazy("Reasonably inferred that the patient does not object")
    OBJECTED = "objected", gettext_lazy("The patient objected")
    BEST_INTEREST = "best_interest", gettext_lazy("Judged to be in the patient's best interest")


class PersonInvolved(Standing):
    """One statement about one person. A later one stands beside it; neither is written over."""

    ground = models.CharField(max_length=16, choices=Ground.choices)
    facts = SealedRecord(InvolvedFacts, name="standing.involved", version=1)
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [in_order("person_involved_in_order")]
        indexes = [models.Index(fields=["patient", "ground"], name="involved_of_patient")]


class Answer(models.TextChoices):
    """The answer to "may I speak to this person?"."""

    YES = "yes", gettext_lazy("Yes")
    NO = "no", gettext_lazy("No")
    ASK = "ask", gettext_lazy("Ask first")


@dataclass(frozen=True)
class MaySpeak:
    """The answer, why, how far and until when, and the record it rests on."""

    answer: Answer
    sentence: str
    citation: str
    part: str = ""
    until: datetime | None = None
    because: UUID | None = None


def may_speak(patient: Patient, name: str, *, at: datetime) -> MaySpeak:
    """Whether this person may be told about the patient at that instant, by what is on record.

    It looks at representatives, objections and people involved; an agreed restriction under
    164.522(a) is asked of its own register.  A name that could be that of somebody objected to is
    answered with no; only the same name is answered with yes.
    """
    rows = _involved(patient, at)
    return (
        _represents(patient, name, at)
        or _objected(patient, name, rows, at)
        or _allowed(name, rows)
        or _ASK
    )


def people_involved(patient: UUID, *, at: datetime) -> list[PersonInvolved]:
    """Everybody on record at that instant, the latest statement first."""
    rows = PersonInvolved.objects.filter(
        in_force(at), patient_id__in=charts.same_person(patient, at=at)
    )
    return list(rows.order_by("-in_force_from", "-recorded_at"))


# --- how the answer is found -------------------------------------------------------------------
_ASK = MaySpeak(
    Answer.ASK,
    "Nothing is recorded about this person. If the patient is there and able, ask the patient first. "
    "If not, a professional judges what is in the patient's best interest, and tells only what "
    "concerns this person's part in the care.",
    "45 CFR 164.510(b)(2)-(3)",
)
_SENTENCES = {
    Ground.AGREED: gettext_lazy("The patient agreed that this person is told."),
    Ground.DID_NOT_OBJECT: gettext_lazy("The patient could object to this person and did not."),
    Ground.INFERRED: gettext_lazy("It was inferred that the patient does not object."),
    Ground.BEST_INTEREST: gettext_lazy(
        "A professional judged it to be in the patient's best interest. Once the patient is there and "
        "able, ask the patient."
    ),
}


def _involved(patient: Patient, at: datetime) -> list[PersonInvolved]:
    return people_involved(patient.pk, at=at)


def _represents(patient: Patient, name: str, at: datetime) -> MaySpeak | None:
    """164.502(g)(1), (g)(5): a representative is treated as the individual, a refused one is not."""
    today = day_of(at, patient.site.time_zone)
    rows = Representative.objects.filter(
        patient_id__in=charts.same_person(patient.pk, at=at), authority_from__lte=today
    )
    rows = rows.filter(models.Q(authority_until=None) | models.Q(authority_until__gte=today))
    standing = list(rows.order_by("-decided_at"))
    for row in standing:
        declined = endings.declined(row, at=at)
        if declined and declined.refuses and could_be(row.facts.name, name):
            return _refused(row)
        if declined is None and is_same(row.facts.name, name):
            words = _("This person is the patient's personal representative.")
            return MaySpeak(
                Answer.YES, words, "45 CFR 164.502(g)(1)", part=row.facts.scope, because=row.pk
            )
    return None


def _refused(row: Representative) -> MaySpeak:
    words = _("The practice has declined to treat this person as the representative.")
    return MaySpeak(Answer.NO, words, "45 CFR 164.502(g)(5)", because=row.pk)


def _objected(
    patient: Patient, name: str, rows: list[PersonInvolved], at: datetime
) -> MaySpeak | None:
    """An objection stands unless the patient agreed to this very person after it."""
    agreed = max(
        (row.in_force_from for row in rows if _said(row, Ground.AGREED, name)), default=None
    )
    against: list[ObjectionInForce | PersonInvolved] = [
        *(one for one in objections(patient.pk, Scope.FAMILY, at=at) if _reaches(one, name)),
        *(r for r in rows if r.ground == Ground.OBJECTED and could_be(r.facts.name, name)),
    ]
    for row in against:
        if agreed is None or agreed <= row.in_force_from:
            return _no(row)
    return None


def _no(row: "ObjectionInForce | PersonInvolved") -> MaySpeak:
    part = row.facts.parts if isinstance(row, ObjectionInForce) else row.facts.part
    return MaySpeak(
        Answer.NO,
        _("The patient has objected to the part named here. Ask before telling anything else.")
        if part
        else _("The patient has objected to this."),
        Scope.FAMILY.citation,
        part=part,
        until=row.lapses_at,
        because=row.pk,
    )


def _allowed(name: str, rows: list[PersonInvolved]) -> MaySpeak | None:
    """The latest statement about this very person."""
    for row in rows:
        if row.ground in _SENTENCES and is_same(row.facts.name, name):
            ground = Ground(row.ground)
            return MaySpeak(
                Answer.YES,
                str(_SENTENCES[ground]),
                "45 CFR 164.510(b)(3)"
                if ground == Ground.BEST_INTEREST
                else "45 CFR 164.510(b)(2)",
                part=row.facts.part,
                until=row.lapses_at,
                because=row.pk,
            )
    return None


def _said(row: PersonInvolved, ground: Ground, name: str) -> bool:
    return row.ground == ground and is_same(row.facts.name, name)


def _reaches(objection: ObjectionInForce, name: str) -> bool:
    """An objection that names nobody reaches everybody."""
    people = objection.facts.people
    return not people or any(could_be(person.name, name) for person in people)


# --- effects, called from the kind's moves -----------------------------------------------------
def no_longer_objected(move: Move[Any], people: tuple[NamedPerson, ...], *, part: str) -> None:
    """The patient lets these be told, or, naming nobody, takes every such objection back.

    Ends what staff had put on record as objected before this request; who is named has agreed.
    """
    for row in PersonInvolved.objects.filter(
        patient_id=move.request.subject,
        ground=Ground.OBJECTED,
        in_force_from__lte=move.request.received_at,
        in_force_until__isnull=True,
    ):
        if not people or any(is_same(row.facts.name, person.name) for person in people):
            row.in_force_until = move.now
            row.save(update_fields=["in_force_until"])
    if not PersonInvolved.objects.filter(request_id=move.request.pk).exists():
        for person in people:
            _agreed(move, person, part)


def _agreed(move: Move[Any], person: NamedPerson, part: str) -> None:
    PersonInvolved.objects.create(
        patient_id=move.request.subject,
        request_id=move.request.pk,
        ground=Ground.AGREED,
        facts=InvolvedFacts(person.name, person.relation, part, by_whom=_who(move)),
        in_force_from=move.request.received_at,
        recorded_by=move.actor.id,
        recorded_by_name=move.actor.name,
        recorded_at=move.now,
    )


def _who(move: Move[Any]) -> str:
    own = move.request.representative_id is None
    return "The patient" if own else "The personal representative"
