"""The register of authorizations: examined by the rule, kept with what is wrong (45 CFR 164.508)."""

from datetime import timedelta
from typing import Any

import pytest

from requests_app.actions import authorizations
from requests_app.actions.authorizations import Record
from requests_app.errors import NotPermitted
from requests_app.questions.details import questions_of
from requests_app.standing import examination
from requests_app.standing.authorizations import Authorization, ConsentOnFile
from requests_app.standing.reliance import relied_on_allowed
from tests.support import office
from tests.support.office import AUTHORIZATION, NOON, OFFICER, authorized

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def test_a_whole_one_may_be_relied_on(clinic: office.Office) -> None:
    paper = authorized(clinic.patient)
    assert (paper.defects, relied_on_allowed(paper, NOON).reasons) == ([], ())


@pytest.mark.parametrize(
    ("change", "code", "citation"),
    [
        ({"description": None}, "description", "(c)(1)(i)"),
        ({"discloser": None}, "discloser", "(c)(1)(ii)"),
        ({"recipient": None}, "recipient", "(c)(1)(iii)"),
        ({"purpose": None}, "purpose", "(c)(1)(iv)"),
        ({"expires_on": None}, "expiration", "(c)(1)(v)"),
        ({"signed": False}, "signature", "(c)(1)(vi)"),
        ({"signed_on": None}, "date", "(c)(1)(vi)"),
        ({"signed_by_representative": True}, "authority", "(c)(1)(vi)"),
        ({"says_revocable": False}, "right_to_revoke", "(c)(2)(i)"),
        ({"says_conditions": False}, "conditioning", "(c)(2)(ii)"),
        ({"says_redisclosure": False}, "redisclosure", "(c)(2)(iii)"),
        ({"marketing_paid": True}, "marketing_payment", "(a)(3)(ii)"),
        ({"sale": True}, "sale", "(a)(4)"),
        ({"combined_with": "other_document"}, "compound", "(b)(3)"),
        ({"combined_with": "conditioned_authorization"}, "compound_conditioned", "(b)(3)(iii)"),
        (
            {"combined_with": "other_authorization", "psychotherapy_notes": True},
            "compound_psychotherapy",
            "(b)(3)(ii)",
        ),
        ({"depends_on_it": "care_or_coverage"}, "conditioned", "(b)(4)"),
        (
            {"depends_on_it": "plan_enrollment", "psychotherapy_notes": True},
            "conditioned_psychotherapy",
            "(b)(4)(ii)",
        ),
        ({"known_false": True}, "known_false", "(b)(2)(v)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_defective_one_is_kept_with_its_defects_and_never_relied_on(
    clinic: office.Office, change: dict[str, Any], code: str, citation: str
) -> None:
    paper = authorized(clinic.patient, **change)
    assert paper.defects == [code]
    [reason] = relied_on_allowed(paper, NOON).reasons
    assert reason.citation.endswith(citation)
    assert not relied_on_allowed(paper, NOON, insurer_contests=True).allowed


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"expires_on": None, "expires_with": "End of the study"}, id="an event"),
        pytest.param({"combined_with": "research"}, id="with another for research"),
        pytest.param({"combined_with": "other_authorization"}, id="with another one"),
        pytest.param({"depends_on_it": "research_treatment"}, id="research-related treatment"),
        pytest.param({"depends_on_it": "third_party_care"}, id="care only to report"),
        pytest.param({"plain_language": False}, id="hard words are a duty, not a defect"),
    ],
)
def test_what_the_rule_allows_is_no_defect(clinic: office.Office, change: dict[str, Any]) -> None:
    assert authorized(clinic.patient, **change).defects == []


def test_what_the_practice_still_owes_is_kept_beside_it(clinic: office.Office) -> None:
    paper = authorized(clinic.patient, sought_by_practice=True, copy_given=False)
    assert (paper.defects, paper.facts.duties) == ([], ("copy",))


@pytest.mark.parametrize(
    ("state", "expires_on", "last", "citation"),
    [
        pytest.param("NC", "2030-01-01", "2030-01-01", "164.508(b)(2)(i)", id="NC, as it says"),
        pytest.param("MD", "2030-01-01", "2027-02-01", "4-303(b)(4)", id="MD, one year"),
        pytest.param("MD", "2026-06-30", "2026-06-30", "164.508(b)(2)(i)", id="MD, shorter"),
    ],
)
def test_it_lasts_as_long_as_it_says_and_the_state_allows(
    db: None, state: str, expires_on: str, last: str, citation: str
) -> None:
    clinic = office.set_up(state=state)
    paper = authorized(clinic.patient, expires_on=expires_on)
    assert str(paper.last_day) == last
    late = office.day(last) + timedelta(days=1)
    assert relied_on_allowed(paper, office.day(last)).allowed
    [reason] = relied_on_allowed(paper, late).reasons
    assert reason.sentence == "It has expired."
    assert citation in reason.citation


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ("event", "The event with which it ends has happened."),
        ("known", "It is known to have been revoked."),
    ],
)
def test_it_ends_by_what_becomes_known(clinic: office.Office, cause: str, sentence: str) -> None:
    paper = authorized(clinic.patient, expires_on=None, expires_with="End of the claim")
    at = (NOON + timedelta(hours=1)).isoformat()
    raw = {"cause": cause, "at": at, "words": "A letter of the insurer"}
    authorizations.end(str(paper.pk), raw, actor=OFFICER, now=NOON + timedelta(hours=2))
    assert relied_on_allowed(paper, NOON).allowed
    [reason] = relied_on_allowed(paper, NOON + timedelta(hours=1)).reasons
    assert reason.sentence == sentence


@pytest.mark.parametrize("paper", ["treatment", "operations", "part_2"])
def test_a_consent_is_refused_here_and_filed_as_a_record(clinic: office.Office, paper: str) -> None:
    raw = AUTHORIZATION | {"patient": str(clinic.patient.pk), "paper": paper}
    found = authorizations.record(raw, actor=OFFICER, now=NOON)
    assert (found.authorization, Authorization.objects.count()) == (None, 0)
    assert "not an authorization" in found.sentence
    assert ConsentOnFile.objects.get() == found.consent


def test_before_the_practice_has_it_nothing_rests_on_it(clinic: office.Office) -> None:
    paper = authorized(clinic.patient)
    assert not relied_on_allowed(paper, NOON - timedelta(minutes=1)).allowed


def test_the_front_desk_records_none(clinic: office.Office) -> None:
    raw = AUTHORIZATION | {"patient": str(clinic.patient.pk)}
    with pytest.raises(NotPermitted):
        authorizations.record(raw, actor=office.DESK, now=NOON)


def test_every_row_of_the_examination_asks_for_answers_that_there_are() -> None:
    answers, rows = set(questions_of(Record)), examination.rows()
    for element in rows.element:
        assert {*element.any_of, *element.only_if} <= answers
        assert element.citation.startswith("45 CFR 164.508")
    for forbidden in rows.forbidden:
        assert set(forbidden.where) <= answers
