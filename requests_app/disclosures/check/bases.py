"""What the basis itself asks: its conditions, what must be held, and what it needs on record."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from requests_app.disclosures.check.facts import Facts, RecipientKind
from requests_app.disclosures.check.findings import Ask, Finding, Obligation, Reason
from requests_app.disclosures.taxonomy import (
    Basis,
    Condition,
    HeldFrom,
    MinimumNecessary,
    YesNo,
)
from requests_app.standing.people import could_be


def basis_findings(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """Everything one basis asks, in the order of the rule."""
    for part in (_conditions, _held, _of_this_basis, _how_much, _told):
        yield from part(facts, basis)


def applies(only_if: str, answers: dict[str, bool]) -> bool:
    """Whether something asked "only if" is asked after these answers."""
    name, _equals, wanted = only_if.partition("=")
    return not only_if or (name in answers and answers[name] == (wanted == "yes"))


def _conditions(facts: Facts, basis: Basis) -> Iterator[Finding]:
    for one in basis.conditions:
        if applies(one.only_if, facts.asked.answers):
            yield from _condition(one, basis, facts.asked.answers.get(one.name))


def _condition(one: Condition, basis: Basis, answer: bool | None) -> Iterator[Finding]:
    if answer is None:
        citation = one.citation or basis.citation
        yield Ask(field=f"/answers/{one.name}", question=_(one.question), citation=citation)
    elif one.permits is not YesNo.DEPENDS and answer != (one.permits is YesNo.YES):
        yield Reason(code=one.name, sentence=_(one.otherwise), citation=one.citation)


def _held(facts: Facts, basis: Basis) -> Iterator[Finding]:
    for hold in basis.must_hold:
        if facts.asked.held.get(hold.field) or not applies(hold.only_if, facts.asked.answers):
            continue
        if hold.source is HeldFrom.ASKER:
            field = f"/held/{hold.field}"
            yield Ask(field=field, question=_(hold.question), citation=basis.citation)
        elif hold.source is HeldFrom.AFTERWARDS:
            yield Obligation(
                code=f"record_{hold.field}", sentence=_(hold.question), citation=basis.citation
            )


# --- what some bases need on record ------------------------------------------------------------
def _of_this_basis(facts: Facts, basis: Basis) -> Iterator[Finding]:
    own = {"AUTH": _paper, "BA": _associate, "FAM": _involved, "DIR": _directory, "IND": _person}
    if basis.code in own:
        yield from own[basis.code](facts, basis)


def _paper(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """164.508: only as the paper says, and only while nothing stands against it."""
    paper, asked = facts.paper, facts.asked
    if paper is None:
        yield Ask(
            field="/authorization", question=_("Which authorization?"), citation=basis.citation
        )
        return
    for one in paper.against:
        yield Reason(
            code="authorization",
            sentence=_(one.sentence),
            citation=one.citation,
            record=one.record,
        )
    if asked.recipient and not could_be(paper.recipient, asked.recipient):
        yield from _answered(
            facts,
            "names_recipient",
            question=_("The authorization names %(who)s. Is that who receives it?")
            % {"who": paper.recipient},
            otherwise=_("The authorization names somebody else as the recipient."),
            citation="45 CFR 164.508(c)(1)(iii)",
            record=paper.record,
        )
    yield Obligation(
        code="only_what_is_described",
        sentence=_("Send only what it describes: %(what)s.") % {"what": paper.description},
        citation="45 CFR 164.508(a)(1)",
        record=paper.record,
    )


def _associate(facts: Facts, basis: Basis) -> Iterator[Finding]:
    if facts.associate is None:
        yield Ask(
            field="/business_associate",
            question=_("Which business associate?"),
            citation=basis.citation,
        )
    elif not facts.associate.in_force:
        yield Reason(
            code="no_contract",
            sentence=_("No contract with this business associate is in force on that day."),
            citation="45 CFR 164.502(e)(1)-(2)",
            record=facts.associate.record,
        )


def _involved(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """164.510(b): what is on record about this person; else what can be asked now."""
    found = facts.speaking
    if facts.asked.recipient_kind == RecipientKind.DISASTER_RELIEF:
        yield from (_stop(one) for one in facts.objections)
    elif found is None or found.answer == "ask":
        yield from _ask_first(facts)
    elif found.answer == "no":
        yield _stop_speaking(found.sentence, found.citation, found.record)
    elif found.part:
        words = _("Only about: %(part)s.") % {"part": found.part}
        yield Obligation(
            code="only_this_part", sentence=words, citation=found.citation, record=found.record
        )


def _ask_first(facts: Facts) -> Iterator[Finding]:
    agreed = facts.asked.answers.get("patient_agrees")
    if agreed is None:
        yield Ask(
            field="/answers/patient_agrees",
            question=_(
                "Is the patient there and able, and did they agree, or not object when they could?"
            ),
            citation="45 CFR 164.510(b)(2)",
        )
    elif not agreed:
        yield from _answered(
            facts,
            "best_interest",
            question=_(
                "Is the patient absent or not able to agree, and does a professional judge it to be in "
                "their best interest?"
            ),
            otherwise=_("Without the patient's agreement, or that judgment, this person is not told."),
            citation="45 CFR 164.510(b)(3)",
        )  # fmt: skip
    if agreed is not False:
        return
    if facts.asked.answers.get("best_interest"):
        yield Obligation(
            code="record_judgment",
            sentence=_("Record who judged so and why. Once the patient is able, ask the patient."),
            citation="45 CFR 164.510(b)(3)",
        )


def _directory(facts: Facts, basis: Basis) -> Iterator[Finding]:
    yield from (_stop(one) for one in facts.objections)


def _stop(one: object) -> Reason:
    return _stop_speaking(one.sentence, one.citation, one.record)  # type: ignore[attr-defined]


def _stop_speaking(sentence: str, citation: str, record: str) -> Reason:
    return Reason(code="objection", sentence=_(sentence), citation=citation, record=record)


def _person(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """164.502(a)(1)(i), (g): the patient, or somebody who is treated as the patient."""
    kind, found = facts.asked.recipient_kind, facts.speaking
    if kind is None:
        yield Ask(
            field="/recipient_kind",
            question=_("Is it the patient, or the patient's personal representative?"),
            citation=basis.citation,
        )
    elif kind not in {RecipientKind.PATIENT, RecipientKind.REPRESENTATIVE}:
        yield Reason(
            code="not_the_patient",
            sentence=_("This basis reaches only the patient and the personal representative."),
            citation=basis.citation,
        )
    elif kind == RecipientKind.REPRESENTATIVE and found is not None:
        represents = found.citation == "45 CFR 164.502(g)(1)" and found.answer == "yes"
        if not represents:
            yield Reason(
                code="not_the_representative",
                sentence=_("Nobody of this name is on record as recognized to stand in for the patient."),
                citation="45 CFR 164.502(g)",
                record=found.record,
            )  # fmt: skip
        elif found.part:
            yield Obligation(
                code="only_this_part",
                sentence=_("Only about: %(part)s.") % {"part": found.part},
                citation="45 CFR 164.502(g)(1)",
                record=found.record,
            )


def _answered(
    facts: Facts, name: str, *, question: str, otherwise: str, citation: str, record: str = ""
) -> Iterator[Finding]:
    answer = facts.asked.answers.get(name)
    if answer is None:
        yield Ask(field=f"/answers/{name}", question=question, citation=citation, record=record)
    elif not answer:
        yield Reason(code=name, sentence=otherwise, citation=citation, record=record)


# --- how much, and who is told -------------------------------------------------------------------
def _how_much(facts: Facts, basis: Basis) -> Iterator[Finding]:
    if basis.minimum_necessary is MinimumNecessary.YES:
        yield Obligation(
            code="minimum_necessary",
            sentence=_("Send no more than the purpose needs."),
            citation="45 CFR 164.502(b)(1)",
        )
    elif basis.minimum_necessary is MinimumNecessary.OWN_LIMIT:
        yield Obligation(code="own_limit", sentence=_(basis.limit), citation=basis.citation)


def _told(facts: Facts, basis: Basis) -> Iterator[Finding]:
    if basis.tell_patient:
        yield Obligation(
            code="tell_patient", sentence=_(basis.tell_patient), citation=basis.citation
        )
