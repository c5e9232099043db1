"""Worked cases, as far as the first two kinds carry them."""

from datetime import date

import pytest

from requests_app.actions import messages, work
from requests_app.actions.file import file
from requests_app.errors import BadInput, NotNow
from tests.support import office
from tests.support.office import (
    GROUND,
    OFFICER,
    PATIENT,
    PROFESSIONAL,
    REVIEWABLE,
    SECOND_PROFESSIONAL,
    act,
    do,
)

pytestmark = pytest.mark.django_db

SOURCE = {"code": "ACC-U6", "withheld": "A letter of 2024", "explanation": "Told in confidence."}


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up(now=office.day("2026-01-02"))


def test_s3_a_mixed_chart_on_day_29(clinic: office.Office) -> None:
    received, answered = office.day("2026-01-31"), office.day("2026-03-01")
    by_email = office.DETAILS["access"] | {"send": "email", "send_to": "pat@example.org"}
    request = file({"kind": "access", "details": by_email}, actor=PATIENT, now=received)
    assert request.due_on == date(2026, 3, 2)
    with pytest.raises(BadInput) as whole:
        act(request, "deny", {"grounds": [GROUND], "nothing_left": False}, now=answered)
    assert whole.value.problems[0].field == "/nothing_left"

    act(request, "determine", office.INPUT["determine"], actor=PROFESSIONAL, now=answered)
    part = {"given": "Visit notes", "grounds": [GROUND, SOURCE, REVIEWABLE]}
    request = act(request, "grant_in_part", part, now=answered)
    body = request.letters.get().text.body
    assert all(cite in body for cite in ("(a)(1)(i)", "(a)(2)(v)", "(a)(3)(ii)"))
    assert "right to have this denial reviewed, for: One page." in body

    sent = {"given": "Visit notes, PDF", "channel": "email_clear", "address": "pat@example.org"}
    with pytest.raises(BadInput) as unwarned:
        act(request, "deliver", sent, now=answered)
    assert unwarned.value.problems[0].field == "/warned"
    request = act(request, "deliver", sent | {"warned": True}, now=answered)
    assert (request.state, request.answered_on) == ("delivered_in_part", date(2026, 3, 1))

    act(request, "ask_for_review", actor=PATIENT, now=answered)
    with pytest.raises(BadInput):
        act(request, "refer", {"reviewer": PROFESSIONAL.id}, now=answered)
    act(request, "refer", {"reviewer": SECOND_PROFESSIONAL.id}, now=answered)
    reasons = {"reasons": "The page names nobody."}
    request = act(request, "reverse", reasons, actor=SECOND_PROFESSIONAL, now=answered)
    letter = request.letters.order_by("-version").first()
    assert letter is not None
    assert "you get what it withheld. We will give it to you: One page" in letter.text.body


@pytest.mark.parametrize(
    ("on", "until", "kept"),
    [
        pytest.param("2026-03-02", "2026-04-01", True, id="on the due day, to day 60"),
        pytest.param("2026-03-02", "2026-04-02", False, id="a day past day 60"),
        pytest.param("2026-03-03", "2026-04-01", False, id="the day after the due day"),
    ],
)
def test_s3_an_extension_is_valid_in_time_and_once(
    on: str, until: str, kept: bool, clinic: office.Office
) -> None:
    request = office.filed(now=office.day("2026-01-31"))
    letter = {"reasons": "The archive moves.", "completion_date": until, "provided": "portal"}
    if kept:
        assert str(act(request, "extend", letter, now=office.day(on)).due_on) == until
    with pytest.raises((NotNow, BadInput)):
        act(request, "extend", letter, now=office.day(on))


def test_s14_not_us_redirect(clinic: office.Office) -> None:
    request = office.filed()
    films = "MRI films: Example Hospital, 919-555-0177"
    request = act(request, "grant", {"given": "The report of the MRI", "elsewhere": films})
    body = request.letters.get().text.body
    assert "You will get: The report of the MRI" in body
    assert f"not held here: {films}" in body
    assert "We cannot give you" not in body
    assert do(request, "deliver").state == "delivered"


def test_r6_nobody_answers(clinic: office.Office) -> None:
    received, last = office.day("2026-09-01"), office.day("2026-10-01")
    request = office.taken_down(received=received, channel="email")
    matched = {"patient": str(clinic.patient.pk)}
    work.match(request.reference, matched, actor=OFFICER, now=received)
    for on in ("2026-09-04", "2026-09-11", "2026-09-21"):
        ask = {"body": "How can we confirm who you are?"}
        messages.write(request.reference, ask, actor=OFFICER, now=office.day(on))
    assert str(type(request).objects.get().due_on) == "2026-10-01"
    with pytest.raises(NotNow, match="This is not possible"):
        act(request, "deny", office.INPUT["deny"], now=last)

    request = act(request, "could_not_verify", office.INPUT["could_not_verify"], now=last)

    body = request.letters.get().text.body
    assert (request.state, request.state_label) == ("unverified", "Could not be verified")
    assert "Demo" not in body
    assert "MR-0001" not in body
    assert "does not say whether we hold any records" in body
    assert "Secretary of Health and Human Services" in body
    again = office.taken_down(received=office.day("2026-10-06"))
    assert again.received_on == date(2026, 10, 6)
