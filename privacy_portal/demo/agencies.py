"""Two that come with papers or by telephone: an attorney's subpoena, and a detective who asks for silence."""

from collections.abc import Callable
from typing import Any

from privacy_portal.demo.acts import (
    associates_answered,
    checked,
    disclosed,
    moved,
    stated,
    taken_down,
)
from privacy_portal.demo.stage import Calendar, Step

Story = list[Step]
ATTORNEYS = "Example & Sample, Attorneys"
POLICE = "Sampletown Police Department"

#: What the attorneys ask for; whether they assured us is answered anew each time.
_ASKED: dict[str, Any] = {
    "basis": "JUD-S", "recipient": ATTORNEYS, "recipient_kind": "other",
    "purpose": "A lawsuit about an accident", "contents": ["visit_notes"],
}  # fmt: skip
_ASSURANCE = (
    "Their statement with copies: written notice of the lawsuit sent to the patient, the time to "
    "object over, nobody objected."
)
_SENT = {
    "basis": "JUD-S", "recipient_name": ATTORNEYS,
    "recipient_address": "3 Example Street, Sampletown, NC 00000",
    "description": "Visit notes of the year of the accident, nothing else",
    "request_copy": "Subpoena folder, number 1",
    "held": [{"name": "assurance", "value": _ASSURANCE}],
}  # fmt: skip
_TO_POLICE = {
    "basis": "LE1", "recipient_name": POLICE,
    "description": "Dates of three visits", "request_copy": "Subpoena folder, number 2",
    "held": [
        {"name": "process", "value": "Subpoena folder, number 2"},
        {"name": "three_part_test", "value": "Stated in the request itself"},
    ],
}  # fmt: skip
_BITE = {
    "basis": "PH", "recipient_name": "Sample County Health Department",
    "recipient_address": "2 Example Street, Sampletown, NC 00000",
    "description": "Report of a dog bite", "purpose": "The report that the law asks for",
    "held": [{"name": "legal_basis", "value": "The state's animal bite reporting law"}],
}  # fmt: skip
_SAID = {
    "authority": "law_enforcement", "form": "oral", "agency": POLICE,
    "official": "Detective Dan Example",
    "identity": "Called back through the department's switchboard, 919-555-0160",
    "words": "Telling him now would impede an open investigation.",
    "would_impede": True,
}  # fmt: skip
_KNOWN = {"method": "known", "evidence": "A patient of the practice for years."}


def _subpoena(when: Calendar) -> Story:
    """Stopped while nobody assured us; let go once the attorneys had shown that Samuel was told."""
    return [
        checked(when.at(29, 10), "samuel", raw=_ASKED | _assured(said=False)),
        checked(
            when.at(24, 10), "samuel",
            raw=_ASKED | _assured(said=True) | {"held": _SENT["held"]},
        ),
        disclosed(when.at(21, 14), "samuel", name="subpoena", raw=_SENT),
    ]  # fmt: skip


def _assured(*, said: bool) -> dict[str, Any]:
    return {"answers": [{"name": "assured", "answer": said}]}


def _held_by_word_of_mouth(when: Calendar) -> Story:
    """Theo's accounting leaves out what a detective asked to be kept back, and leaves no trace of it."""
    return [
        disclosed(when.at(60, 14), "theo", raw=_BITE),
        disclosed(when.at(30, 14), "theo", name="police", raw=_TO_POLICE),
        stated(when.at(14, 11), "theo", by="officer", raw=_SAID),
        taken_down(
            when.at(11, 9), "held back", kind="accounting", received=when.at(11, 9),
            channel="in_person", asker="Theo Tryout", patient="theo", details={},
        ),
        moved(when.at(11, 10), "held back", "confirm_identity", by="desk", raw=_KNOWN),
        associates_answered(when.at(8, 10), "held back"),
        moved(when.at(5, 11), "held back", "provide", by="officer", raw={"provided": "handed"}),
    ]  # fmt: skip


STORIES: tuple[Callable[[Calendar], Story], ...] = (_subpoena, _held_by_word_of_mouth)
