"""Access from asking to closing, by every exit (45 CFR 164.524)."""

from datetime import date

import pytest

from audit import log
from requests_app.actions import door
from requests_app.disclosures.models import Disclosure
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted, Stale
from requests_app.kinds.models import ClockRow, DueInstant, Request, StatusRow
from tests.support import office
from tests.support.office import NOON, OFFICER, PATIENT, PROFESSIONAL, SECOND_PROFESSIONAL, act, do

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic(db: None) -> office.Office:
    return office.set_up()


def test_the_whole_road_from_asking_to_closing() -> None:
    request = office.filed()
    assert (request.state, request.due_on) == ("in_review", date(2026, 4, 1))

    request = do(request, "grant", "deliver", "close")

    assert (request.state, request.answered_on) == ("closed", date(2026, 3, 2))
    rows = StatusRow.objects.filter(request=request).order_by("version")
    assert [row.move for row in rows] == ["file_signed_in", "grant", "deliver", "close"]
    assert [row.version for row in rows] == [1, 2, 3, 4]
    for row in rows:
        assert log.read(row.audit_eid).entry.request == request.reference


def test_delivery_is_a_line_of_the_ledger() -> None:
    request = do(office.filed(), "grant", "deliver")

    line = Disclosure.objects.get(request=request)
    assert line.basis == "IND"
    assert line.facts.held["request"] == request.reference


def test_a_denial_letter_names_ground_review_and_both_complaint_ways() -> None:
    request = office.filed()
    act(request, "determine", office.INPUT["determine"], actor=PROFESSIONAL)
    grounds = [office.GROUND, office.REVIEWABLE]
    request = act(request, "deny", {"grounds": grounds, "nothing_left": True})

    body = request.letters.get().text.body
    assert "45 CFR 164.524(a)(3)(ii)" in body
    assert "right to have this denial reviewed, for: One page" in body
    assert "919-555-0101" in body
    assert "Secretary of Health and Human Services" in body
    assert "MISSING" not in body


def test_a_reviewable_ground_needs_a_professional_first() -> None:
    request = office.filed()
    with pytest.raises(BadInput) as refusal:
        act(request, "deny", {"grounds": [office.REVIEWABLE], "nothing_left": True})
    assert refusal.value.problems[0].field == "/grounds/0/code"


def test_whoever_took_part_in_the_denial_cannot_review_it() -> None:
    request = office.filed()
    act(request, "determine", office.INPUT["determine"], actor=PROFESSIONAL)
    act(request, "deny", {"grounds": [office.REVIEWABLE], "nothing_left": True})
    act(request, "ask_for_review", actor=PATIENT)
    with pytest.raises(BadInput):
        act(request, "refer", {"reviewer": PROFESSIONAL.id})

    act(request, "refer", office.INPUT["refer"])
    request = act(request, "reverse", office.INPUT["reverse"], actor=SECOND_PROFESSIONAL)

    assert request.state == "review_reversed"
    assert do(request, "deliver", "close").state == "closed"


def test_an_unreviewable_denial_has_no_review() -> None:
    request = do(office.filed(), "deny")
    with pytest.raises(NotNow) as refusal:
        act(request, "ask_for_review", actor=PATIENT)
    assert refusal.value.citation == "45 CFR 164.524(a)(2)"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param("2026-01-31", date(2026, 3, 2), id="31 January 2026"),
        pytest.param("2024-01-30", date(2024, 2, 29), id="leap day"),
    ],
)
def test_access_is_due_thirty_days_after_receipt(received: str, due: date) -> None:
    request = office.taken_down(received=office.day(received), now=NOON)
    assert request.due_on == due


def test_an_extension_on_the_due_day_is_accepted_once() -> None:
    request = office.filed(now=office.day("2026-01-31"))
    extend = {"reasons": "A flood.", "completion_date": "2026-04-01", "provided": "portal"}

    request = act(request, "extend", extend, now=office.day("2026-03-02"))

    assert request.due_on == date(2026, 4, 1)
    assert "A flood." in request.letters.get().text.body
    with pytest.raises(NotNow):
        act(request, "extend", extend, now=office.day("2026-03-02"))


