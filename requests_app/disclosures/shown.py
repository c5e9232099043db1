"""Showing records to a regulator is a disclosure about every patient in them.

To the Secretary (164.502(a)(2)(ii)) and to a health oversight agency (164.512(d)) each patient's
accounting has a line for it; to the practice's own or contracted auditor it is operations.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.actors import Actor
from requests_app.deadlines.calendars import day_of
from requests_app.disclosures.models import Disclosure, DisclosureFacts
from requests_app.disclosures.register import NewLine, enter_all
from requests_app.people.models import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """To whom, on which basis, what, and where the copy of the written request lies."""

    basis: str
    recipient: str
    address: str
    what: str
    purpose: str
    letter: str
    held: dict[str, str]


def account_for(
    shown: Shown, patients: Iterable[UUID], *, showing: UUID, actor: Actor, now: datetime
) -> int:
    """One line for each patient that this showing has none for yet, in the caller's transaction.

    showing  the id under which all lines of one showing stand
    Returns how many were entered.
    """
    wanted = set(patients)
    done = Disclosure.objects.filter(release=showing, patient_id__in=wanted)
    wanted -= set(done.values_list("patient_id", flat=True))
    people = Patient.objects.select_related("site").filter(pk__in=wanted).order_by("pk")
    lines = [_line(shown, patient, showing, now) for patient in people]
    enter_all(lines, actor=actor, now=now)
    return len(lines)


def _line(shown: Shown, patient: Patient, showing: UUID, now: datetime) -> NewLine:
    return NewLine(
        patient=patient,
        facts=DisclosureFacts(
            recipient_name=shown.recipient,
            recipient_address=shown.address,
            description=shown.what,
            purpose=shown.purpose,
            request_copy=shown.letter,
            held=shown.held,
        ),
        basis=shown.basis,
        on=day_of(now, patient.site.time_zone),
        release=showing,
    )
