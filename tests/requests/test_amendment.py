"""An amendment from asking to everybody told, and what a denial leaves (45 CFR 164.526)."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from requests_app.actions import amendments, practice
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.kinds import amendment_rules
from requests_app.kinds.amendment_grounds import AmendmentGround
from requests_app.kinds.base import Kind
from requests_app.practice.models import BusinessAssociate
from requests_app.standing.amendment_links import AmendmentLink, LinkedSet, linked_set, links
from requests_app.standing.amendment_notices import (
    Stand,
    conflicts,
    matters,
    not_told,
    recipients,
    waiting_notices,
)
from tests.support import office
from tests.support.office import (
    ACCURATE,
    ASSESSMENT,
    INJURY,
    NOON,
    OFFICER,
    PATIENT,
    PROFESSIONAL,
    act,
    disclosed,
    do,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic(db: None) -> office.Office:
    return office.set_up()


def asked(**more: str) -> Kind:
    """A request to amend one thing."""
    item = office.DETAILS["amendment"]["items"][0] | more
    return office.filed("amendment", details={"items": [item]})


def denied_on(code: str, **more: Any) -> dict[str, Any]:
    return {"grounds": [ACCURATE | {"item": 1, "record": INJURY, "code": code, **more}]}


def carried(request: Kind, record: str = ASSESSMENT, at: str = "2026-03-02") -> LinkedSet | None:
    """What a disclosure of this record carries, at the end of that day."""
    return linked_set(request.subject, record, at=office.day(at))


def titles(request: Kind) -> list[str]:
    found = carried(request)
    return [paper.title for paper in found.papers] if found else []


def problem(request: Kind, name: str, raw: Any, **more: Any) -> str:
    """The field that is refused."""
    with pytest.raises(BadInput) as refusal:
        act(request, name, raw, **more)
    return refusal.value.problems[0].field


# --- the clock and what acting means ------------------------------------------------------------
def test_the_whole_road_of_an_accepted_amendment() -> None:
    request = asked()
    assert request.due_on == date(2026, 5, 1)

    request = do(request, "accept")
    assert request.answered_at is None  # the decision alone is not acting
    with pytest.raises(NotNow):
        do(request, "close")
    request = do(request, "link")

    assert (request.state, request.answered_on) == ("amended", date(2026, 3, 2))
    link = links(request.subject, at=NOON).get()
    assert (link.outcome, link.facts.record) == ("amended", INJURY)
    assert do(request, "close").state == "closed"


def test_a_link_made_after_the_due_day_is_late_and_shown_so() -> None:
    request = do(asked(), "accept", now=office.day("2026-04-30"))
    request = do(request, "link", now=office.day("2026-05-02"))
    assert request.answered_on == date(2026, 5, 2)
    assert request.is_late(now=office.day("2026-05-02"))


def test_a_link_was_not_made_before_the_decision() -> None:
    request = do(asked(), "accept", now=office.day("2026-03-10"))
    early = office.usual("amendment", "link") | {"given_on": "2026-03-09"}
    assert problem(request, "link", early, now=office.day("2026-03-11")) == "/given_on"


def test_one_extension_to_day_ninety() -> None:
    request = office.filed("amendment")
    letter = office.INPUT["extend"]
    late = letter | {"completion_date": "2026-06-01"}
    assert problem(request, "extend", late) == "/completion_date"
    request = act(request, "extend", letter | {"completion_date": "2026-05-31"})
    assert request.due_on == date(2026, 5, 31)
    with pytest.raises(NotNow):
        act(request, "extend", letter | {"completion_date": "2026-05-31"})


# --- the decision ---------------------------------------------------------------------------------
def test_the_grounds_of_denial_are_the_four_of_the_rule() -> None:
    assert {g.value for g in AmendmentGround} == {"AMD-1", "AMD-2", "AMD-3", "AMD-4"}
    assert problem(asked(), "deny", denied_on("ACC-U1")) == "/grounds/0/code"


@pytest.mark.parametrize(
    ("code", "more", "field"),
    [
        pytest.param("AMD-1", {}, "/grounds/0/originator", id="not ours, and not saying whose"),
        pytest.param("AMD-3", {}, "/grounds/0/closed", id="closed, and not saying on what ground"),
        pytest.param("AMD-3", {"closed": "ACC-U3"}, "/grounds/0/closed", id="a copy, not a look"),
        pytest.param(
            "AMD-3", {"closed": "ACC-R2"}, "/grounds/0/closed", id="no professional has judged"
        ),
        pytest.param("AMD-3", {"closed": "ACC-R3"}, "/grounds/0/closed", id="no representative"),
        pytest.param("AMD-4", {"item": 2}, "/grounds/0/item", id="nothing of that number"),
    ],
)
def test_a_ground_must_hold(code: str, more: dict[str, Any], field: str) -> None:
    assert problem(asked(), "deny", denied_on(code, **more)) == field


def test_a_record_closed_by_a_professional_is_closed_to_amendment() -> None:
    request = asked()
    act(request, "determine", office.INPUT["determine"], actor=PROFESSIONAL)
    assert act(request, "deny", denied_on("AMD-3", closed="ACC-R2")).state == "denied"


def test_not_ours_falls_when_the_originator_is_gone() -> None:
    request = asked(originator_gone="The clinic closed in 2024.")
    ground = denied_on("AMD-1", originator="Example Spine Clinic, 919-555-0178")
    assert problem(request, "deny", ground) == "/grounds/0/originator_reachable"
    ground["grounds"][0]["originator_reachable"] = "Its records are kept by Example Hospital."
    request = act(request, "deny", ground)
    assert "Whom to ask: Example Spine Clinic" in request.letters.get().text.body


def test_nothing_that_was_asked_is_passed_over() -> None:
    request = office.filed("amendment")
    with pytest.raises(BadInput) as refusal:
        act(request, "deny", {"grounds": [ACCURATE]})
    assert refusal.value.problems[0].sentence.endswith("Still open: number 1.")


def test_no_reason_is_demanded_and_nothing_is_charged() -> None:
    request = do(asked(), "accept", "link", "close")
    assert request.fee_cents is None
    assert not any("fee" in question for m in type(request).moves().values()
                   for question in m.asks.__dataclass_fields__)  # fmt: skip


def test_every_accepted_thing_is_linked_and_nothing_else() -> None:
    request = do(office.filed("amendment"), "accept_in_part")
    records = office.usual("amendment", "link")["records"]
    assert problem(request, "link", {"records": [records[0] | {"item": 2}]}) == "/records"


# --- letters --------------------------------------------------------------------------------------
def test_a_denial_letter_has_the_four_elements() -> None:
    body = do(office.filed("amendment"), "deny").letters.get().text.body
    assert "45 CFR 164.526(a)(2)(iv)" in body
    assert "You have the right to send us a written statement of disagreement" in body
    assert "up to 20,000 characters" in body
    assert "your request and this denial go with every later disclosure" in body
    assert "919-555-0101" in body
    assert "Secretary of Health and Human Services" in body


def test_an_acceptance_asks_whom_to_tell_and_names_who_relies_on_the_old_text(
    clinic: office.Office,
) -> None:
    line = disclosed(clinic.patient, "2026-01-20", recipient_name="Example Employer")
    given = office.usual("amendment", "accept") | {"relied": [{"disclosure": str(line.pk)}]}
    body = act(asked(), "accept", given).letters.get().text.body
    assert "Tell us who else should know" in body
    assert "1. Example Employer" in body


def test_a_rebuttal_goes_to_the_individual_word_for_word() -> None:
    request = do(office.filed("amendment"), "deny", "disagree", "rebut")
    letter = request.letters.get(template="amendment_rebutted")
    assert "Three of eight visits were missed." in letter.text.body
    assert "Your statement of March 2, 2026" in letter.text.body


# --- what goes along ------------------------------------------------------------------------------
def test_a_denial_alone_carries_nothing() -> None:
    assert carried(do(office.filed("amendment"), "deny")) is None


def test_request_and_denial_go_along_when_the_individual_asks() -> None:
    request = do(office.filed("amendment"), "deny", "ask_to_accompany")
    assert titles(request) == ["Request for amendment", "Denial"]
    assert carried(request, record="Another record") is None
    assert carried(request, record=f"  {ASSESSMENT.upper()} ") is not None
    with pytest.raises(NotNow):
        do(request, "ask_to_accompany")


def test_a_statement_years_later_is_accepted_and_the_whole_set_goes_along() -> None:
    request = do(office.filed("amendment"), "deny", "close")
    later = office.day("2031-03-02")
    request = do(request, "disagree", actor=PATIENT, now=later)
    request = do(request, "rebut", now=later)

    found = carried(request, at="2031-03-03")
    assert found is not None
    assert [paper.title for paper in found.papers] == [
        "Request for amendment", "Denial", "Statement of disagreement", "Rebuttal",
    ]  # fmt: skip
    assert "“Non-compliant”" in found.papers[0].words
    assert found.papers[2].words == "I came every time I could."
    assert carried(request, at="2031-03-01") is None


def test_only_what_was_denied_is_disputed() -> None:
    request = do(office.filed("amendment"), "accept_in_part", "disagree", "link")
    assert carried(request) is not None
    assert carried(request, record=INJURY) is None


def test_a_summary_may_take_the_place_until_something_is_added() -> None:
    request = do(office.filed("amendment"), "deny", "disagree", "summarise")
    found = carried(request)
    assert found is not None
    assert found.summary == "She disputes the word; we stand by it."

    request = do(request, "rebut", now=office.day("2026-03-05"))

    outdated = carried(request, at="2026-03-06")
    assert outdated is not None
    assert outdated.summary == ""


def test_a_new_decision_takes_the_place_of_the_denial() -> None:
    request = do(office.filed("amendment"), "deny", "disagree", "close", "reopen")
    later = office.day("2026-03-03")
    request = do(request, "accept", now=later)
    assert carried(request, at="2026-03-04") is not None  # until the record is amended

    records = office.usual("amendment", "link")["records"]
    both = [records[0], records[0] | {"item": 2, "record": ASSESSMENT}]
    request = act(request, "link", {"records": both}, now=later)

    assert carried(request, at="2026-03-04") is None
    assert carried(request, at="2026-03-02") is not None  # as it stood then


def test_a_statement_may_be_limited_but_not_to_nothing(settings: Any) -> None:
    request = do(office.filed("amendment"), "deny")
    settings.STATEMENT_LIMIT = 1
    assert amendment_rules.statement_limit() == amendment_rules.LEAST_STATEMENT
    assert problem(request, "disagree", {"statement": "x" * 4001}, actor=PATIENT) == "/statement"
    assert act(request, "disagree", {"statement": "x" * 4000}).state == "disagreed"


# --- who is told ----------------------------------------------------------------------------------
@pytest.fixture
def amended(clinic: office.Office) -> Kind:
    return do(asked(), "accept", "link")


def test_whom_the_individual_names_is_told_with_proof(amended: Kind) -> None:
    request = do(amended, "name_persons", actor=PATIENT)
    with pytest.raises(NotNow):
        do(request, "close")
    request = do(request, "tell")
    matter = matters(request)[0]
    assert matter.stand == Stand.TOLD
    step = matter.person.steps.get()
    assert (step.how, step.on, step.facts.words) == ("post", date(2026, 3, 2), "Receipt")
    assert do(request, "close").state == "closed"


def test_who_relied_is_not_told_before_the_individual_agrees(amended: Kind) -> None:
    request = do(amended, "add_person", "name_persons")
    assert problem(request, "tell", office.usual("amendment", "tell")) == "/person"
    yes = {"answers": [{"person": 1, "agreed": True}]}
    request = act(request, "name_persons", yes, actor=PATIENT)
    assert do(request, "tell").state == "amended"


def test_a_refusal_about_somebody_who_relied_is_the_officers(amended: Kind) -> None:
    request = do(amended, "add_person")
    no = {"answers": [{"person": 1, "agreed": False}]}
    request = act(request, "name_persons", no, actor=PATIENT)
    assert [m.person.facts.relied for m in conflicts(request)] == ["It has a copy."]
    with pytest.raises(NotPermitted):
        do(request, "settle", actor=office.STAFF)

    leave = {"person": 1, "tell": False, "reasons": "She fears for her work; no harm is seen."}
    request = act(request, "settle", leave)

    assert matters(request)[0].stand == Stand.LEFT
    assert do(request, "close").state == "closed"


def test_whom_the_individual_named_is_left_out_only_after_an_effort(amended: Kind) -> None:
    request = do(amended, "add_person", "name_persons")
    leave = {"person": 2, "tell": False, "reasons": "Not reached."}
    assert problem(request, "settle", leave) == "/person"
    tried = office.usual("amendment", "tell") | {"person": 2, "reached": False}
    act(request, "tell", tried)
    act(request, "settle", leave)
    assert [m.stand for m in matters(request)] == [Stand.UNASKED, Stand.LEFT]


def test_a_business_associate_is_told_without_being_asked_about(amended: Kind) -> None:
    row = practice.add_associate(
        {"name": "Example Billing", "service": "Billing", "contact_name": "Bea Biller",
         "telephone": "919-555-0111", "in_force_from": "2025-01-01"},
        actor=OFFICER, now=NOON,
    )  # fmt: skip
    request = act(amended, "add_person", {"associate": str(row.pk)})
    assert matters(request)[0].person.facts.contact == "Bea Biller, 919-555-0111"
    assert do(request, "tell").state == "amended"
    until = {"in_force_until": "2026-03-01"}
    practice.end(BusinessAssociate, str(row.pk), until, actor=OFFICER, now=NOON)
    assert problem(request, "add_person", {"associate": str(row.pk)}) == "/associate"


def test_a_line_of_somebody_elses_ledger_shows_nothing(
    amended: Kind, clinic: office.Office
) -> None:
    other = office.add_patient(clinic.site, number="MR-0002")
    line = disclosed(other, "2026-01-20")
    assert problem(amended, "add_person", {"disclosure": str(line.pk)}) == "/disclosure"
    assert problem(amended, "add_person", {"why": "Unknown"}) == "/name"


def test_whoever_is_named_after_closing_is_on_the_list_until_told(amended: Kind) -> None:
    request = do(amended, "close")
    request = do(request, "name_persons", actor=PATIENT, now=office.day("2027-01-04"))
    assert [m.person.number for m in not_told()] == [1]
    do(request, "tell", now=office.day("2027-01-05"))
    assert not_told() == []


def test_the_ledger_proposes_each_recipient_once_newest_first(clinic: office.Office) -> None:
    for on, name in (
        ("2026-01-10", "Plan P"), ("2026-01-11", "Dr Y"), ("2026-02-01", "plan p"),
    ):  # fmt: skip
        disclosed(clinic.patient, on, recipient_name=name)
    disclosed(clinic.patient, "2026-02-02", basis="IND", recipient_name="The individual")
    assert [(r.name, str(r.last_on)) for r in recipients(clinic.patient.pk)] == [
        ("plan p", "2026-02-01"),
        ("Dr Y", "2026-01-11"),
    ]


# --- notices of others ----------------------------------------------------------------------------
def test_a_notice_of_another_entity_waits_until_our_record_is_amended(
    clinic: office.Office,
) -> None:
    raw = {
        "patient": str(clinic.patient.pk),
        "sender": "Example Hospital",
        "amended": "Allergy list: penicillin removed",
        "received_on": "2026-03-01",
    }
    notice = amendments.receive_notice(raw, actor=OFFICER, now=NOON)
    assert waiting_notices().get() == notice

    where = {"records": [{"record": "Allergy list", "where": "Appended, page 2"}]}
    amendments.link_notice(str(notice.pk), where, actor=OFFICER, now=NOON)

    assert not waiting_notices().exists()
    link = links(clinic.patient.pk, at=NOON).get()
    assert link.facts.asked == "Allergy list: penicillin removed"


def test_a_notice_that_came_tomorrow_is_refused(clinic: office.Office) -> None:
    raw = {"patient": str(clinic.patient.pk), "sender": "X", "amended": "Y",
           "received_on": "2026-03-03"}  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        amendments.receive_notice(raw, actor=OFFICER, now=NOON)
    assert refusal.value.problems[0].field == "/received_on"


# --- what PostgreSQL refuses ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        pytest.param("outcome = 'amended'", id="a dispute made an amendment"),
        pytest.param("in_force_from = now()", id="begun at another time"),
        pytest.param("version = 1", id="another denial's"),
    ],
)
def test_a_link_to_a_record_is_ended_and_not_changed(change: str) -> None:
    do(office.filed("amendment"), "deny")
    with (
        pytest.raises(DatabaseError, match="ended once and not changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE requests_app_amendmentlink SET {change}")


def test_a_link_that_ended_does_not_begin_again() -> None:
    links_of = AmendmentLink.objects.filter(
        request=do(office.filed("amendment"), "deny", "close", "reopen", "deny"),
        in_force_until__isnull=False,
    )
    assert links_of.count() == 2
    with pytest.raises(DatabaseError, match="ended once"), transaction.atomic():
        links_of.update(in_force_until=None)