def test_an_extension_the_day_after_is_refused_and_late_is_not_dead() -> None:
    request = office.filed(now=office.day("2026-01-31"))
    extend = {"reasons": "Busy.", "completion_date": "2026-04-01", "provided": "portal"}
    with pytest.raises(NotNow):
        act(request, "extend", extend, now=office.day("2026-03-03"))

    request = do(request, "grant", now=office.day("2026-03-03"))
    assert "This answer is late." in request.letters.get().text.body


def test_reminders_follow_the_due_date_and_end_with_the_answer() -> None:
    request = office.filed()
    assert DueInstant.objects.filter(request=request, acted_at=None).count() == 7

    do(request, "grant", "deliver")

    assert DueInstant.objects.filter(request=request, outcome="answered").count() == 7
    causes = ClockRow.objects.filter(request=request).order_by("version")
    assert list(causes.values_list("cause", flat=True)) == ["start", "stop"]


def test_a_decision_on_an_older_version_is_refused() -> None:
    request = office.filed()
    do(request, "grant")
    with pytest.raises(Stale) as refusal:
        door.act(request.reference, "withdraw", actor=PATIENT, now=NOON, raw={}, version=1)
    assert (refusal.value.state, refusal.value.version) == ("granted", 2)


def test_what_the_asker_may_not_see_does_not_exist() -> None:
    request = office.filed()
    with pytest.raises(NotFound):
        act(request, "withdraw", actor=office.STRANGER)


def test_only_the_officer_decides() -> None:
    request = office.filed()
    with pytest.raises(NotPermitted) as refusal:
        act(request, "grant", office.INPUT["grant"], actor=office.STAFF)
    assert refusal.value.sentence == "Only the privacy officer can decide this."


def test_an_unverified_request_ends_apart_from_denials() -> None:
    request = office.taken_down()
    assert request.state == "received"
    with pytest.raises(NotNow):
        do(request, "grant")

    request = do(request, "could_not_verify", "close")

    assert request.state == "closed"
    assert "does not say whether we hold any records" in request.letters.get().text.body


def test_partial_grant_denies_the_rest_in_one_letter() -> None:
    request = do(office.filed(), "grant_in_part")
    body = request.letters.get().text.body
    assert "You will get: Visit notes" in body
    assert "Not given: Session notes" in body
    assert request.answered_at is None
    assert do(request, "deliver").state == "delivered_in_part"


def test_a_mixed_chart_goes_on_while_the_denial_is_reviewed() -> None:
    request = office.filed()
    act(request, "determine", office.INPUT["determine"], actor=PROFESSIONAL)
    act(request, "grant_in_part", {"given": "Visit notes", "grounds": [office.REVIEWABLE]})
    request = act(request, "ask_for_review", actor=PATIENT)
    assert request.answered_at is None

    request = do(request, "deliver_granted_part", "refer")
    assert request.answered_at is not None
    request = act(request, "uphold", office.INPUT["uphold"], actor=SECOND_PROFESSIONAL)
    assert do(request, "close").state == "closed"


def test_every_request_loads_as_its_own_kind() -> None:
    office.filed()
    office.filed("accounting")
    assert {type(r).__name__ for r in Request.objects.all()} == {"Access", "Accounting"}
    with pytest.raises(TypeError):
        Request.objects.defer("kind").first()


def test_only_possible_moves_are_allowed_and_the_others_say_why() -> None:
    request = office.filed()
    found = {p.spec.name: p for p in door.possibilities(request, actor=OFFICER, now=NOON)}
    assert found["grant"].allowed
    assert not found["deliver"].allowed
    assert found["deliver"].sentence == "This is not possible while the request is “In progress”."
    assert "determine" not in found
