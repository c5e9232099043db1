"""The decision: pure over the facts. Gates first; only what passes them is asked of the basis."""

from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import gettext as _

from requests_app.disclosures.accounting import counts
from requests_app.disclosures.check.bases import basis_findings
from requests_app.disclosures.check.duties import duty_findings
from requests_app.disclosures.check.facts import Facts, Question
from requests_app.disclosures.check.findings import (
    Ask,
    Counted,
    Decision,
    Finding,
    Obligation,
    Reason,
    Remark,
    Verdict,
)
from requests_app.disclosures.check.gates import gate_findings
from requests_app.disclosures.taxonomy import Basis, Taxonomy, YesNo, taxonomy

F = TypeVar("F")
CONTENT = "45 CFR 164.528(b)(2)"


def decide(facts: Facts, bases: Taxonomy | None = None) -> Decision:
    """May it go? Every reason, question and obligation, and whether it is accountable.

    Raises UnknownBasis for a code that is not in the taxonomy.
    """
    known = bases or taxonomy()
    if not facts.asked.basis:
        return _decision("", _unset(facts), _counted(None, facts.asked))
    basis = known.basis(facts.asked.basis)
    counted = _counted(basis, facts.asked)
    found = list(gate_findings(facts, basis))
    if not any(isinstance(one, Reason) and one.stops for one in found):
        for more in (_named, basis_findings, duty_findings):
            found += more(facts, basis)
    return _decision(basis.code, found, counted)


def _unset(facts: Facts) -> list[Finding]:
    """Without a basis nothing goes; it counts as accountable and asks to be classified."""
    question = _("On which basis? Until it is chosen, this counts as accountable.")
    asks: list[Finding] = [
        Ask(field="/basis", question=question, citation="45 CFR 164.502(a)"),
        *_recipient(facts.asked),
    ]
    return asks


def _named(facts: Facts, basis: Basis) -> list[Finding]:
    """What the record of a disclosure must be able to say."""
    asked = facts.asked
    found: list[Finding] = list(_recipient(asked))
    if basis.accountable is not YesNo.NO and not asked.purpose:
        words = _("For what purpose?")
        found.append(Ask(field="/purpose", question=words, citation=f"{CONTENT}(iv)"))
    if basis.accountable is YesNo.DEPENDS and asked.excluded_answer is None:
        words = _(basis.deciding_question)
        found.append(Ask(field="/excluded_answer", question=words, citation=basis.because_citation))
    return found


def _recipient(asked: Question) -> list[Finding]:
    if asked.recipient:
        return []
    return [Ask(field="/recipient", question=_("Who receives it?"), citation=f"{CONTENT}(ii)")]


def _counted(basis: Basis | None, asked: Question) -> Counted:
    if basis is None:
        because = _("Its basis has not been chosen yet, so it counts.")
        return Counted(answer="unclassified", because=because, citation="45 CFR 164.528(a)(1)")
    answer = "yes" if counts(basis, asked.excluded_answer) else "no"
    return Counted(answer=answer, because=_(basis.because), citation=basis.because_citation)


def _decision(basis: str, found: list[Finding], counted: Counted) -> Decision:
    reasons, questions = _of(found, Reason), _of(found, Ask)
    obligations = _of(found, Obligation)
    if any(one.stops for one in reasons):
        verdict = Verdict.DENY
    elif questions:
        verdict = Verdict.QUESTIONS
    else:
        verdict = Verdict.CONDITIONS if obligations else Verdict.PERMIT
    return Decision(
        verdict=verdict,
        basis=basis,
        accountable=counted,
        reasons=reasons,
        questions=questions,
        obligations=obligations if verdict is not Verdict.DENY else (),
        warnings=_of(found, Remark),
    )


def _of(found: Iterable[Finding], kind: type[F]) -> tuple[F, ...]:
    """Those of one kind, each once, in order."""
    return tuple(dict.fromkeys(one for one in found if isinstance(one, kind)))
