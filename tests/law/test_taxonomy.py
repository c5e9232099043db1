"""Every basis for a disclosure, written by hand from the rule: does it stand in an accounting?"""

from pathlib import Path

import pytest

from requests_app.disclosures.accounting import counts
from requests_app.disclosures.taxonomy import (
    FILE,
    MinimumNecessary,
    UnknownBasis,
    WrongBasis,
    YesNo,
    load,
    taxonomy,
)

OWED = "45 CFR 164.528(a)(1)"

#: code: permitted by (45 CFR 164.…), accountable, why it is or is not (45 CFR 164.…), suspendable,
#: minimum necessary, what the record must also hold
TABLE = """
IND    502(a)(1)(i)       no      528(a)(1)(ii)   no      no        request verification
TRT    506(c)(1)-(2)      no      528(a)(1)(i)    no      no
PAY    506(c)(1)          no      528(a)(1)(i)    no      yes       restriction_check
OPS    506(c)(1)          no      528(a)(1)(i)    no      yes
BA     502(e)             no      528(a)(1)(i)    no      yes       business_associate
UND    514(g)             no      528(a)(1)(i)    no      yes       no_genetic_information
DRCT   524(c)(3)(ii)      no      528(a)(1)(ii)   no      no        directive
AUTH   508                no      528(a)(1)(iv)   no      no        authorization
AMN    526(c)(3)          depends 528(a)(1)(i)    no      yes       amendment agreement
DIR    510(a)             no      528(a)(1)(v)    no      own_limit objection_check
FAM    510(b)(1)-(5)      no      528(a)(1)(v)    no      own_limit objection_check
INC    502(a)(1)(iii)     no      528(a)(1)(iii)  no      own_limit
LDS    514(e)             no      528(a)(1)(viii) no      yes       data_use_agreement
DEID   502(d)             no      502(d)(2)       no      none      method
RBL    512(a)             yes     528(a)(1)       depends no        law
PH     512(b)(1)(i)       yes     528(a)(1)       no      yes       legal_basis
PH-FDA 512(b)(1)(iii)     yes     528(a)(1)       no      yes       product
PH-EXP 512(b)(1)(iv)      yes     528(a)(1)       no      yes       law
PH-EMP 512(b)(1)(v)       yes     528(a)(1)       no      yes       notice_to_patient
PH-SCH 512(b)(1)(vi)      yes     528(a)(1)       no      yes       agreement
ABU-CH 512(b)(1)(ii)      yes     528(a)(1)       no      yes       agency
ABU-AD 512(c)             yes     528(a)(1)       no      yes       authority individual_informed
OVS    512(d)             yes     528(a)(1)       yes     yes       agency authority
JUD-O  512(e)(1)(i)       yes     528(a)(1)       no      own_limit order
JUD-S  512(e)(1)(ii)-(vi) yes     528(a)(1)       no      yes       assurance
LE1    512(f)(1)          yes     528(a)(1)       yes     own_limit process three_part_test
LE2    512(f)(2)          yes     528(a)(1)       yes     own_limit request
LE3    512(f)(3)          yes     528(a)(1)       yes     yes       agreement
LE4    512(f)(4)          yes     528(a)(1)       yes     yes
LE5    512(f)(5)          yes     528(a)(1)       yes     yes       good_faith_basis
LE6    512(f)(6)          yes     528(a)(1)       yes     yes
CUST   512(k)(5)          no      528(a)(1)(vii)  no      yes       representation
DEC-C  512(g)(1)          yes     528(a)(1)       no      yes
DEC-F  512(g)(2)          yes     528(a)(1)       no      yes
ORG    512(h)             yes     528(a)(1)       no      yes
RES-W  512(i)(1)(i)       yes     528(a)(1)       no      own_limit waiver
RES-P  512(i)(1)(ii)      yes     528(a)(1)       no      yes       representations
RES-D  512(i)(1)(iii)     yes     528(a)(1)       no      yes       representations proof_of_death
THR    512(j)(1)(i)       yes     528(a)(1)       no      yes       good_faith_basis
THR-LE 512(j)(1)(ii)      yes     528(a)(1)       depends own_limit
MIL    512(k)(1)          yes     528(a)(1)       no      yes       federal_register_notice
NATSEC 512(k)(2)          no      528(a)(1)(vi)   no      yes       authority
PROT   512(k)(3)          yes     528(a)(1)       no      yes       authority
SUIT   512(k)(4)          yes     528(a)(1)       no      yes
BEN    512(k)(6)          yes     528(a)(1)       no      yes
NICS   512(k)(7)          yes     528(a)(1)       no      own_limit
WC     512(l)             yes     528(a)(1)       no      own_limit statute
SEC    502(a)(2)(ii)      yes     528(a)(1)       no      no        request
WB     502(j)             depends 528(a)(1)       no      own_limit
IMP    528(a)(1)          yes     528(a)(1)       no      none      incident breach_assessment
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in ROWS])
def test_each_basis_is_as_the_rule_has_it(row: list[str]) -> None:
    code, permitted, accountable, why, suspendable, minimum, *holds = row

    basis = taxonomy().basis(code)

    assert basis.citation.split(",")[0] == f"45 CFR 164.{permitted}"
    assert (basis.accountable, basis.because_citation) == (accountable, f"45 CFR 164.{why}")
    assert (basis.suspendable, basis.minimum_necessary) == (suspendable, minimum)
    assert [hold.field for hold in basis.must_hold] == holds


def test_the_table_and_the_taxonomy_name_the_same_bases() -> None:
    assert {row[0] for row in ROWS} == set(taxonomy().all)


def test_only_the_law_enforcement_of_512_k_5_is_excluded_and_all_of_512_f_counts() -> None:
    law_enforcement = [basis for basis in taxonomy().all.values() if "512(f)" in basis.citation]

    assert len(law_enforcement) == 6
    assert all(basis.accountable is YesNo.YES for basis in law_enforcement)
    assert taxonomy().basis("CUST").accountable is YesNo.NO


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        pytest.param(None, True, id="not answered: counts"),
        pytest.param(False, True, id="no: counts"),
        pytest.param(True, False, id="yes: excluded"),
    ],
)
@pytest.mark.parametrize("code", ["AMN", "WB"])
def test_a_basis_that_depends_counts_until_its_question_is_answered_yes(
    code: str, answer: bool | None, counted: bool
) -> None:
    assert counts(taxonomy().basis(code), answer) is counted


def test_an_answer_does_not_take_out_what_the_rule_counts() -> None:
    assert counts(taxonomy().basis("IMP"), True)
    assert not counts(taxonomy().basis("TRT"), False)


@pytest.mark.parametrize("code", ["", "trt", "TRT ", "LE7", "__class__"])
def test_an_unknown_code_raises(code: str) -> None:
    with pytest.raises(UnknownBasis):
        taxonomy().basis(code)


def test_every_sentence_is_one_a_patient_could_read() -> None:
    for basis in taxonomy().all.values():
        words = f"{basis.title} {basis.because} {basis.deciding_question} {basis.limit}".lower()
        assert not {"invalid", "please", "sorry"} & set(words.split()), basis.code
        assert basis.because.endswith("."), basis.code
        assert all(hold.question.endswith("?") for hold in basis.must_hold), basis.code
        assert bool(basis.limit) == (basis.minimum_necessary is MinimumNecessary.OWN_LIMIT)


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        pytest.param('code = "TRT"', 'code = "trt"', "capitals", id="code"),
        pytest.param('code = "TRT"', 'code = "PAY"', "more than one", id="twice"),
        pytest.param('accountable = "depends"', 'accountable = "no"', "deciding", id="question"),
        pytest.param('accountable = "no"', 'accountable = "maybe"', "enum", id="accountable"),
        pytest.param('suspendable = "depends"', 'suspendable = "no"', "suspendable_if", id="if"),
        pytest.param('suspendable = "no"', 'suspendable = "yes"', "cannot be suspended", id="susp"),
        pytest.param('minimum_necessary = "own_limit"', 'minimum_necessary = "yes"', "limit",
                     id="limit"),
        pytest.param('field = "request"', 'field = "Request"', "lower case", id="field"),
        pytest.param('notice = "treatment"', 'notice = "treatmant"', "enum", id="notice"),
        pytest.param('title = "For treatment"', 'titel = "For treatment"', "titel", id="misspelt"),
        pytest.param('title = "For treatment"', 'title = ""', "blank", id="no title"),
        pytest.param("\n[[basis]]", "\n[[bases]]", "nothing else", id="other table"),
    ],
)  # fmt: skip
def test_a_wrong_table_stops_the_start(tmp_path: Path, right: str, wrong: str, reason: str) -> None:
    path = tmp_path / "taxonomy.toml"
    content = FILE.read_text(encoding="utf-8")
    assert right in content
    path.write_text(content.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(WrongBasis, match=reason) as refused:
        load(path)
    assert "taxonomy.toml" in str(refused.value)
