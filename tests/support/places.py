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


def _restriction() -> dict[str, Place]:
    born = _born("restriction")
    in_review = born["in_review"]

    def of_family(clinic: Office, asker: Actor) -> Kind:
        """Toward family, not a plan: nothing but the practice's discretion."""
        asked = office.DETAILS["restriction"] | {"recipients": ["family"], "paid": None}
        whom = {"patient": str(clinic.patient.pk)}
        return office.filed("restriction", actor=asker, details=asked, **whom)

    def refused(clinic: Office, asker: Actor) -> Kind:
        return do(_then(in_review, "not_qualifying", "consider")(clinic, asker), "refuse")

    paid = _then(in_review, "agree_out_of_pocket")
    agreed = _then(of_family, "consider", "agree")
    return born | {
        "in_review:family": of_family,
        "waiting:family": _then(of_family, "ask"),
        "claim_held": _then(in_review, "hold_claim"),
        "claim_held:unconfirmed": _then(born["in_review:unconfirmed"], "hold_claim"),
        "agreed_must": paid,
        "agreed_must:reversed": _then(paid, "payment_reversed"),
        "not_qualifying": _then(in_review, "not_qualifying"),
        "considered": _then(in_review, "not_qualifying", "consider"),
        "considered:family": _then(of_family, "consider"),
        "agreed": agreed,
        "agreed:emergency": _then(agreed, "emergency"),
        "agreed_in_part": _then(of_family, "consider", "agree_in_part"),
        "agreed_in_part:emergency": _then(of_family, "consider", "agree_in_part", "emergency"),
        "refused": refused,
        "refused:family": _then(of_family, "consider", "refuse"),
        "ended_for_later": _then(agreed, "end_by_notice"),
        "ended_for_later:emergency": _then(agreed, "emergency", "end_by_notice"),
        "terminated": _then(agreed, "end_at_request"),
        "closed": _then(refused, "close"),
    }


def _complaint() -> dict[str, Place]:
    def received(clinic: Office, asker: Actor) -> Kind:
        """Taken down by telephone from somebody who gives no name."""
        return office.taken_down("complaint", asker=None)

    def own(clinic: Office, asker: Actor) -> Kind:
        return office.filed("complaint", actor=asker, patient=str(clinic.patient.pk))

    def about_the_officer(clinic: Office, asker: Actor) -> Kind:
        office.designate_alternate()
        asked = office.DETAILS["complaint"] | {"about": "privacy_official"}
        whom = {"patient": str(clinic.patient.pk)}
        return office.filed("complaint", actor=asker, details=asked, **whom)

    in_review = _then(own, "acknowledge")
    return {
        "received": received,
        "received:own": own,
        "received:officer": about_the_officer,
        "in_review": in_review,
        "waiting": _then(in_review, "ask"),
        "resolved": _then(in_review, "resolve"),
        "withdrawn": _asks(in_review, "withdraw"),
        "closed": _then(in_review, "resolve", "close"),
    }


PLACES: dict[str, dict[str, Place]] = {
    "access": _access(),
    "accounting": _accounting(),
    "restriction": _restriction(),
    "complaint": _complaint(),
}
