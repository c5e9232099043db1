"""What every letter names: the practice, the request, the people to turn to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from requests_app.kinds.base import Move
from requests_app.letters.letter import Element
from requests_app.letters.models import Provided
from requests_app.practice import selectors
from requests_app.practice.models import Designation, Duty
from requests_app.standing import preferences, reach
from requests_app.words import written


@dataclass(frozen=True)
class Person:
    """A designated person or office as letters name it."""

    title: str
    name: str
    telephone: str

    @property
    def named(self) -> str:
        """Name and title, or the title alone."""
        return f"{self.name}, {self.title}" if self.name else self.title


@dataclass(frozen=True)
class Common:
    """The facts common to all letters. Dates are written out, in words."""

    practice: str
    address: str
    telephone: str
    reference: str
    kind: str
    received: str
    written: str
    due: str
    late: bool
    send_to: str
    official: Person
    complaint: Person


def common(move: Move[Any]) -> Common:
    """Build the common facts for a move."""
    request, practice = move.request, selectors.practice()
    due = request.due_on
    return Common(
        practice=practice.name,
        address=practice.address,
        telephone=practice.telephone,
        reference=request.reference,
        kind=str(request.title),
        received=in_words(request.received_on),
        written=in_words(move.today),
        due=in_words(due) if due else "",
        late=bool(due and request.answered_at is None and move.today > due),
        send_to=_send_to(move),
        official=_person(Duty.PRIVACY_OFFICIAL, move.today),
        complaint=_person(Duty.COMPLAINT_CONTACT, move.today),
    )


def _send_to(move: Move[Any]) -> str:
    """The address for letters that the individual asked for (164.522(b)), when it goes by post."""
    provided = getattr(move.input, "provided", None) or reach.letter_way(move.request, at=move.now)
    if provided != Provided.POST:
        return ""
    return preferences.letter_address(move.request, at=move.now)


def in_words(day: date) -> str:
    """January 31, 2026 — or as the reader's language writes it."""
    return written(day)


def _person(duty: Duty, on: date) -> Person:
    held: Designation | None = selectors.holder(duty, on=on)
    if held is None:
        return Person("", "", "")
    return Person(held.title, held.name, held.telephone)


def complaint_elements(citation: str) -> tuple[Element, ...]:
    """How to complain to the practice, with name or title and telephone, and to the Secretary."""
    return (
        Element(
            "the name or title and the telephone of the complaint contact",
            citation,
            lambda c: (c.common.complaint.named, c.common.complaint.telephone),
        ),
        Element(
            "how to complain to the Secretary of Health and Human Services",
            citation,
            lambda c: ("Secretary of Health and Human Services", "www.hhs.gov/ocr/complaints"),
        ),
    )
