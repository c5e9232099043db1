"""The other rights in the demo's month: one request of each kind, at a practice of physical therapy.

Dry needling paid in cash, a word in a note that is disputed, somebody who wants to be called at work.
"""

from collections.abc import Callable
from typing import Any

from privacy_portal.demo.acts import checked, filed, moved, taken_down
from privacy_portal.demo.stage import Calendar, Step

Story = list[Step]
CALLED = {"method": "call_back", "evidence": "Called the number in the chart; birth date fits."}
KNOWN = {"method": "known", "evidence": "A patient of the practice for years."}
_NOTE = "Visit of the first week, assessment"


def _cash_needling(when: Calendar) -> Story:
    """Samuel pays for needling at the desk and says: do not tell my insurer. A claim is stopped."""
    facts: dict[str, Any] = {
        "item": "Dry needling, one session", "codes": "20560", "plans": "Every health plan",
        "service_from": when.local_day(when.at(15, 9)).isoformat(), "separable": True,
        "price": 3500, "paid": 3500, "payer": "individual", "payment": "cleared",
        "for_payment_or_operations": True,
    }  # fmt: skip
    claim: dict[str, Any] = {
        "basis": "PAY", "recipient": "Example Health Plan", "recipient_kind": "health_plan",
        "purpose": "A claim for the visit", "contents": ["billing"],
        "services": [{"code": "20560", "on": facts["service_from"]}],
    }  # fmt: skip
    return [
        taken_down(
            when.at(15, 10), "cash needling", kind="restriction", received=when.at(15, 10),
            channel="in_person", asker="Samuel Sample", patient="samuel",
            details={
                "information": "The needling of today", "limit": "disclosure",
                "recipients": ["health_plan"], "paid": "in_full",
            },
        ),
        moved(when.at(15, 11), "cash needling", "confirm_identity", by="desk", raw=KNOWN),
        moved(when.at(15, 12), "cash needling", "agree_out_of_pocket", by="officer", raw=facts),
        checked(when.at(12, 9), "samuel", raw=claim),
    ]  # fmt: skip


def _disputed_word(when: Calendar) -> Story:
    """Patricia wants a word taken out; it stays, and her statement goes along with it."""
    item = {"record": _NOTE, "wrong": "“Non-compliant”", "should": "Leave it out."}
    ground = {
        "item": 1, "code": "AMD-4", "record": _NOTE,
        "explanation": "Three of eight visits were missed; the word says that.",
    }  # fmt: skip
    return [
        filed(
            when.at(30, 9), "disputed word", kind="amendment", by="patricia",
            details={"items": [item]},
        ),
        moved(when.at(22, 10), "disputed word", "deny", by="officer", raw={"grounds": [ground]}),
        moved(
            when.at(18, 20), "disputed word", "disagree", by="patricia",
            raw={"statement": "I called each time, and was told that it was all right."},
        ),
        moved(
            when.at(14, 10), "disputed word", "rebut", by="officer",
            raw={"rebuttal": "Two of the calls are in our book. The third visit was missed."},
        ),
    ]  # fmt: skip


def _called_at_work(when: Calendar) -> Story:
    """Samuel wants to be called, and on another number; nobody asks him why."""
    return [
        taken_down(
            when.at(11, 9), "called at work", kind="confidential_communications",
            received=when.at(11, 9), channel="telephone", asker="Samuel Sample", patient="samuel",
            details={"means": ["telephone"], "telephone": "919-555-0152"},
        ),
        moved(when.at(11, 10), "called at work", "confirm_identity", by="staff", raw=CALLED),
        moved(
            when.at(11, 11), "called at work", "accommodate", by="staff",
            raw={"passed_on": "Billing, by telephone"},
        ),
    ]  # fmt: skip


def _taken_back(when: Calendar) -> Story:
    """Patricia takes back whatever she may have signed for an insurer; none is on file."""
    return [
        filed(
            when.at(13, 8), "taken back", kind="revocation", by="patricia",
            details={"subject": "authorization", "words": "What I signed for the insurer"},
        ),
        moved(when.at(12, 9), "taken back", "take_effect", by="staff", raw={"none_on_file": True}),
    ]  # fmt: skip


def _name_called_out(when: Calendar) -> Story:
    """Theo complains at the desk; it is acknowledged, and being looked into."""
    return [
        taken_down(
            when.at(6, 8), "name called out", kind="complaint", received=when.at(6, 8),
            channel="in_person", asker="Theo Tryout", patient="theo",
            details={
                "what": "My name and my treatment were called out in the waiting room.",
                "about": "practice",
            },
        ),
        moved(when.at(5, 9), "name called out", "acknowledge", by="officer"),
    ]  # fmt: skip


def _paper_notice(when: Calendar) -> Story:
    """Inés takes a paper copy of the notice home."""
    return [
        taken_down(
            when.at(10, 9), "paper notice", kind="notice_copy", received=when.at(10, 9),
            channel="in_person", asker="Inés Example Placeholder", patient="ines",
            details={"send": "handed"},
        ),
        moved(when.at(10, 10), "paper notice", "give", by="desk", raw={"channel": "handed"}),
    ]  # fmt: skip


def _no_newsletter(when: Calendar) -> Story:
    """Patricia wants no newsletter and no fundraising; it is carried out the moment she files."""
    wish = {"wish": "stop", "materials": ["marketing", "fundraising"]}
    return [
        filed(
            when.at(7, 20), "no newsletter", kind="materials_opt_out", by="patricia", details=wish
        )
    ]


def _not_my_cousin(when: Calendar) -> Story:
    """Inés says at the desk that her cousin is told nothing; from that moment nobody tells him."""
    wish = {
        "wish": "object", "scopes": ["family"],
        "people": [{"name": "Carlos Placeholder", "relation": "Cousin"}],
    }  # fmt: skip
    return [
        taken_down(
            when.at(9, 14), "not my cousin", kind="objection", received=when.at(9, 14),
            channel="in_person", asker="Inés Example Placeholder", patient="ines", details=wish,
        ),
        moved(when.at(9, 14, 10), "not my cousin", "confirm_identity", by="desk", raw=KNOWN),
        moved(when.at(9, 15), "not my cousin", "carry_out", by="staff"),
    ]  # fmt: skip


#: In no order: the steps of all of them are played by their instants.
STORIES: tuple[Callable[[Calendar], Story], ...] = (
    _cash_needling,
    _disputed_word,
    _called_at_work,
    _taken_back,
    _name_called_out,
    _paper_notice,
    _no_newsletter,
    _not_my_cousin,
)
