"""Restrictions and held claims (164.522(a)): whose hands, which information, and emergencies."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from requests_app.disclosures.check.facts import (
    Content,
    Facts,
    Question,
    RecipientKind,
    Restricted,
)
from requests_app.disclosures.check.findings import Ask, Finding, Obligation, Reason
from requests_app.disclosures.taxonomy import Basis
from requests_app.standing.people import could_be, words
from requests_app.standing.restrictions import Recipient, RestrictionKind, can_stop, never_stopped

MUST, MAY = "45 CFR 164.522(a)(1)(vi)", "45 CFR 164.522(a)(1)(iii)"
NEVER, REDISCLOSE = "45 CFR 164.522(a)(1)(v)", "45 CFR 164.522(a)(1)(iv)"
_CODE = re.compile(r"\b(?:[0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[A-Z])\b")
_APART = re.compile(r"[,;/\n]|\band\b|\bor\b", re.IGNORECASE)
_EVERY = {"every", "all", "any", "everybody", "anyone", "each"}
#: Words that two names share without meaning the same person or firm.
_COMMON = {
    "dr", "mr", "mrs", "ms", "md", "the", "of", "and", "at", "for", "health", "plan", "insurance",
    "company", "inc", "llc", "office", "clinic", "medical", "center", "group",
}  # fmt: skip
#: As what a restriction knows the recipient; whoever is not named here is somebody else.
_AS = {
    RecipientKind.FAMILY: Recipient.FAMILY,
    RecipientKind.PROVIDER: Recipient.PROVIDER,
    RecipientKind.HEALTH_PLAN: Recipient.HEALTH_PLAN,
}


def restrictions(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """Every restriction and held claim against this disclosure."""
    for one in facts.restricted:
        kind = RestrictionKind(one.kind)
        if one.limit == "use":
            continue
        if can_stop(basis.code, kind):
            yield from _against(one, facts.asked, basis)
        elif never_stopped(basis.code) and not one.held:
            yield Reason(
                code="restriction_does_not_reach",
                sentence=_("A restriction is in force. The law does not let it stop this."),
                citation=NEVER,
                record=one.record,
                stops=False,
            )


def codes_in(text: str) -> tuple[str, ...]:
    """The billing codes that stand in a text."""
    return tuple(_CODE.findall(text))


def _against(one: Restricted, asked: Question, basis: Basis) -> Iterator[Finding]:
    toward = _toward(one, asked)
    if toward is False:
        yield from _passed_on(one, basis)
        return
    contains = _contains(one, asked)
    if contains is False:
        if toward:
            yield _leave_out(one)
        return
    if toward is None:
        yield from _who(one, asked)
    if contains is None:
        yield _what(one)
    if toward and contains:
        yield from _stopped(one, asked, basis)


# --- whose hands ---------------------------------------------------------------------------------
def _toward(one: Restricted, asked: Question) -> bool | None:
    """Whether the restriction is toward this recipient; None while that is not known."""
    if Recipient.EVERYBODY.value in one.recipients:
        return True
    told = asked.answers.get(f"is:{one.record}")
    if told is not None:
        return told
    if asked.recipient_kind is None:
        return None
    if _AS.get(asked.recipient_kind, Recipient.OTHER).value not in one.recipients:
        others = bool(one.named) and Recipient.OTHER.value in one.recipients
        return others and _alike(one.named, asked.recipient) is True
    if not one.named or words(one.named) & _EVERY:
        return True
    alike = _alike(one.named, asked.recipient)
    if alike is False and one.kind == RestrictionKind.OUT_OF_POCKET:
        return None  # Another plan may still pay for the same service: somebody must say.
    return alike


def _alike(named: str, recipient: str) -> bool | None:
    """Whether one of the names is the recipient; None when it could be."""
    if not named or not recipient:
        return None
    every = [part for part in _APART.split(named) if words(part)]
    if any(could_be(part, recipient) for part in [named, *every]):
        return True
    shared = words(named) & words(recipient) - _COMMON
    return None if shared else False


def _who(one: Restricted, asked: Question) -> Iterator[Finding]:
    if asked.recipient_kind is None:
        yield Ask(
            field="/recipient_kind",
            question=_("What is the recipient: a health plan, a provider, family or somebody else?"),
            citation=_citation(one),
            record=one.record,
        )  # fmt: skip
        return
    yield Ask(
        field=f"/answers/is:{one.record}",
        question=_("Is the recipient one of those the restriction names: %(who)s?")
        % {"who": one.named},
        citation=_citation(one),
        record=one.record,
    )


# --- which information ---------------------------------------------------------------------------
def _contains(one: Restricted, asked: Question) -> bool | None:
    """Whether what would go holds what is restricted; None while that is not known."""
    if Content.WHOLE_RECORD in asked.contents:
        return True
    told = asked.answers.get(f"contains:{one.record}")
    codes = {*one.codes, *codes_in(one.reveals)}
    if not codes or not asked.lines:
        return False if _in_days(one, _days_of(asked)) is False else told
    known = [
        _in_days(one, [line.on] if line.on else _days_of(asked))
        for line in asked.lines
        if line.code in codes
    ]
    if True in known:
        return True
    return told if None in known else told is True


def _days_of(asked: Question) -> list[date]:
    days = [line.on for line in asked.lines if line.on is not None]
    if len(days) == len(asked.lines) > 0:
        return days
    return [day for day in (asked.first_day, asked.last_day or asked.first_day) if day]


def _in_days(one: Restricted, days: Iterable[date]) -> bool | None:
    """Whether these days meet those of the restriction; None without days to compare."""
    told = list(days)
    if not told:
        return None if one.first_day or one.covers_until else True
    if one.covers_until is not None and min(told) > one.covers_until:
        return False  # Ended by the practice for what came after (a)(2)(iii).
    if one.first_day is None:
        return True
    return min(told) <= (one.last_day or one.first_day) and max(told) >= one.first_day


def _what(one: Restricted) -> Ask:
    question = _("Does what you want to send hold anything about this: %(what)s?")
    if one.covers_until is not None:
        question = _("Does what you want to send hold anything about this: %(what)s, made or "
                     "received by %(day)s?")  # fmt: skip
    return Ask(
        field=f"/answers/contains:{one.record}",
        question=question % {"what": one.information, "day": one.covers_until},
        citation=_citation(one),
        record=one.record,
    )


# --- what follows --------------------------------------------------------------------------------
def _stopped(one: Restricted, asked: Question, basis: Basis) -> Iterator[Finding]:
    emergency = basis.code == "TRT" and one.kind == RestrictionKind.DISCRETIONARY
    if emergency and asked.emergency:
        yield from _override(one, asked)
        return
    yield Reason(
        code="claim_held" if one.held else "restriction",
        sentence=_because(one, emergency=emergency),
        citation=_citation(one),
        record=one.record,
        overridable=emergency,
    )


def _because(one: Restricted, *, emergency: bool) -> str:
    what = {"what": one.information}
    if one.held:
        return _("The patient has asked to keep this from the health plan: %(what)s. It is held until "
                 "the request is answered.") % what  # fmt: skip
    if one.kind == RestrictionKind.OUT_OF_POCKET:
        kept = _("This was paid for in full and is kept from the health plan: %(what)s.") % what
        if not one.reveals:
            return kept
        reveals = _(
            " So is what would reveal it: %(reveals)s. Offer the patient to pay for that too."
        )
        return kept + reveals % {"reveals": one.reveals}
    agreed = _("The practice has agreed not to disclose this: %(what)s.") % what
    if not emergency:
        return agreed
    way = _(" If the patient needs emergency treatment and it is needed for that, say so and why.")
    return agreed + way


def _override(one: Restricted, asked: Question) -> Iterator[Finding]:
    """(a)(1)(iii)-(iv): to a provider, for emergency treatment, who is asked to keep it."""
    if asked.recipient_kind != RecipientKind.PROVIDER:
        yield Reason(
            code="restriction",
            sentence=_("In an emergency it may go to a provider who treats the patient, to nobody else."),
            citation=MAY, record=one.record,
        )  # fmt: skip
        return
    if not asked.emergency_need:
        yield Ask(
            field="/emergency_need",
            question=_("Why is it needed for the emergency treatment?"),
            citation=MAY,
            record=one.record,
        )
    yield Reason(
        code="emergency_treatment",
        sentence=_("A restriction is in force. It does not stop what emergency treatment needs."),
        citation=MAY,
        record=one.record,
        stops=False,
    )
    yield Obligation(
        code="ask_no_further_use",
        sentence=_("Ask the provider not to use or disclose it further, and record that you did."),
        citation=REDISCLOSE,
        record=one.record,
    )
    yield Obligation(
        code="record_emergency",
        sentence=_("Record the emergency on the restriction. It stays in force."),
        citation=MAY,
        record=one.record,
    )


def _leave_out(one: Restricted) -> Obligation:
    return Obligation(
        code="leave_out",
        sentence=_("Leave out everything about this: %(what)s.") % {"what": one.information},
        citation=_citation(one),
        record=one.record,
    )


def _passed_on(one: Restricted, basis: Basis) -> Iterator[Finding]:
    """An associate who sends claims must know what does not go to the plan (78 FR 5628)."""
    if basis.code == "BA" and Recipient.HEALTH_PLAN.value in one.recipients:
        yield Obligation(
            code="tell_associate",
            sentence=_("Mark this for the associate as not to go to the health plan: %(what)s.")
            % {"what": one.information},
            citation=_citation(one),
            record=one.record,
        )


def _citation(one: Restricted) -> str:
    return MUST if one.kind == RestrictionKind.OUT_OF_POCKET else MAY
