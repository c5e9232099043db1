"""A copy of the notice for any person; versions, receipts and acknowledgments (45 CFR 164.520)."""

from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import notices as actions
from requests_app.actions import work
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.notices import elements, selectors
from requests_app.notices.models import Acknowledgment, NoticeReceipt, NoticeVersion
from tests.support import office
from tests.support.office import DESK, NOON, OFFICER, PATIENT, act, do, publish

pytestmark = pytest.mark.django_db

EMAIL = {"channel": "email", "address": "pat@example.org"}
HEADER = elements.elements()[0].words


@pytest.fixture(autouse=True)
def clinic(db: None) -> office.Office:
    return office.set_up()


# --- the request -------------------------------------------------------------------------------
def test_somebody_who_is_no_patient_gets_it_at_the_desk_unverified() -> None:
    request = office.taken_down("notice_copy", asker={"name": "Norma Neighbour"})

    request = act(request, "give", {"channel": "handed"}, actor=DESK)

    assert (request.state, request.patient_id, request.due_on) == ("given", None, None)
    assert not NoticeReceipt.objects.exists()
    body = request.letters.get().text.body
    assert "It says what we do with your information." in body
    assert "January 1, 2024" in body


def test_an_account_tied_to_nobody_may_ask(clinic: office.Office) -> None:
    asker = {"name": "Norma Neighbour"}
    request = office.filed("notice_copy", actor=office.STRANGER, asker=asker)
    assert do(request, "give", "close").state == "closed"


def test_a_patient_is_tied_to_the_version_received(clinic: office.Office) -> None:
    publish("2026-04-01", published_on="2026-02-01")
    before = do(office.filed("notice_copy"), "give")
    assert before.answered_on == date(2026, 3, 2)
    later = office.day("2026-04-02")
    do(office.filed("notice_copy", now=later), "give", now=later)

    rows = NoticeReceipt.objects.order_by("given_on")
    assert [str(row.notice.effective_on) for row in rows] == ["2024-01-01", "2026-04-01"]
    received = selectors.received(clinic.patient.pk)
    assert received is not None
    assert received.notice.effective_on == date(2026, 4, 1)


def test_what_was_handed_over_last_week_is_last_weeks_version() -> None:
    request = office.taken_down("notice_copy", received=office.day("2026-02-20"), now=NOON)
    publish("2026-03-01", published_on="2026-03-01")
    request = act(request, "give", {"channel": "handed", "given_on": "2026-02-20"})
    assert "January 1, 2024" in request.letters.get().text.body


def test_who_asks_for_paper_gets_paper_even_after_agreeing_to_email() -> None:
    request = office.filed("notice_copy", details={"send": "post", "send_to": "1 Example Street"})
    with pytest.raises(BadInput) as refusal:
        act(request, "give", EMAIL | {"email_agreed": True})
    assert refusal.value.problems[0].field == "/channel"
    assert act(request, "give", {"channel": "handed"}).state == "given"


def test_email_goes_only_to_who_agreed_to_it() -> None:
    request = office.filed("notice_copy", details={"send": "portal"})
    with pytest.raises(BadInput) as refusal:
        act(request, "give", EMAIL)
    assert "164.520(c)(3)(i)" in refusal.value.problems[0].sentence
    assert act(request, "give", EMAIL | {"email_agreed": True}).state == "given"


def test_after_a_failed_email_paper_is_owed() -> None:
    by_email = {"send": "email", "send_to": "pat@example.org"}
    request = act(office.filed("notice_copy", details=by_email), "give", EMAIL)
    request = act(request, "email_failed")
    assert (request.state, request.answered_at) == ("paper_owed", None)
    with pytest.raises(BadInput):
        act(request, "give", EMAIL)
    given = act(request, "give", {"channel": "post", "address": "1 Example Street"})
    assert (given.state, given.letters.count()) == ("given", 2)


def test_nothing_denies_a_copy_or_charges_for_it() -> None:
    moves = set(type(office.filed("notice_copy")).moves())
    assert not moves & {"deny", "could_not_verify", "confirm_identity", "quote_fee", "extend"}


