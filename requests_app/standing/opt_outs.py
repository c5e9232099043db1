"""What a patient has asked not to be sent: materials, marketing, fundraising.

It stops these and nothing else.  Appointment reminders, results, bills, breach notices and letters
of the privacy office always go out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.kinds.base import Move
from requests_app.people import charts
from requests_app.standing.periods import Standing, in_force, in_order


class Material(models.TextChoices):
    """What can be stopped."""

    TREATMENT_ALTERNATIVES = (
        "treatment_alternatives",
        gettext_lazy("Treatment alternatives and health benefits"),
    )
    MARKETING = "marketing", gettext_lazy("Marketing")
    FUNDRAISING = "fundraising", gettext_lazy("Fundraising")


#: The rule that binds the practice to stop each.
CITATIONS: Mapping[Material, str] = {
    Material.TREATMENT_ALTERNATIVES: "45 CFR 164.502(i)",  # the promise of the notice
    Material.MARKETING: "45 CFR 164.508(a)(3)",
    Material.FUNDRAISING: "45 CFR 164.514(f)(2)(iv)",
}


class Sending(models.TextChoices):
    """What the practice sends to patients."""

    APPOINTMENT_REMINDER = "appointment_reminder", gettext_lazy("An appointment reminder")
    RESULT = "result", gettext_lazy("A result")
    BILL = "bill", gettext_lazy("A bill")
    BREACH_NOTICE = "breach_notice", gettext_lazy("A notice of a breach")
    PRIVACY_LETTER = "privacy_letter", gettext_lazy("A letter of the privacy office")
    TREATMENT_ALTERNATIVES = "treatment_alternatives", gettext_lazy("Treatment alternatives")
    NEWSLETTER = "newsletter", gettext_lazy("A newsletter with health topics")
    MARKETING = "marketing", gettext_lazy("Marketing")
    FUNDRAISING = "fundraising", gettext_lazy("Fundraising")


#: What stops each; nothing stops what is not named here.
STOPPED_BY: Mapping[Sending, Material] = {
    Sending.TREATMENT_ALTERNATIVES: Material.TREATMENT_ALTERNATIVES,
    Sending.NEWSLETTER: Material.TREATMENT_ALTERNATIVES,
    Sending.MARKETING: Material.MARKETING,
    Sending.FUNDRAISING: Material.FUNDRAISING,
}


class OptOut(Standing):
    """One material stopped for one patient, from the moment it was asked."""

    material = models.CharField(max_length=32, choices=Material.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "material"], name="opt_out_once"),
            in_order("opt_out_in_order"),
        ]
        indexes = [models.Index(fields=["patient", "material"], name="opt_out_of_patient")]


@dataclass(frozen=True)
class Stop:
    """Why something is not sent, and the record that says so."""

    sentence: str
    citation: str
    because: UUID


def stopped(patient: UUID, sending: Sending, *, at: datetime) -> Stop | None:
    """What stops this sending to this patient at that instant; None when no opt-out does.

    It answers for opt-outs alone: whether marketing is authorized at all is another question.
    """
    material = STOPPED_BY.get(sending)
    if material is None:
        return None
    rows = OptOut.objects.filter(
        in_force(at), patient_id__in=charts.same_person(patient, at=at), material=material
    )
    row = rows.order_by("in_force_from").first()
    if row is None:
        return None
    words = _("The patient has asked not to be sent this: %(what)s.") % {"what": material.label}
    return Stop(words, CITATIONS[material], row.pk)


# --- effects, called from the kind's moves -----------------------------------------------------
def begin(move: Move[Any], materials: Iterable[Material]) -> None:
    """Stop these, from the moment the wish reached any office. Once for each request."""
    request = move.request
    for material in materials:
        OptOut.objects.get_or_create(
            request_id=request.pk,
            material=material.value,
            defaults={
                "patient_id": request.subject,
                "in_force_from": request.received_at,
                "recorded_by": move.actor.id,
                "recorded_at": move.now,
            },
        )


def end(move: Move[Any], materials: Iterable[Material]) -> None:
    """Send these again: ends what was asked before this request, and nothing asked since."""
    OptOut.objects.filter(
        patient_id=move.request.subject,
        material__in=[material.value for material in materials],
        in_force_from__lte=move.request.received_at,
        in_force_until__isnull=True,
    ).update(in_force_until=move.now)


def take_back(request: UUID, *, now: datetime) -> bool:
    """End what this request stopped for a patient whom it is not about; whether it had."""
    rows = OptOut.objects.filter(request_id=request, in_force_until__isnull=True)
    return rows.update(in_force_until=now) > 0


def begun_by(request: UUID) -> bool:
    """Whether this request has stopped something, and it is not sent again since."""
    return OptOut.objects.filter(request_id=request, in_force_until__isnull=True).exists()
