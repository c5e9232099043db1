"""May this be sent to the patient, and where to? Pure over loaded facts, like the other check.

What was asked under 164.522(b) says how and where; what was opted out of says whether; marketing
and raising funds have rules of their own.  Reminders, results, bills, breach notices and letters of
the privacy office always go, the way the patient asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from requests_app.disclosures.check.facts import Notice, Paper, Stands, Way
from requests_app.disclosures.check.findings import Ask, Obligation, Reason
from requests_app.errors import BadInput
from requests_app.people import folding
from requests_app.standing.opt_outs import Sending
from requests_app.standing.preferences import Means

CONFIDENTIAL, MARKETING = "45 CFR 164.522(b)(1)", "45 CFR 164.508(a)(3)"
#: What goes out whatever somebody has opted out of.
ALWAYS = frozenset(
    {
        Sending.APPOINTMENT_REMINDER, Sending.RESULT, Sending.BILL, Sending.BREACH_NOTICE,
        Sending.PRIVACY_LETTER,
    }
)  # fmt: skip
_PLACE = {
    Means.EMAIL: "email",
    Means.TELEPHONE: "telephone",
    Means.TEXT: "telephone",
    Means.POST: "address",
}


class SendVerdict(StrEnum):
    """The answer. Only the first two let anything go."""

    SEND = "send"
    USE = "use_this_address"
    QUESTIONS = "questions"
    DO_NOT = "do_not"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendQuestion:
    """What would be sent, by which means and to which address; empty: the one on file."""

    at: datetime
    sending: Sending
    means: Means
    address: str = ""
    paid_by_others: bool | None = None
    face_to_face_or_gift: bool | None = None
    answers: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFacts:
    """Everything the answer rests on. `unconfirmed` are wishes of whom nobody has confirmed yet."""

    asked: SendQuestion
    stop: Stands | None = None
    way: Way | None = None
    unconfirmed: tuple[Way, ...] = ()
    notice: Notice | None = None
    paper: Paper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDecision:
    """The answer; `address` is where to when it is not the one on file."""

    verdict: SendVerdict
    address: str = ""
    reasons: tuple[Reason, ...] = ()
    questions: tuple[Ask, ...] = ()
    obligations: tuple[Obligation, ...] = ()


Found = Reason | Ask | Obligation


def decide_sending(facts: SendFacts) -> SendDecision:
    """Send, use this address, or do not; with every reason."""
    found = [one for part in (_stopped, _kind, _how, _not_yet_certain) for one in part(facts)]
    reasons = tuple(one for one in found if isinstance(one, Reason))
    questions = tuple(one for one in found if isinstance(one, Ask))
    obligations = tuple(one for one in found if isinstance(one, Obligation))
    if any(one.stops for one in reasons):
        return SendDecision(verdict=SendVerdict.DO_NOT, reasons=reasons, questions=questions)
    address = _asked_address(facts)
    other = address and not _same(address, facts.asked.address, facts.asked.means)
    verdict = SendVerdict.USE if other else SendVerdict.SEND
    return SendDecision(
        verdict=SendVerdict.QUESTIONS if questions else verdict,
        address=address,
        reasons=reasons,
        questions=questions,
        obligations=obligations,
    )


def _stopped(facts: SendFacts) -> Iterator[Found]:
    if facts.stop is not None:
        yield Reason(
            code="opted_out",
            sentence=facts.stop.sentence,
            citation=facts.stop.citation,
            record=facts.stop.record,
        )


# --- what kind of sending it is --------------------------------------------------------------------
def _kind(facts: SendFacts) -> Iterator[Found]:
    asked = facts.asked
    if asked.sending == Sending.FUNDRAISING:
        yield from _funds(facts)
    elif asked.sending == Sending.MARKETING:
        yield from _marketing(facts)
    elif asked.sending in {Sending.TREATMENT_ALTERNATIVES, Sending.NEWSLETTER}:
        if asked.paid_by_others is None:
            yield Ask(
                field="/paid_by_others",
                question=_("Does somebody outside pay us to send it, or for it?"),
                citation="45 CFR 164.501",
            )
        elif asked.paid_by_others:
            yield from _marketing(facts)


def _funds(facts: SendFacts) -> Iterator[Found]:
    if facts.notice is None or not facts.notice.fundraising:
        yield Reason(
            code="no_statement",
            sentence=_("The notice in force does not say that we raise funds and how to opt out."),
            citation="45 CFR 164.514(f)(2)(i)",
            record=facts.notice.record if facts.notice else "",
        )
    yield Obligation(
        code="offer_opt_out",
        sentence=_("Say clearly in it how to opt out, at no more than nominal cost."),
        citation="45 CFR 164.514(f)(2)(ii)",
    )


def _marketing(facts: SendFacts) -> Iterator[Found]:
    """508(a)(3): only with an authorization, but face to face or as a gift of nominal value."""
    if facts.paper is not None:
        yield from (
            Reason(code="authorization", sentence=_(one.sentence), citation=one.citation,
                   record=one.record)
            for one in facts.paper.against
        )  # fmt: skip
        yield from _for_marketing(facts)
    elif facts.asked.face_to_face_or_gift is None:
        yield Ask(
            field="/face_to_face_or_gift",
            question=_("Is it said face to face, or a promotional gift of nominal value?"),
            citation=MARKETING,
        )
    elif not facts.asked.face_to_face_or_gift:
        yield Reason(
            code="marketing",
            sentence=_("Marketing needs the patient's written authorization. Name it if there is one."),
            citation=MARKETING,
        )  # fmt: skip


def _for_marketing(facts: SendFacts) -> Iterator[Found]:
    answer = facts.asked.answers.get("authorizes_marketing")
    if answer is None:
        yield Ask(
            field="/answers/authorizes_marketing",
            question=_("Does this authorization cover this marketing, and say so if we are paid for it?"),
            citation=MARKETING,
            record=facts.paper.record if facts.paper else "",
        )  # fmt: skip
    elif not answer:
        words = _("The authorization does not cover this marketing.")
        yield Reason(code="authorization", sentence=words, citation=MARKETING)


# --- how and where ---------------------------------------------------------------------------------
def _how(facts: SendFacts) -> Iterator[Found]:
    way = facts.way
    if way is None or _is_about_something_else(facts):
        return
    if way.only_about and "about_wish" not in facts.asked.answers:
        yield Ask(
            field="/answers/about_wish",
            question=_("The patient has asked for another way about this: %(what)s. Is it about that?")
            % {"what": way.only_about},
            citation=CONFIDENTIAL,
            record=way.record,
        )  # fmt: skip
    if facts.asked.means.value not in way.means:
        yield _other_means(way)
    if way.never:
        yield Obligation(
            code="never",
            sentence=_("The patient has asked: never %(never)s.") % {"never": way.never},
            citation=CONFIDENTIAL,
            record=way.record,
        )


def _other_means(way: Way) -> Reason:
    labels = [str(Means(one).label) for one in way.means]
    return Reason(
        code="other_means",
        sentence=_("The patient has asked to be reached only in these ways: %(means)s.")
        % {"means": "; ".join(labels)},
        citation=CONFIDENTIAL,
        record=way.record,
    )


def _not_yet_certain(facts: SendFacts) -> Iterator[Found]:
    """A wish of somebody who may be the patient: nothing is sent that would go against it."""
    means = facts.asked.means
    for way in facts.unconfirmed:
        place = _place(way, means)
        fits = means.value in way.means and (not place or _same(place, facts.asked.address, means))
        if not fits:
            yield Reason(
                code="wish_unanswered",
                sentence=_("Somebody has asked for another way of being reached. Confirm who it was first."),
                citation=CONFIDENTIAL,
                record=way.record,
            )  # fmt: skip


def _is_about_something_else(facts: SendFacts) -> bool:
    way = facts.way
    return bool(way and way.only_about and facts.asked.answers.get("about_wish") is False)


def _asked_address(facts: SendFacts) -> str:
    if facts.way is None or _is_about_something_else(facts):
        return ""
    return _place(facts.way, facts.asked.means)


def _place(way: Way, means: Means) -> str:
    return str(getattr(way, _PLACE[means])) if means in _PLACE else ""


def _same(one: str, other: str, means: Means) -> bool:
    """Whether two ways of writing an address mean one place."""
    if not other:
        return False
    fold = _FOLD.get(means, _fold_words)
    try:
        return fold(one) == fold(other)
    except BadInput:
        return one == other


def _fold_words(text: str) -> str:
    return " ".join(folding.fold_words(text))


_FOLD: dict[Means, Callable[[str], str]] = {
    Means.EMAIL: folding.fold_email,
    Means.TELEPHONE: folding.fold_phone,
    Means.TEXT: folding.fold_phone,
}