def test_a_practice_without_a_notice_is_told_to_publish_one() -> None:
    early = office.day("2023-12-31")
    request = office.taken_down("notice_copy", received=early)
    with pytest.raises(NotNow, match="publish the practice's notice") as refusal:
        act(request, "give", {"channel": "handed"}, now=early)
    assert refusal.value.citation == "45 CFR 164.520(a)(1)"


def test_matching_a_patient_later_ties_the_next_copy(clinic: office.Office) -> None:
    request = office.taken_down("notice_copy")
    work.match(request.reference, {"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOON)
    do(request, "give")
    assert NoticeReceipt.objects.get().request_id == request.pk


# --- versions ----------------------------------------------------------------------------------
def test_a_version_is_kept_whole_and_hashed_into_the_log() -> None:
    row = NoticeVersion.objects.get()
    assert row.sha256 == sha256(row.text.encode()).hexdigest()
    entry = log.find(Facet.NAME, events.NOTICE_PUBLISHED).entries[0].entry
    assert dict(entry.after or {})["sha256"] == row.sha256


@pytest.mark.parametrize(
    ("on", "version"),
    [
        pytest.param("2023-12-31", None, id="before any"),
        pytest.param("2024-01-01", "2024-01-01", id="its first day"),
        pytest.param("2026-05-31", "2024-01-01", id="the day before the next"),
        pytest.param("2026-06-01", "2026-06-01", id="the next one's first day"),
    ],
)
def test_which_notice_was_in_force(on: str, version: str | None) -> None:
    publish("2026-06-01", published_on="2026-03-01")
    found = selectors.in_force(on=date.fromisoformat(on))
    assert (str(found.effective_on) if found else None) == version


@pytest.mark.parametrize(
    ("more", "field"),
    [
        pytest.param({"published_on": "2026-02-02"}, "/effective_on", id="before publication"),
        pytest.param({"published_on": "2026-04-01"}, "/published_on", id="not yet published"),
        pytest.param(
            {"checklist": [{"element": "poem", "present": True}]},
            "/checklist/0/element",
            id="an element nobody asks for",
        ),
    ],
)
def test_a_version_that_cannot_be_is_refused(more: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        publish("2026-02-01", **more)
    assert refusal.value.problems[0].field == field


def test_no_version_slips_in_between_others() -> None:
    publish("2026-02-01")
    for day in ("2024-01-01", "2025-01-01", "2026-02-01"):
        with pytest.raises(BadInput):
            publish(day)
    assert publish("2011-08-01").effective_on == date(2011, 8, 1)


def test_only_the_officer_and_the_administrator_publish() -> None:
    raw = {
        "text": "A", "published_on": "2026-03-01", "effective_on": "2026-03-01",
        "holds_part2": False, "raises_funds": False,
    }  # fmt: skip
    with pytest.raises(NotPermitted):
        actions.publish(raw, actor=office.STAFF, now=NOON)
    assert actions.publish(raw, actor=office.ADMINISTRATOR, now=NOON).text == "A"


# --- the checklist -----------------------------------------------------------------------------
def complete(**more: Any) -> dict[str, Any]:
    """A notice of which the publisher says that everything is in it."""
    answers = [{"element": e.id, "present": True, "where": "Page 1"} for e in elements.elements()]
    return {"text": f"{HEADER}\n\nAll the rest.", "checklist": answers, **more}


def lacking(row: NoticeVersion, on: str) -> list[str]:
    return [lack.element for lack in selectors.lacks(row, on=date.fromisoformat(on))]


def test_a_complete_notice_lacks_nothing() -> None:
    assert lacking(publish("2026-03-01", **complete()), "2026-03-01") == []


def test_what_is_missing_is_flagged_and_blocks_nothing() -> None:
    row = publish("2026-03-01")
    assert "header" in lacking(row, "2026-03-01")
    assert do(office.filed("notice_copy"), "give").state == "given"


def test_the_header_is_looked_for_in_the_text_itself() -> None:
    row = publish("2026-03-01", **complete(text="This notice describes how…"))
    [lack] = selectors.lacks(row, on=date(2026, 3, 1))
    assert (lack.element, lack.citation) == ("header", "45 CFR 164.520(b)(1)(i)")
    wrapped = publish("2026-03-02", **complete(text=HEADER.replace(" USED", "\nUSED")))
    assert lacking(wrapped, "2026-03-02") == []


def test_a_notice_of_2011_lacks_what_the_rule_asks_since_2013() -> None:
    since_2013 = {"authorization-only", "restriction-must-agree", "duty-breach", "fundraising"}
    answers = [a for a in complete()["checklist"] if a["element"] not in since_2013]
    row = publish("2011-08-01", **complete(checklist=answers))
    assert lacking(row, "2013-09-22") == []
    assert set(lacking(row, "2013-09-23")) == since_2013 - {"fundraising"}


@pytest.mark.parametrize(
    ("part2", "funds", "on", "asked"),
    [
        pytest.param(False, False, "2026-02-16", [], id="no part 2 records"),
        pytest.param(True, False, "2026-02-15", [], id="the day before it is in force"),
        pytest.param(
            True, False, "2026-02-16", ["part2-more-stringent", "part2-proceedings"], id="in force"
        ),
        pytest.param(
            True, True, "2026-02-16",
            ["fundraising", "part2-more-stringent", "part2-proceedings", "part2-fundraising"],
            id="and it raises funds",
        ),
    ],
)  # fmt: skip
def test_part_2_text_is_asked_only_of_who_holds_such_records(
    part2: bool, funds: bool, on: str, asked: list[str]
) -> None:
    found = selectors.required(on=date.fromisoformat(on), holds_part2=part2, raises_funds=funds)
    special = [e.id for e in found if e.id.startswith(("part2", "fundraising"))]
    assert special == asked


@pytest.mark.parametrize(
    "text",
    [
        '[[element]]\nid = "a"\ncitation = "45 CFR 164.520"\nwhat = "x"',
        '[[element]]\nid = "a"\ncitation = "45 CFR 164.528"\nin_force_from = 2003-04-14\nwhat = "x"',
        '[[element]]\nid = "a"\nwrong = 1',
    ],
)
def test_a_list_of_elements_that_is_wrong_does_not_load(text: str) -> None:
    with pytest.raises(elements.WrongElement):
        elements.load(text)


# --- acknowledgments ---------------------------------------------------------------------------
def acknowledge(clinic: office.Office, outcome: str, **more: Any) -> Acknowledgment:
    raw = {"patient": str(clinic.patient.pk), "outcome": outcome, **more}
    return actions.acknowledge(raw, actor=DESK, now=NOON)


def test_an_acknowledgment_is_tied_to_the_version_received(clinic: office.Office) -> None:
    row = acknowledge(clinic, "signed", on="2026-02-01")
    assert (row.notice.effective_on, row.on) == (date(2024, 1, 1), date(2026, 2, 1))
    assert NoticeReceipt.objects.get(patient=clinic.patient).notice == row.notice
    assert selectors.acknowledged(clinic.patient.pk) == row


def test_without_one_the_effort_and_the_reason_are_kept(clinic: office.Office) -> None:
    with pytest.raises(BadInput) as refusal:
        acknowledge(clinic, "not_obtained")
    assert refusal.value.problems[0].field == "/effort"
    row = acknowledge(clinic, "not_obtained", effort="Asked at the desk; would not sign.")
    assert Acknowledgment.objects.get(pk=row.pk).effort.words.startswith("Asked at the desk")
    assert selectors.acknowledged(clinic.patient.pk) is None


def test_in_an_emergency_none_is_needed(clinic: office.Office) -> None:
    acknowledge(clinic, "emergency")
    assert not NoticeReceipt.objects.exists()


def test_a_patient_confirms_in_the_service_and_nobody_for_them(clinic: office.Office) -> None:
    with pytest.raises(BadInput):
        acknowledge(clinic, "confirmed")
    row = actions.confirm({}, actor=PATIENT, now=NOON)
    assert (row.outcome, row.patient) == ("confirmed", clinic.patient)
    with pytest.raises(NotNow):
        actions.confirm({}, actor=office.STRANGER, now=NOON)
