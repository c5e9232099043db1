"""Questions asked of the notices: which was in force, what it lacks, who has which."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from requests_app.notices.elements import Element, elements
from requests_app.notices.models import Acknowledgment, NoticeReceipt, NoticeVersion, Outcome

_BLANKS = re.compile(r"\s+")
_GOT = (Outcome.SIGNED, Outcome.CONFIRMED)


@dataclass(frozen=True)
class Lack:
    """One element a notice lacks by the law of a day, and how that is known."""

    element: str
    what: str
    citation: str
    why: str


def in_force(*, on: date) -> NoticeVersion | None:
    """The version in force on that day, if any was."""
    return NoticeVersion.objects.filter(effective_on__lte=on).order_by("-effective_on").first()


def lacks(notice: NoticeVersion, *, on: date) -> list[Lack]:
    """What this version lacks by the law of that day, in the order of the rule.

    A version written before a rule lacks what the rule asks from its first day on.
    """
    found = []
    for element in required(
        on=on, holds_part2=notice.holds_part2, raises_funds=notice.raises_funds
    ):
        why = _why(element, notice)
        if why:
            found.append(Lack(element.id, element.what, element.citation, why))
    return found


def required(*, on: date, holds_part2: bool, raises_funds: bool) -> list[Element]:
    """The elements asked of such a practice on that day."""
    return [
        element
        for element in elements()
        if element.in_force_from <= on
        and element.asked_of(holds_part2=holds_part2, raises_funds=raises_funds)
    ]


def receipts(patient: UUID) -> QuerySet[NoticeReceipt]:
    """Every version a patient was given, latest first."""
    rows = NoticeReceipt.objects.filter(patient_id=patient).select_related("notice", "request")
    return rows.order_by("-given_on", "-recorded_at")


def acknowledgments(patient: UUID) -> QuerySet[Acknowledgment]:
    """What came of each effort to get an acknowledgment, latest first."""
    rows = Acknowledgment.objects.filter(patient_id=patient)
    return rows.order_by("-on", "-recorded_at")


def received(patient: UUID) -> NoticeReceipt | None:
    """The latest receipt of a version by a patient."""
    return receipts(patient).first()


def acknowledged(patient: UUID) -> Acknowledgment | None:
    """The latest acknowledgment that was got; efforts without one are not it."""
    rows = Acknowledgment.objects.filter(patient_id=patient, outcome__in=_GOT)
    return rows.select_related("notice").order_by("-on", "-recorded_at").first()


def _why(element: Element, notice: NoticeVersion) -> str:
    answer = notice.checklist.get(element.id)
    if answer is None:
        return _("Nobody has said whether it is there.")
    if not answer["present"]:
        return _("It is not there.")
    if element.words and _plain(element.words) not in _plain(notice.text):
        return _("The prescribed words do not stand in the text.")
    return ""


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text)
