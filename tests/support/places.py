"""How a request comes to stand where a law table looks at it: every place by real actions.

A place is a state, with what else decides there behind a colon: `denied:unreviewable`.
"""

from collections.abc import Callable
from typing import Any

from audit.actors import Actor
from requests_app.actions import work
from requests_app.kinds.base import Kind
from tests.support import office
from tests.support.office import (
    GROUND,
    NOON,
    OFFICER,
    PATIENT,
    PROFESSIONAL,
    REVIEWABLE,
    REVIEWER,
    Office,
    act,
    do,
)

Place = Callable[[Office, Actor], Kind]
WITHHELD = [GROUND, REVIEWABLE]
REFER = {"reviewer": REVIEWER.id}


def state_of(place: str) -> str:
    return place.partition(":")[0]


def _then(before: Place, *names: str) -> Place:
    return lambda clinic, asker: do(before(clinic, asker), *names)


def _asks(before: Place, name: str) -> Place:
    """A move of the person who asked."""

    def place(clinic: Office, asker: Actor) -> Kind:
        return act(before(clinic, asker), name, actor=asker)

    return place


def _with(before: Place, name: str, raw: dict[str, Any], actor: Actor = OFFICER) -> Place:
    return lambda clinic, asker: act(before(clinic, asker), name, raw, actor=actor)


def _born(kind: str) -> dict[str, Place]:
    """The places before any decision, the same for every kind with these moves."""

    def unmatched(clinic: Office, asker: Actor) -> Kind:
        return office.taken_down(kind)

    def received(clinic: Office, asker: Actor) -> Kind:
        request = office.taken_down(kind)
        whom = {"patient": str(clinic.patient.pk)}
        return work.match(request.reference, whom, actor=OFFICER, now=NOON)

    def in_review(clinic: Office, asker: Actor) -> Kind:
        return office.filed(kind, actor=asker, patient=str(clinic.patient.pk))

    unverified = _then(received, "could_not_verify")
    return {
        "received": received,
        "received:unmatched": unmatched,
        "in_review": in_review,
        "in_review:unconfirmed": _then(unverified, "reopen"),
        "waiting": _then(in_review, "ask"),
        "waiting:unconfirmed": _then(unverified, "reopen", "ask"),
        "unverified": unverified,
        "withdrawn": _then(in_review, "withdraw"),
    }


def _access() -> dict[str, Place]:
    born = _born("access")
    in_review = born["in_review"]
    determined = _with(in_review, "determine", office.INPUT["determine"], PROFESSIONAL)
    part = _with(determined, "grant_in_part", {"given": "Visit notes", "grounds": WITHHELD})
    denied = _with(determined, "deny", {"grounds": WITHHELD, "nothing_left": True})
    under_review = _with(_asks(denied, "ask_for_review"), "refer", REFER)
    part_under_review = _with(_asks(part, "ask_for_review"), "refer", REFER)
    reasons = {"reasons": "On the standard of the rule."}
    upheld = _with(under_review, "uphold", reasons, REVIEWER)
    whole = _with(determined, "deny", {"grounds": [REVIEWABLE], "nothing_left": True})
    whole_under_review = _with(_asks(whole, "ask_for_review"), "refer", REFER)
    return born | {
        "granted": _then(in_review, "grant"),
        "granted_in_part": part,
        "granted_in_part:unreviewable": _then(in_review, "grant_in_part"),
        "delivered": _then(in_review, "grant", "deliver"),
        "delivered_in_part": _then(part, "deliver"),
        "denied": denied,
        "denied:unreviewable": _then(in_review, "deny"),
        "redirected": _then(in_review, "redirect"),
        "under_review": under_review,
        "under_review:part": part_under_review,
        "review_upheld": upheld,
        "review_upheld:part": _with(part_under_review, "uphold", reasons, REVIEWER),
        "review_reversed": _with(under_review, "reverse", reasons, REVIEWER),
        "review_reversed:part": _with(part_under_review, "reverse", reasons, REVIEWER),
        "review_reversed:whole": _with(whole_under_review, "reverse", reasons, REVIEWER),
        "closed": _then(in_review, "grant", "deliver", "close"),
        "closed:denied": _then(denied, "close"),
        "closed:reviewed": _then(upheld, "close"),
    }


def _accounting() -> dict[str, Place]:
    born = _born("accounting")

    def second(clinic: Office, asker: Actor) -> Kind:
        """One was given free a month ago, so that this one may cost a fee."""
        earlier = office.day("2026-02-02")
        free = office.filed("accounting", actor=PATIENT, now=earlier)
        do(free, "provide", now=earlier)
        return born["in_review"](clinic, asker)

    return born | {
        "in_review:second": second,
        "waiting:second": _then(second, "ask"),
        "fee_quoted": _then(second, "quote_fee"),
        "fee_agreed": _asks(_then(second, "quote_fee"), "agree_fee"),
        "provided": _then(born["in_review"], "provide"),
        "closed": _then(born["in_review"], "provide", "close"),
    }


def _communications() -> dict[str, Place]:
    born = _born("confidential_communications")
    agreed = _then(born["in_review"], "accommodate")
    denied = _then(born["in_review"], "deny")
    return born | {
        "accommodated": agreed,
        "denied": denied,
        "ended": _asks(agreed, "end"),
        "closed": _then(agreed, "close"),
        "closed:denied": _then(denied, "close"),
    }


def _revocation() -> dict[str, Place]:
    born = _born("revocation")
    oral = _then(born["received"], "confirm_identity")
    effective = _then(born["in_review"], "take_effect")
    told = _then(born["received"], "tell_how")

    def treatment(clinic: Office, asker: Actor) -> Kind:
        whom = {"patient": str(clinic.patient.pk)}
        return office.filed("revocation", actor=asker, details={"subject": "treatment"}, **whom)

    def named(clinic: Office, asker: Actor) -> Kind:
        """It names an authorization, which has ended with the receipt."""
        found = office.authorized(clinic.patient)
        details = {"subject": "authorization", "authorization": str(found.pk)}
        whom = {"patient": str(clinic.patient.pk)}
        return office.filed("revocation", actor=asker, details=details, **whom)

    def ended(clinic: Office, asker: Actor) -> Kind:
        return act(named(clinic, asker), "take_effect", {"already_done": "Notes of 2025"})

    return born | {
        "in_review:oral": oral,
        "in_review:treatment": treatment,
        "in_review:named": named,
        "waiting:oral": _then(oral, "ask"),
        "waiting:treatment": _then(treatment, "ask"),
        "not_written": told,
        "effective": effective,
        "effective:ended": ended,
        "routed": _then(treatment, "pass_to_care_team"),
        "withdrawn": _asks(treatment, "withdraw"),
        "closed": _then(effective, "close"),
    }


PLACES: dict[str, dict[str, Place]] = {
    "access": _access(),
    "accounting": _accounting(),
    "confidential_communications": _communications(),
    "revocation": _revocation(),
}
