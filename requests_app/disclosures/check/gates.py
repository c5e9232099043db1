"""What stands before any basis: no basis permits what one of these stops."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from requests_app.disclosures.check.facts import Content, Facts, RecipientKind
from requests_app.disclosures.check.findings import Ask, Finding, Reason
from requests_app.disclosures.check.restricted import restrictions
from requests_app.disclosures.taxonomy import Basis, MinimumNecessary, YesNo

Gate = Callable[[Facts, Basis], Iterator[Finding]]
NOTES, FUNDS = "45 CFR 164.508(a)(2)", "45 CFR 164.514(f)"
PART_2 = "42 CFR 2.12(d)(1)"
#: What may serve a proceeding: by law, oversight, courts, law enforcement, threats, government, 512(l).
_PROCEEDINGS = tuple(f"45 CFR 164.512({part})" for part in "adefjkl")
#: The six items that may be used to raise funds, 164.514(f)(1).
FOR_FUNDS = frozenset(
    {
        Content.DEMOGRAPHIC, Content.DATES_OF_CARE, Content.DEPARTMENT, Content.TREATING_PHYSICIAN,
        Content.OUTCOME, Content.INSURANCE_STATUS,
    }
)  # fmt: skip
#: Showing a file to these is a disclosure to them and never operations.
_REGULATORS = {RecipientKind.SECRETARY: "SEC", RecipientKind.OVERSIGHT_AGENCY: "OVS"}
_OURS = frozenset({"TRT", "PAY", "OPS", "BA", "UND"})


def gate_findings(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """Every gate, in order."""
    for gate in GATES:
        yield from gate(facts, basis)


def plannable(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """What comes by itself, or should not have happened, is nothing to ask leave for."""
    if basis.not_planned:
        yield Reason(
            code="not_planned", sentence=_(basis.not_planned), citation=basis.because_citation
        )


def contents_told(facts: Facts, basis: Basis) -> Iterator[Finding]:
    if not facts.asked.contents:
        yield Ask(
            field="/contents", question=_("Which kinds of information is it?"), citation=NOTES
        )


def psychotherapy_notes(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """508(a)(2): reached by an authorization and a closed list, by nothing else."""
    if Content.PSYCHOTHERAPY_NOTES not in facts.asked.contents:
        return
    answer = facts.asked.answers.get("psychotherapy_notes")
    if basis.psychotherapy_notes is YesNo.YES or (
        basis.psychotherapy_notes is YesNo.DEPENDS and answer
    ):
        return
    if basis.psychotherapy_notes is YesNo.DEPENDS and answer is None:
        yield Ask(
            field="/answers/psychotherapy_notes",
            question=_(basis.psychotherapy_if),
            citation=NOTES,
        )
        return
    yield Reason(
        code="psychotherapy_notes",
        sentence=_("This basis does not reach psychotherapy notes. The patient can authorize it in writing."),
        citation=NOTES,
    )  # fmt: skip


def part_2(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """Against the patient only with the patient's consent, or a court's order after a hearing.

    The notice has to say so since 16 February 2026, and what the notice says binds: 164.502(i).
    """
    told = Content.PART_2 in facts.asked.contents
    if not told or not basis.citation.startswith(_PROCEEDINGS):
        return
    against = facts.asked.answers.get("against_patient")
    ordered = facts.asked.answers.get("ordered_after_hearing")
    if against is None:
        words = _(
            "Is it for a civil, criminal, administrative or legislative proceeding against the patient?"
        )
        yield Ask(field="/answers/against_patient", question=words, citation=PART_2)
    elif against and ordered is None:
        words = _("Did a court order it, after notice to the patient and a chance to be heard?")
        yield Ask(field="/answers/ordered_after_hearing", question=words, citation=PART_2)
    elif against and not ordered:
        yield Reason(
            code="part_2",
            sentence=_("Substance use disorder records are not used against the patient without the "
                       "patient's consent or a court's order given after a hearing."),
            citation=PART_2,
        )  # fmt: skip


def fundraising(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """514(f): not without the statement in the notice, six items only, and not after an opt-out."""
    asked = facts.asked
    if asked.fundraising is None and basis.code in {"OPS", "BA"}:
        yield Ask(
            field="/fundraising", question=_("Is it for raising funds?"), citation=f"{FUNDS}(1)"
        )
    if not asked.fundraising or basis.code == "AUTH":
        return
    if basis.code not in {"OPS", "BA"}:
        yield _no_funds(_("Funds are raised as operations, or with an authorization."), "(1)")
    if facts.notice is None or not facts.notice.fundraising:
        record = facts.notice.record if facts.notice else ""
        words = _("The notice in force does not say that we raise funds and how to opt out.")
        yield _no_funds(words, "(2)(i)", record)
    if asked.contents and set(asked.contents) - FOR_FUNDS:
        words = _("Only name and contact, dates of care, department, treating physician, outcome and "
                  "insurance status may be used to raise funds.")  # fmt: skip
        yield _no_funds(words, "(1)")
    if facts.no_fundraising is not None:
        yield _no_funds(facts.no_fundraising.sentence, "(2)(iv)", facts.no_fundraising.record)


def _no_funds(sentence: str, part: str, record: str = "") -> Reason:
    return Reason(code="fundraising", sentence=sentence, citation=f"{FUNDS}{part}", record=record)


def regulators(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """Showing a file to a regulator is itself a disclosure, one accountable line a patient."""
    kind = facts.asked.recipient_kind
    right = _REGULATORS.get(kind) if kind else None
    if right is not None and basis.code in _OURS:
        yield Reason(
            code="regulator",
            sentence=_("Showing this to them is a disclosure to them: use the basis %(basis)s.")
            % {"basis": right},
            citation="45 CFR 164.528(a)(1)",
        )


def whole_record(facts: Facts, basis: Basis) -> Iterator[Finding]:
    """514(d)(5): a whole record only with a justification, where the minimum necessary applies."""
    limited = basis.minimum_necessary in {MinimumNecessary.YES, MinimumNecessary.OWN_LIMIT}
    whole = Content.WHOLE_RECORD in facts.asked.contents
    if limited and whole and not facts.asked.whole_record_because:
        yield Ask(
            field="/whole_record_because",
            question=_("Why is the whole record needed for this purpose?"),
            citation="45 CFR 164.514(d)(5)",
        )


GATES: tuple[Gate, ...] = (
    plannable,
    contents_told,
    psychotherapy_notes,
    part_2,
    fundraising,
    regulators,
    whole_record,
    restrictions,
)
