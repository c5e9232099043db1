"""A small month at the demo's practice: one request in each state worth looking at, and the ledger.

Each story is told in its own order; days are counted back from the day the demo is filled.
"""

from collections.abc import Callable
from typing import Any

from privacy_portal.demo import agencies, reviews, rights
from privacy_portal.demo.acts import (
    assigned,
    associates_answered,
    disclosed,
    filed,
    moved,
    taken_down,
    wrote,
)
from privacy_portal.demo.stage import Calendar, Stage, Step

Story = list[Step]

COPY: dict[str, Any] = {
    "records": "All visit notes of the last two years",
    "manner": "copy", "form": "pdf", "send": "portal", "summary": False,
}  # fmt: skip
BY_POST = COPY | {
    "form": "paper", "send": "post", "send_to": "8 Placeholder Road, Sampletown, NC 00000",
}  # fmt: skip
SEEN = {"method": "photo_id", "evidence": "State identity card, looked at the counter."}
CALLED = {"method": "call_back", "evidence": "Called the number in the chart; birth date fits."}
HARM = {
    "withheld": "One page of the visit note of the first week",
    "explanation": "The page repeats what a relative told us about that relative.",
}


def steps(stage: Stage) -> list[Step]:
    """Every step of every story."""
    return [step for story in STORIES for step in story(stage.when)]


def _received(when: Calendar) -> Story:
    """A letter that nobody has matched to a chart yet."""
    return [
        taken_down(
            when.at(2, 9), "received", kind="access", received=when.at(3, 9), channel="paper",
            asker="Theo Tryout", details=COPY | {"records": "Everything you have about me"},
        ),
    ]  # fmt: skip


def _in_review(when: Calendar) -> Story:
    """Patricia's newest request, with a message each way and a note."""
    return [
        filed(when.at(4, 9), "in review", kind="access", by="patricia", details=COPY),
        assigned(when.at(3, 10), "in review", to="staff"),
        wrote(
            when.at(3, 11), "in review", by="patricia",
            raw={"body": "I have an appointment elsewhere at the end of the month."},
        ),
        wrote(
            when.at(2, 12), "in review", by="staff",
            raw={"body": "Thank you. We are putting the notes together."},
        ),
        wrote(
            when.at(2, 13), "in review", by="staff",
            raw={"body": "The older notes are in the archive room.", "note": True},
        ),
    ]  # fmt: skip


def _waiting(when: Calendar) -> Story:
    """A question was asked. The clock runs on."""
    return [
        taken_down(
            when.at(12, 9), "waiting", kind="access", received=when.at(12, 9), patient="theo",
            channel="telephone", asker="Theo Tryout", details=COPY | {"records": "My exercises"},
        ),
        moved(when.at(11, 10), "waiting", "confirm_identity", by="staff", raw=CALLED),
        moved(
            when.at(10, 11), "waiting", "ask", by="staff",
            raw={"body": "Do you mean the exercise plans only, or the visit notes as well?"},
        ),
    ]  # fmt: skip


def _extended(when: Calendar) -> Story:
    """More time was taken, in time and in writing."""
    return [
        taken_down(
            when.at(33, 9), "extended", kind="access", received=when.at(33, 9), patient="samuel",
            channel="fax", asker="Samuel Sample", details=BY_POST,
        ),
        moved(when.at(32, 10), "extended", "confirm_identity", by="staff", raw=CALLED),
        moved(
            when.at(12, 11), "extended", "extend", by="officer",
            raw={
                "reasons": "Part of the notes is on paper with a storage company and is on its way.",
                "completion_date": when.day(12).isoformat(), "provided": "portal",
            },
        ),
    ]  # fmt: skip


def _granted(when: Calendar) -> Story:
    """Granted, and still to be handed over."""
    return [
        taken_down(
            when.at(9, 9), "granted", kind="access", received=when.at(9, 9), patient="ines",
            channel="in_person", asker="Inés Example Placeholder",
            details=COPY | {"records": "Bills of this year", "send": "pick_up"},
        ),
        moved(when.at(9, 10), "granted", "confirm_identity", by="staff", raw=SEEN),
        moved(when.at(2, 11), "granted", "grant", by="officer", raw={"given": "All bills, as PDF"}),
    ]  # fmt: skip


def _delivered(when: Calendar) -> Story:
    """Sent by post, still open in the queue."""
    return [
        taken_down(
            when.at(20, 9), "delivered", kind="access", received=when.at(21, 9), patient="samuel",
            channel="paper", asker="Samuel Sample", details=BY_POST | {"records": "My evaluation"},
        ),
        moved(when.at(19, 10), "delivered", "confirm_identity", by="staff", raw=CALLED),
        moved(
            when.at(13, 11), "delivered", "grant", by="officer",
            raw={"given": "The evaluation, on paper"},
        ),
        moved(
            when.at(6, 12), "delivered", "deliver", by="staff",
            raw={
                "given": "The evaluation, 6 pages on paper", "channel": "post",
                "address": BY_POST["send_to"],
            },
        ),
    ]  # fmt: skip


def _closed(when: Calendar) -> Story:
    """The whole road, from asking to closing."""
    return [
        filed(
            when.at(40, 9), "closed", kind="access", by="patricia",
            details=COPY | {"records": "My discharge summary"},
        ),
        moved(
            when.at(38, 10), "closed", "grant", by="officer",
            raw={"given": "The discharge summary, as PDF"},
        ),
        moved(
            when.at(35, 11), "closed", "deliver", by="staff",
            raw={"given": "The discharge summary, one PDF", "channel": "portal"},
        ),
        moved(when.at(34, 12), "closed", "close", by="staff"),
    ]  # fmt: skip


