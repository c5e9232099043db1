"""How a request comes to stand where a law table looks at it: every place by real actions.

A place is a state, with what else decides there behind a colon: `denied:unreviewable`.
"""

from collections.abc import Callable
from typing import Any

from audit.actors import Actor
from requests_app.actions import associates, work
from requests_app.disclosures.associates import open_inquiries
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
        request = before(clinic, asker)
        return act(request, name, office.usual(request.kind, name), actor=asker)

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
        "moved": _then(in_review, "refile"),
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

    def to_look(clinic: Office, asker: Actor) -> Kind:
        """A copy and a look are asked for, and a summary is proposed in their place."""
        both = office.DETAILS["access"] | {"manner": "both"}
        whom = str(clinic.patient.pk)
        return do(office.filed(actor=asker, details=both, patient=whom), "propose_summary")

    looked_part = _then(
        _with(
            _with(to_look, "determine", office.INPUT["determine"], PROFESSIONAL),
            "grant_in_part",
            {"given": "Visit notes", "grounds": WITHHELD},
        ),
        "record_inspection",
    )
    looking = _with(_asks(looked_part, "ask_for_review"), "refer", REFER)
    return born | {
        "in_review:proposed": to_look,
        "waiting:proposed": _then(to_look, "ask"),
        "granted:proposed": _then(to_look, "grant", "record_inspection"),
        "granted_in_part:proposed": looked_part,
        "under_review:looking": looking,
        "review_upheld:looking": _with(looking, "uphold", reasons, REVIEWER),
        "review_reversed:looking": _with(looking, "reverse", reasons, REVIEWER),
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


def _answered(request: Kind) -> Kind:
    """Every business associate asked for this accounting disclosed nothing."""
    for inquiry in open_inquiries(request):
        nothing = {"found": "nothing"}
        associates.answer(str(inquiry.pk), nothing, actor=OFFICER, now=inquiry.asked_at)
    return request


def _associates_answered(before: Place) -> Place:
    return lambda clinic, asker: _answered(before(clinic, asker))


def _accounting() -> dict[str, Place]:
    born = _born("accounting")
    born["in_review"] = _associates_answered(born["in_review"])

    def second(clinic: Office, asker: Actor) -> Kind:
        """One was given free a month ago, so that this one may cost a fee."""
        earlier = office.day("2026-02-02")
        free = _answered(office.filed("accounting", actor=PATIENT, now=earlier))
        do(free, "provide", now=earlier)
        return born["in_review"](clinic, asker)

    def lapsed(clinic: Office, asker: Actor) -> Kind:
        """Given while the police had a line held back; the time it stated is over."""
        line = office.disclosed(clinic.patient, "2026-01-10", **office.TO_THE_POLICE)
        office.held_back(clinic.patient, line, until="2026-02-10", now=office.day("2026-01-20"))
        earlier, whom = office.day("2026-02-02"), str(clinic.patient.pk)
        request = _answered(office.filed("accounting", actor=asker, patient=whom, now=earlier))
        return do(request, "provide", now=earlier)

    return born | {
        "in_review:second": second,
        "waiting:second": _then(second, "ask"),
        "fee_quoted": _then(second, "quote_fee"),
        "fee_agreed": _asks(_then(second, "quote_fee"), "agree_fee"),
        "provided": _then(born["in_review"], "provide"),
        "provided:lapsed": lapsed,
        "closed:lapsed": _then(lapsed, "close"),
        "closed": _then(born["in_review"], "provide", "close"),
    }


def _amendment() -> dict[str, Place]:
    born = _born("amendment")
    not_reached = office.usual("amendment", "tell") | {"reached": False}

    def one_item(clinic: Office, asker: Actor) -> Kind:
        """Only the first of the usual two things is asked, so that all of it can be accepted."""
        details = {"items": office.DETAILS["amendment"]["items"][:1]}
        whom = str(clinic.patient.pk)
        return office.filed("amendment", actor=asker, details=details, patient=whom)

    def tried(before: Place) -> Place:
        """Somebody was named, and could not be reached yet."""
        return _with(_asks(before, "name_persons"), "tell", not_reached)

    denied = _then(born["in_review"], "deny")
    reopened = _then(denied, "close", "reopen")
    accepted = _then(one_item, "accept")
    part = _then(born["in_review"], "accept_in_part")
    part_tried = tried(_then(part, "link"))
    return born | {
        "in_review:reopened": reopened,
        "waiting:reopened": _then(reopened, "ask"),
        "accepted": accepted,
        "accepted_in_part": part,
        "amended": _then(accepted, "link"),
        "amended:asked": _then(accepted, "link", "add_person"),
        "amended:tried": tried(_then(accepted, "link")),
        "amended_in_part": _then(part, "link"),
        "amended_in_part:disagreed": _then(_asks(part, "disagree"), "link"),
        "amended_in_part:tried": part_tried,
        "denied": denied,
        "denied:disagreed": _then(_asks(reopened, "disagree"), "deny"),
        "disagreed": _asks(denied, "disagree"),
        "disagreed:tried": _asks(part_tried, "disagree"),
        "rebutted": _then(_asks(denied, "disagree"), "rebut"),
        "rebutted:tried": _then(_asks(part_tried, "disagree"), "rebut"),
        "withdrawn:part": _asks(part, "withdraw"),
        "closed": _then(accepted, "link", "close"),
        "closed:denied": _then(denied, "close"),
        "closed:disagreed": _then(_asks(denied, "disagree"), "close"),
        "closed:tried": tried(_then(accepted, "link", "close")),
    }


def _desk(kind: str, **more: Any) -> dict[str, Place]:
    """The places of a request the front desk took down, before anybody is known."""

    def unmatched(clinic: Office, asker: Actor) -> Kind:
        return office.taken_down(kind, **more)

    def received(clinic: Office, asker: Actor) -> Kind:
        whom = {"patient": str(clinic.patient.pk)}
        request = unmatched(clinic, asker)
        return work.match(request.reference, whom, actor=OFFICER, now=NOON)

    return {"received": received, "received:unmatched": unmatched}


def _notice_copy() -> dict[str, Place]:
    def own(clinic: Office, asker: Actor) -> Kind:
        return office.filed("notice_copy", actor=asker, patient=str(clinic.patient.pk))

    def emailed(clinic: Office, asker: Actor) -> Kind:
        by_email = {"send": "email", "send_to": "pat@example.org"}
        request = office.filed(
            "notice_copy", actor=asker, patient=str(clinic.patient.pk), details=by_email
        )
        return act(request, "give", {"channel": "email", "address": "pat@example.org"})

    return _desk("notice_copy") | {
        "received:own": own,
        "waiting": _then(own, "ask"),
        "given": _then(own, "give"),
        "given:emailed": emailed,
        "paper_owed": _then(emailed, "email_failed"),
        "withdrawn": _then(own, "withdraw"),
        "moved": _then(own, "refile"),
        "closed": _then(own, "give", "close"),
    }


def _at_once(kind: str, loosening: dict[str, Any]) -> dict[str, Place]:
    """The places of the kinds whose wish is in force when it is expressed."""

    def in_force(clinic: Office, asker: Actor) -> Kind:
        return office.taken_down(kind, patient=str(clinic.patient.pk))

    def carried_out(clinic: Office, asker: Actor) -> Kind:
        return office.filed(kind, actor=asker, patient=str(clinic.patient.pk))

    loosened = _desk(kind, details=loosening)
    desk = _desk(kind)
    return desk | {
        "received:in_force": in_force,
        "received:loosening": loosened["received"],
        "received:known": _then(loosened["received"], "confirm_identity"),
        "waiting": _then(desk["received"], "ask"),
        "carried_out": carried_out,
        "unverified": _then(desk["received"], "could_not_verify"),
        "withdrawn": _then(desk["received"], "withdraw"),
        "moved": _then(desk["received"], "refile"),
        "closed": _then(carried_out, "close"),
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
        "moved": _then(treatment, "refile"),
        "closed": _then(effective, "close"),
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
        "moved": _then(in_review, "refile"),
        "closed": _then(in_review, "resolve", "close"),
    }


PLACES: dict[str, dict[str, Place]] = {
    "access": _access(),
    "accounting": _accounting(),
    "amendment": _amendment(),
    "notice_copy": _notice_copy(),
    "materials_opt_out": _at_once(
        "materials_opt_out", {"wish": "resume", "materials": ["marketing"]}
    ),
    "objection": _at_once("objection", {"wish": "lift", "scopes": ["family"]}),
    "confidential_communications": _communications(),
    "revocation": _revocation(),
    "restriction": _restriction(),
    "complaint": _complaint(),
}
