"""What each basis asks before it permits anything, written by hand from the rule."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from requests_app.disclosures.check.decide import decide
from requests_app.disclosures.check.facts import (
    Against,
    Associate,
    Content,
    Facts,
    Notice,
    Paper,
    Question,
    RecipientKind,
    Stands,
)
from requests_app.disclosures.check.findings import Verdict
from requests_app.disclosures.taxonomy import NoticeCategory, YesNo, taxonomy

AT = datetime(2026, 3, 2, 17, tzinfo=UTC)
NOTICE = Notice(record="n", fundraising=False, describes=tuple(one.value for one in NoticeCategory))

#: code: its number in the notice ("-": not listed); whether it reaches psychotherapy notes (508(a)(2));
#: its conditions, each with the answer that permits ("?": leads on) and after which answer it is asked
TABLE = """
IND    right_1   no
TRT    1         depends
PAY    2         no
OPS    3         depends
BA     3         no
UND    -         no      genetic_information:no
DRCT   -         no      electronic:yes signed_and_named:yes
AUTH   6         depends
AMN    -         no
DIR    5         no
FAM    5         no
INC    -         no
LDS    -         no      direct_identifiers:no
DEID   -         no
RBL    (i)       yes     other_rules:? other_rules_met:yes<other_rules=yes
PH     (ii)      no
PH-FDA (ii)      no
PH-EXP (iii)     no
PH-EMP (ii)      no      employer_asked:yes beyond_the_findings:no employer_needs_them:yes
PH-SCH -         no      law_asks_for_proof:yes beyond_the_proof:no
ABU-CH (v)       no
ABU-AD (v)       no      allowed:yes
OVS    (iv)      depends target_apart_from_care:no
JUD-O  (vi)      no
JUD-S  (vi)      no      assured:yes
LE1    (vii)(1)  no      administrative_request:? three_parts_met:yes<administrative_request=yes
LE2    (vii)(2)  no      beyond_the_eight:no
LE3    (vii)(3)  no      agreed:? could_not_agree:yes<agreed=no official_represented:yes<agreed=no best_interest:yes<agreed=no
LE4    (vii)(4)  no      suspicion:yes
LE5    (vii)(5)  no
LE6    (vii)(6)  no      needed_to_alert:yes abuse:no
CUST   -         no      in_custody:yes
DEC-C  -         yes
DEC-F  -         no
ORG    -         no
RES-W  (viii)    no
RES-P  (viii)    no      leaves:no
RES-D  (viii)    no      proof_asked:?
THR    (ix)      yes     can_prevent:yes
THR-LE (ix)      no      admitted:? learned_in_treatment:no<admitted=yes beyond_the_statement:no<admitted=yes escaped:yes<admitted=no
MIL    (x)       no
NATSEC (x)       no
PROT   (x)       no
SUIT   -         no
BEN    -         no
NICS   -         no      designated:yes clinical:no
WC     (xi)      no
SEC    -         yes
WB     -         no
IMP    -         no
"""  # noqa: E501
ROWS = [line.split() for line in TABLE.strip().splitlines()]
each_basis = pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in ROWS])
#: What comes by itself or should not have happened: nobody plans it.
NOT_PLANNED = {"INC", "WB", "IMP"}
#: To whom each would usually go, where it matters to the answer.
TO = {
    "IND": RecipientKind.PATIENT,
    "BA": RecipientKind.BUSINESS_ASSOCIATE,
    "UND": RecipientKind.HEALTH_PLAN,
    "FAM": RecipientKind.FAMILY,
    "OVS": RecipientKind.OVERSIGHT_AGENCY,
    "SEC": RecipientKind.SECRETARY,
}


def written(condition: str) -> tuple[str, YesNo, str]:
    head, _, only_if = condition.partition("<")
    name, _, answer = head.partition(":")
    return name, YesNo({"?": "depends"}.get(answer, answer)), only_if


@each_basis
def test_each_basis_asks_what_the_rule_asks(row: list[str]) -> None:
    code, number, notes, *conditions = row
    basis = taxonomy().basis(code)
    assert basis.number == number.replace("_", " ").replace("-", "")
    assert basis.psychotherapy_notes == notes
    found = [(one.name, one.permits, one.only_if) for one in basis.conditions]
    assert found == [written(one) for one in conditions]
    assert bool(basis.not_planned) == (code in NOT_PLANNED)


def test_the_table_names_every_basis() -> None:
    assert {row[0] for row in ROWS} == set(taxonomy().all)


def right(code: str, **more: object) -> Facts:
    """Everything answered as the rule wants it, and nothing standing against it."""
    basis = taxonomy().basis(code)
    answers = {
        one.name: one.permits is not YesNo.NO
        for one in basis.conditions
        if not one.only_if or one.only_if.endswith("=yes")
    }
    asked = Question(
        at=AT,
        today=date(2026, 3, 2),
        basis=code,
        recipient="Example Recipient",
        recipient_kind=TO.get(code, RecipientKind.OTHER),
        purpose="As asked",
        contents=(Content.VISIT_NOTES,),
        fundraising=False,
        excluded_answer=True,
        held={hold.field: "It is" for hold in basis.must_hold},
        answers=answers,
    )
    found = Facts(
        asked=replace(asked, **more),  # type: ignore[arg-type]
        notice=NOTICE,
        paper=Paper(record="p", recipient="Example Recipient", description="Notes")
        if code == "AUTH"
        else None,
        associate=Associate(record="a", name="Example", in_force=True) if code == "BA" else None,
    )
    speaks = Stands(answer="yes", sentence="", citation="45 CFR 164.510(b)(2)")
    return replace(found, speaking=speaks) if code == "FAM" else found


@each_basis
def test_each_basis_permits_when_everything_is_so_and_none_of_it_is_a_guess(
    row: list[str],
) -> None:
    decision = decide(right(row[0]))
    if row[0] in NOT_PLANNED:
        assert decision.verdict is Verdict.DENY
    else:
        assert decision.verdict.lets_go, (decision.reasons, decision.questions)
        assert decision.warnings == () or taxonomy().basis(row[0]).notice == "none"


@each_basis
def test_each_fact_it_must_hold_comes_back_as_a_question(row: list[str]) -> None:
    code = row[0]
    for hold in taxonomy().basis(code).must_hold:
        facts = right(code)
        held = {name: text for name, text in facts.asked.held.items() if name != hold.field}
        without = replace(facts, asked=replace(facts.asked, held=held))
        if code in NOT_PLANNED or hold.source != "asker" or "no" in hold.only_if:
            continue
        if hold.only_if:
            name, _, answer = hold.only_if.partition("=")
            answers = without.asked.answers | {name: answer == "yes"}
            without = replace(without, asked=replace(without.asked, answers=answers))
        decision = decide(without)
        assert decision.verdict is Verdict.QUESTIONS, hold.field
        assert [one.field for one in decision.questions] == [f"/held/{hold.field}"]


@each_basis
def test_each_condition_is_asked_when_open_and_denies_when_it_fails(row: list[str]) -> None:
    code = row[0]
    for one in taxonomy().basis(code).conditions:
        facts = right(code)
        answers = {**facts.asked.answers}
        if one.only_if:
            name, _, answer = one.only_if.partition("=")
            answers[name] = answer == "yes"
            siblings = [c for c in taxonomy().basis(code).conditions if c.only_if == one.only_if]
            answers |= {c.name: c.permits is YesNo.YES for c in siblings}
        opened = {name: said for name, said in answers.items() if name != one.name}
        asked = decide(replace(facts, asked=replace(facts.asked, answers=opened)))
        assert asked.verdict is Verdict.QUESTIONS, one.name
        assert f"/answers/{one.name}" in {q.field for q in asked.questions}
        if one.permits is YesNo.DEPENDS:
            continue
        wrong = answers | {one.name: one.permits is not YesNo.YES}
        denied = decide(replace(facts, asked=replace(facts.asked, answers=wrong)))
        assert denied.verdict is Verdict.DENY, one.name
        assert [(r.code, r.citation) for r in denied.reasons] == [(one.name, one.citation)]
        assert one.citation.startswith("45 CFR 164.")


@each_basis
@pytest.mark.parametrize("answer", [None, True, False])
def test_psychotherapy_notes_are_reached_only_as_508_a_2_says(
    row: list[str], answer: bool | None
) -> None:
    code, _, reaches, *_ = row
    facts = right(code, contents=(Content.PSYCHOTHERAPY_NOTES,))
    answers = facts.asked.answers | ({} if answer is None else {"psychotherapy_notes": answer})
    decision = decide(replace(facts, asked=replace(facts.asked, answers=answers)))
    expected = {
        "yes": "goes",
        "no": "deny",
        "depends": {None: "questions", True: "goes", False: "deny"}[answer],
    }[reaches]
    if code in NOT_PLANNED:
        expected = "deny"
    said = "goes" if decision.verdict.lets_go else decision.verdict.value
    assert said == expected
    if expected == "deny" and code not in NOT_PLANNED:
        assert [one.citation for one in decision.reasons] == ["45 CFR 164.508(a)(2)"]


@each_basis
def test_whether_it_counts_is_said_with_every_answer(row: list[str]) -> None:
    basis = taxonomy().basis(row[0])
    counted = decide(right(row[0])).accountable
    assert counted.answer == {"depends": "no"}.get(basis.accountable.value, basis.accountable.value)
    assert counted.citation == basis.because_citation


def test_without_a_basis_it_counts_and_asks_to_be_classified() -> None:
    facts = right("PH", basis="")
    decision = decide(facts)
    assert decision.verdict is Verdict.QUESTIONS
    assert [one.field for one in decision.questions] == ["/basis"]
    assert decision.accountable.answer == "unclassified"


def test_a_defective_authorization_is_denied_with_the_record_that_causes_it() -> None:
    facts = right("AUTH")
    against = (Against(sentence="It has expired.", citation="45 CFR 164.508(b)(2)(i)", record="x"),)
    paper = Paper(record="p", recipient="Example Recipient", description="Notes", against=against)
    (reason,) = decide(replace(facts, paper=paper)).reasons
    assert (reason.record, reason.citation) == ("x", "45 CFR 164.508(b)(2)(i)")
