"""One's own pages: where a request stands, what one can do, what is in force, and the notice."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit import clock
from requests_app.actions import documents
from requests_app.kinds.models import Request
from requests_app.messages.models import Message
from tests.support import office
from tests.support.accounts import NOON
from tests.support.pages import Visitor, expect_problem, get
from tests.support.patients import signed_in_visitor


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    return office.set_up(now=NOON)


def asked(clinic: office.Office, kind: str = "access") -> tuple[Visitor, Request]:
    request = office.filed(kind, actor=office.PATIENT, now=NOON)
    return signed_in_visitor(clinic.patient)[0], request


def at(request: Request, more: str = "") -> str:
    return f"/my/requests/{request.reference}{more}"


def test_the_page_says_what_happens_now_and_by_which_day(clinic: office.Office) -> None:
    visitor, request = asked(clinic)

    shown = visitor.open(at(request)).main

    assert "We must answer by Wednesday, April 1, 2026." in shown
    assert "call 911" in shown
    assert "Department of Health and Human Services" in shown


def test_a_message_is_written_once_however_often_it_is_sent(clinic: office.Office) -> None:
    visitor, request = asked(clinic)
    page = visitor.open(at(request))
    body = page.filled(body="I need it soon.")
    flat = {name: values[0] for name, values in body.items()}

    for _ in range(2):
        answer = visitor.browser.post(at(request, "/messages"), flat)
        assert answer.status_code == 303

    assert Message.objects.count() == 1
    assert "I need it soon." in visitor.open(at(request)).main
    page = visitor.send(at(request, "/messages"), body="")
    expect_problem(page, "body", "Enter your message")


def test_withdrawing_says_what_stops_and_holds_to_the_version_seen(clinic: office.Office) -> None:
    visitor, request = asked(clinic)
    page = visitor.open(at(request, "/act/withdraw"))
    assert "send no answer" in page.main

    office.act(request, "acknowledge" if "acknowledge" in request.moves() else "ask",
               office.INPUT["ask"], now=NOON)  # fmt: skip
    stale = visitor.send(status=412)
    assert stale.words["h1"] == "Somebody changed this before you"
    visitor.open(at(request, "/act/withdraw"))
    ended = visitor.send()

    assert "This request has ended." in ended.main
    assert "We answered" not in ended.main
    request.refresh_from_db()
    assert request.state == "withdrawn"
    visitor.open(at(request, "/act/withdraw"), status=409)


def test_what_was_moved_says_where_it_goes_on_and_leads_there(clinic: office.Office) -> None:
    visitor, wrong = asked(clinic)
    moved = office.act(wrong, "refile", office.usual("access", "refile"), now=NOON)
    right = Request.objects.exclude(pk=moved.pk).get()

    page = visitor.open(at(moved))

    assert f"It goes on as {right.reference}, with the same day of receipt." in page.main
    assert "Moved" in page.main
    assert "We must answer" not in page.main
    assert page.links("Go to that request") == [at(right)]
    assert visitor.open(at(right)).words["h1"] == str(right.title)


@pytest.mark.parametrize("more", ["", "/messages", "/receipt", "/act/withdraw", "/letters/x"])
def test_nobody_else_sees_that_there_is_such_a_request(more: str, clinic: office.Office) -> None:
    _visitor, request = asked(clinic)
    stranger = signed_in_visitor()[0].browser

    for browser in (Client(), stranger):
        answer = browser.get(at(request, more), follow=True)
        assert answer.status_code == 404


def test_letters_are_read_on_the_page(clinic: office.Office) -> None:
    visitor, request = asked(clinic)
    office.act(request, "grant", office.INPUT["grant"], now=NOON)

    page = visitor.open(at(request))
    letter = next(link for link in [a["href"] for a in page.all("a")] if "/letters/" in link)

    assert request.reference in visitor.open(letter).main


def test_a_receipt_that_is_not_signed_yet_says_so(clinic: office.Office) -> None:
    visitor, request = asked(clinic)

    assert "being signed" in visitor.open(at(request, "/receipt"), status=202).main


def test_what_stands_is_shown_and_a_permission_is_taken_back(clinic: office.Office) -> None:
    given = office.authorized(clinic.patient, now=NOON)
    visitor, _account = signed_in_visitor(clinic.patient)
    page = visitor.open("/my/standing")
    assert given.facts.recipient in page.main

    answer: Any = visitor.send(f"/my/standing/{given.pk}/revoke")
    assert answer.words["h1"] == "For whom do you ask?"
    visitor.send(whom=str(clinic.patient.pk))
    visitor.send()
    while "check" not in visitor.path:
        visitor.send()
    visitor.send()

    revoked = Request.objects.latest("entered_at")
    assert revoked.filed.details["authorization"] == str(given.pk)
    assert "Not in force" in visitor.open("/my/standing").main


def test_nobody_takes_back_what_another_gave(clinic: office.Office) -> None:
    given = office.authorized(clinic.patient, now=NOON)

    answer = signed_in_visitor()[0].browser.post(f"/my/standing/{given.pk}/revoke", {})

    assert answer.status_code == 404


def test_anybody_reads_the_notice_and_its_older_versions(clinic: office.Office) -> None:
    office.publish("2026-01-01", now=NOON)

    page = get(Client(), "/notice")

    assert "Our notice of 2026-01-01." in page.main
    (older,) = page.links("In force from January 1, 2024")
    assert "not the version in force" in get(Client(), older).main


# --- when we are late -----------------------------------------------------------------------------
WORDS = "Our answer is late."


@pytest.mark.parametrize(
    ("on", "late"),
    [("2026-04-01", False), ("2026-04-02", True)],
    ids=["on the last day", "the day after"],
)
def test_what_to_do_if_we_are_late_stands_there_from_the_day_after(
    on: str, late: bool, clinic: office.Office
) -> None:
    """45 CFR 164.524(b)(2): thirty days from March 2; 164.530(d), (g): to complain costs nothing."""
    request = office.filed("access", actor=office.PATIENT, now=NOON)
    with clock.frozen(office.day(on)):
        visitor, _account = signed_in_visitor(clinic.patient)
        shown = visitor.open(at(request)).main
        listed = visitor.open("/my/requests").main

    assert (WORDS in shown) is late
    assert ("Late" in listed) is late
    if late:
        assert "We should have answered by Wednesday, April 1, 2026 and have not." in shown
        assert "Call us and name the reference" in shown
        assert "Department of Health and Human Services" in shown
        assert "nobody may treat you worse for it" in shown


def test_once_it_is_answered_nothing_says_late(clinic: office.Office) -> None:
    request = office.filed("access", actor=office.PATIENT, now=NOON)
    office.act(request, "deny", office.INPUT["deny"], now=NOON)
    with clock.frozen(office.day("2026-05-02")):
        visitor, _account = signed_in_visitor(clinic.patient)
        assert WORDS not in visitor.open(at(request)).main


# --- records that were given ------------------------------------------------------------------------
def test_a_record_is_downloaded_once_it_was_released_and_by_nobody_else(
    clinic: office.Office, settings: Any, tmp_path: Path
) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"
    visitor, request = asked(clinic)
    by: dict[str, Any] = {"actor": office.OFFICER, "now": NOON}
    raw = {"sort": "release", "name": "Visit notes.pdf"}
    row = documents.add(request.reference, raw, [b"%PDF-1.7\nNotes."], **by)
    office.act(request, "grant", office.INPUT["grant"], now=NOON)
    assert "Visit notes.pdf" not in visitor.open(at(request)).main
    where = at(request, f"/documents/{row.pk}")
    assert visitor.browser.post(where).status_code in {403, 404}

    documents.release(str(row.pk), **by)

    assert "Download Visit notes.pdf (PDF, 15" in visitor.open(at(request)).main
    leave = visitor.browser.post(where)
    answer: Any = visitor.browser.get(leave["Location"])
    assert b"".join(answer.streaming_content) == b"%PDF-1.7\nNotes."
    stranger = signed_in_visitor()[0].browser
    assert stranger.post(where).status_code == 404
    assert stranger.get(leave["Location"]).status_code == 404