def _denied_in_part(when: Calendar) -> Story:
    """A part withheld on a professional's determination; its review is asked for, nobody named."""
    return [
        taken_down(
            when.at(24, 9), "denied in part", kind="access", received=when.at(24, 9),
            patient="ines", channel="in_person", asker="Inés Example Placeholder", details=COPY,
        ),
        moved(when.at(24, 10), "denied in part", "confirm_identity", by="staff", raw=SEEN),
        moved(
            when.at(17, 11), "denied in part", "determine", by="professional",
            raw=HARM | {"ground": "ACC-R2"},
        ),
        moved(
            when.at(14, 12), "denied in part", "grant_in_part", by="officer",
            raw={"given": "Visit notes but for one page", "grounds": [HARM | {"code": "ACC-R2"}]},
        ),
        moved(
            when.at(11, 13), "denied in part", "deliver", by="staff",
            raw={"given": "Visit notes but for one page, one PDF", "channel": "handed"},
        ),
        moved(when.at(4, 14), "denied in part", "ask_for_review", by="staff"),
    ]  # fmt: skip


def _redirected(when: Calendar) -> Story:
    """Asked here for what another provider keeps."""
    return [
        filed(
            when.at(28, 9), "redirected", kind="access", by="patricia",
            details=COPY | {"records": "The pictures of my knee"},
        ),
        moved(
            when.at(26, 10), "redirected", "redirect", by="officer",
            raw={"asked_for": "MRI pictures", "where": "Example Imaging Center, 919-555-0177"},
        ),
    ]  # fmt: skip


def _late(when: Calendar) -> Story:
    """It lay in a tray for two weeks. Received is received: its day is over."""
    return [
        taken_down(
            when.at(20, 9), "late", kind="access", received=when.at(35, 9), patient="theo",
            channel="paper", asker="Theo Tryout", details=COPY | {"records": "My first evaluation"},
        ),
        moved(when.at(19, 10), "late", "confirm_identity", by="staff", raw=CALLED),
        assigned(when.at(18, 11), "late", to="staff"),
    ]  # fmt: skip


def _accounting_given(when: Calendar) -> Story:
    """Patricia asked to whom her information went, and was told."""
    return [
        filed(when.at(16, 9), "accounting given", kind="accounting", by="patricia", details={}),
        associates_answered(when.at(12, 10), "accounting given"),
        moved(
            when.at(9, 10), "accounting given", "provide", by="officer", raw={"provided": "portal"}
        ),
    ]


def _accounting_open(when: Calendar) -> Story:
    """Samuel asks the same; one line of his still waits for its basis."""
    return [
        taken_down(
            when.at(6, 9), "accounting open", kind="accounting", received=when.at(7, 9),
            patient="samuel", channel="paper", asker="Samuel Sample", details={},
        ),
        moved(when.at(5, 10), "accounting open", "confirm_identity", by="staff", raw=CALLED),
    ]  # fmt: skip


def _ledger(when: Calendar) -> Story:
    """What the practice disclosed besides, on several bases."""
    return [
        disclosed(when.at(150, 14), "patricia", raw=_TREATMENT),
        disclosed(when.at(120, 14), "patricia", raw=_PAYMENT),
        disclosed(when.at(90, 14), "patricia", raw=_PUBLIC_HEALTH),
        disclosed(when.at(70, 14), "samuel", raw=_COMPENSATION),
        disclosed(when.at(8, 14), "samuel", raw=_UNCLASSIFIED),
    ]


_TREATMENT = {
    "basis": "TRT", "recipient_name": "Dr. Roe Example",
    "description": "Visit notes of the spring", "purpose": "Treatment by the family doctor",
}  # fmt: skip
_PAYMENT = {
    "basis": "PAY", "recipient_name": "Example Health Plan",
    "description": "Claim with diagnosis and dates of service", "purpose": "Payment",
    "held": [{"name": "restriction_check", "value": "No restriction toward a health plan."}],
}  # fmt: skip
_PUBLIC_HEALTH = {
    "basis": "PH", "recipient_name": "Sample County Health Department",
    "recipient_address": "2 Example Street, Sampletown, NC 00000",
    "description": "Case report form", "purpose": "Report of a communicable disease",
    "held": [{"name": "legal_basis", "value": "The state's communicable disease reporting law"}],
}  # fmt: skip
_COMPENSATION = {
    "basis": "WC", "recipient_name": "Example Compensation Carrier",
    "description": "Evaluation and work restrictions", "purpose": "Workers' compensation claim",
    "held": [{"name": "statute", "value": "The state's workers' compensation act"}],
}  # fmt: skip
_UNCLASSIFIED = {
    "recipient_name": "Example Adjusters", "description": "Evaluation, 6 pages",
    "purpose": "Asked for by telephone",
}  # fmt: skip

#: In no order: the steps of all of them are played by their instants.
STORIES: tuple[Callable[[Calendar], Story], ...] = (
    _received,
    _in_review,
    _waiting,
    _extended,
    _granted,
    _delivered,
    _closed,
    _denied_in_part,
    _redirected,
    _late,
    _accounting_given,
    _accounting_open,
    _ledger,
    *rights.STORIES,
    *agencies.STORIES,
    *reviews.STORIES,
)
