"""Confidential communications: what this service sends follows the wish at once (45 CFR 164.522(b))."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from audit import clock, log
from audit.log import Facet
from privacy_portal.mail import drain as draining
from requests_app import events, questions
from requests_app.actions import accounts, held, messages, work
from requests_app.actions.outbox import Outcome
from requests_app.errors import BadInput, NotNow
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.outbox import Audience, OutboxRow
from requests_app.questions.details import questions_of
from requests_app.standing import preferences
from requests_app.standing.preferences import CommunicationPreference, Means
from requests_app.standing.reach import HeldMessage
from tests.support import office
from tests.support.office import NOON, OFFICER, PATIENT, REPRESENTATIVE, STAFF, act, do

pytestmark = pytest.mark.django_db
KIND = "confidential_communications"
USUAL, ELSEWHERE = "patricia.demo@example.org", "elsewhere@example.org"
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[office.Office]:
    with clock.frozen(NOON):
        made = office.set_up()
        accounts.set_sign_in_address(UUID(PATIENT.id), USUAL, actor=PATIENT)
        yield made


@pytest.fixture
def boxes(settings: Any) -> list[Any]:
    settings.MAIL_SET = True
    return mail.outbox


def wish(*means: str, now: Any = NOON, actor: Any = PATIENT, **more: str) -> Kind:
    return office.filed(KIND, actor=actor, details={"means": list(means)} | more, now=now)


def drained(boxes: list[Any], now: Any = NOON) -> list[str]:
    """To whom the asker's messages went in this run, and how each row of the asker ended."""
    before = len(boxes)
    with clock.frozen(now):
        draining.drain(seconds=30)
    told = [message.to[0] for message in boxes[before:]]
    return [to for to in told if to != "office@example.org"]


def outcomes() -> list[str]:
    rows = OutboxRow.objects.filter(audience=Audience.ASKER).order_by("made_at", "id")
    return list(rows.values_list("outcome", flat=True))


# --- from that moment -----------------------------------------------------------------------------
def test_a_wish_counts_from_the_moment_it_is_asked_for(boxes: list[Any]) -> None:
    wish("email", email=ELSEWHERE)
    assert drained(boxes) == [ELSEWHERE]


def test_a_message_made_before_the_wish_and_sent_after_it_follows_the_wish(
    boxes: list[Any],
) -> None:
    office.filed("access")
    wish("email", email=ELSEWHERE, now=LATER)
    assert drained(boxes, LATER) == [ELSEWHERE, ELSEWHERE]


def test_who_wants_post_only_gets_no_mail_and_the_office_has_a_task(boxes: list[Any]) -> None:
    request = wish("post", address="P.O. Box 12")

    assert drained(boxes) == []

    assert outcomes() == [Outcome.HELD]
    [waiting] = held.waiting(STAFF)
    assert waiting.request_id == request.pk
    assert len(log.find(Facet.NAME, events.HELD).entries) == 1
    draining.drain(seconds=30)
    assert "pass on by other means" in boxes[-1].body
    assert boxes[-1].to == ["office@example.org"]


def test_a_held_message_is_passed_on_once_and_how_is_kept(boxes: list[Any]) -> None:
    wish("post", "telephone")
    drained(boxes)
    [waiting] = held.waiting(STAFF)

    row = held.pass_on(str(waiting.pk), {"means": "post"}, actor=STAFF, now=LATER)

    assert (row.how and row.how.means, row.told_by) == (Means.POST, STAFF.id)
    assert not held.waiting(STAFF)
    with pytest.raises(NotNow):
        held.pass_on(str(waiting.pk), {"means": "post"}, actor=STAFF, now=LATER)


@pytest.mark.parametrize(
    ("means", "as_asked"), [pytest.param("post", True), pytest.param("telephone", False)]
)
def test_what_was_done_is_recorded_and_whether_it_was_as_asked(
    means: str, as_asked: bool, boxes: list[Any]
) -> None:
    wish("post")
    drained(boxes)
    [waiting] = held.waiting(STAFF)
    held.pass_on(str(waiting.pk), {"means": means}, actor=STAFF, now=LATER)
    [found] = log.find(Facet.NAME, events.PASSED_ON).entries
    assert dict(found.entry.extra or {}) == {"as_asked": as_asked}


def test_who_looks_for_themselves_is_simply_not_written_to(boxes: list[Any]) -> None:
    wish("portal")
    assert drained(boxes) == []
    assert outcomes() == [Outcome.LEFT]
    assert not HeldMessage.objects.exists()


def test_mail_without_another_address_goes_where_it_always_went(boxes: list[Any]) -> None:
    wish("email", "portal")
    assert drained(boxes) == [USUAL]


# --- who it is ------------------------------------------------------------------------------------
def test_on_the_telephone_nothing_is_sent_elsewhere_before_it_is_known_who_asks(
    clinic: office.Office, boxes: list[Any]
) -> None:
    details = {"means": ["email"], "email": ELSEWHERE}
    request = office.taken_down(KIND, details=details, patient=str(clinic.patient.pk))
    office.filed("access")

    assert drained(boxes) == []
    assert Outcome.HELD in outcomes()

    do(request, "confirm_identity", now=LATER)
    messages.write(request.reference, {"body": "Done."}, actor=OFFICER, now=LATER)
    assert drained(boxes, LATER) == [ELSEWHERE, ELSEWHERE]


def test_a_stranger_who_asks_about_a_patient_is_never_sent_to_the_patients_address(
    clinic: office.Office, boxes: list[Any]
) -> None:
    do(wish("email", "post", email=ELSEWHERE, address="P.O. Box 12"), "accommodate")
    drained(boxes)
    accounts.set_sign_in_address(UUID(office.STRANGER.id), "s@example.org", actor=office.STRANGER)
    asked = office.filed(
        "access", actor=office.STRANGER, asker={"name": "Patricia Demo"}, site=None
    )
    work.match(asked.reference, {"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOON)

    asked = do(asked, "could_not_verify")

    assert drained(boxes) == []
    assert "P.O. Box 12" not in asked.letters.get().text.body


def test_a_representatives_wish_is_about_the_representative_alone(
    clinic: office.Office, boxes: list[Any]
) -> None:
    office.link_representative(REPRESENTATIVE, clinic.patient)
    details = {"means": ["post"], "address": "9 Example Lane"}
    whom = {"patient": str(clinic.patient.pk)}
    office.filed(KIND, actor=REPRESENTATIVE, details=details, **whom)
    drained(boxes)

    own = office.filed("access", actor=PATIENT)

    assert drained(boxes) == [USUAL]
    assert preferences.letter_address(own, at=NOON) == ""


# --- letters --------------------------------------------------------------------------------------
def test_letters_go_to_the_address_asked_for(clinic: office.Office) -> None:
    do(wish("post", address="P.O. Box 12"), "accommodate")
    request = office.taken_down("access", patient=str(clinic.patient.pk))
    request = do(request, "confirm_identity", "grant")
    letter = request.letters.get()
    assert (letter.provided, "P.O. Box 12" in letter.text.body) == ("post", True)


def test_no_letter_goes_by_post_to_whoever_asked_for_none(clinic: office.Office) -> None:
    do(wish("telephone", telephone="919-555-0190"), "accommodate")
    request = office.filed("access")
    with pytest.raises(BadInput) as refusal:
        act(request, "extend", office.INPUT["extend"] | {"completion_date": "2026-04-20",
                                                         "provided": "post"})  # fmt: skip
    assert refusal.value.problems[0].field == "/provided"
    assert do(request, "grant").letters.get().provided == "handed"


def test_even_the_denial_goes_the_way_that_was_asked_for(clinic: office.Office) -> None:
    details = {"means": ["in_person"]}
    request = office.taken_down(KIND, details=details, patient=str(clinic.patient.pk))
    request = do(request, "confirm_identity", "deny")
    assert request.letters.get().provided == "handed"


# --- decided --------------------------------------------------------------------------------------
def test_nobody_is_asked_for_a_reason() -> None:
    kind = registry.kind(KIND)
    for asked in questions_of(kind.Details).values():
        assert "why" not in f"{asked.question} {asked.hint}".lower()
    assert "reason" not in questions.json_schema(kind.Details)["properties"]


@pytest.mark.parametrize(
    ("ground", "details", "asked", "refused"),
    [
        pytest.param("COM-1", {}, False, False, id="not reasonable"),
        pytest.param("COM-2", {}, False, True, id="payment never asked for"),
        pytest.param("COM-2", {}, True, False, id="payment asked for and not said"),
        pytest.param("COM-2", {"payment": "By card"}, True, True, id="payment said"),
        pytest.param("COM-3", {}, True, False, id="address asked for and not given"),
        pytest.param("COM-3", {"address": "Box 12"}, True, True, id="address given"),
    ],
)
def test_a_denial_rests_on_the_listed_grounds(
    ground: str, details: dict[str, str], asked: bool, refused: bool
) -> None:
    request = wish("post", **details)
    if asked:
        do(request, "ask")
    raw = {"ground": ground, "explanation": "It would take a messenger every day."}
    if refused:
        with pytest.raises(BadInput) as refusal:
            act(request, "deny", raw)
        assert refusal.value.problems[0].field == "/ground"
        return
    body = act(request, "deny", raw).letters.get().text.body
    assert "messenger" in body
    assert "www.hhs.gov/ocr/complaints" in body


def test_after_a_denial_the_wish_before_it_counts_again() -> None:
    do(wish("post", address="P.O. Box 12"), "accommodate")
    later = wish("email", email=ELSEWHERE, now=LATER)
    assert _in_force(LATER).means == (Means.EMAIL,)
    do(later, "deny", now=LATER)
    assert _in_force(LATER + timedelta(seconds=1)).means == (Means.POST,)


def test_a_newer_wish_that_is_agreed_to_ends_the_older() -> None:
    first = do(wish("post"), "accommodate")
    do(wish("email", now=LATER), "accommodate", now=LATER)
    assert CommunicationPreference.objects.filter(in_force_until=None).count() == 1
    assert _in_force(NOON).means == (Means.POST,)
    with pytest.raises(NotNow, match="ended already"):
        act(first, "end", actor=PATIENT, now=LATER)


def test_only_the_individual_ends_it_and_closing_does_not(boxes: list[Any]) -> None:
    request = do(wish("post"), "accommodate", "close")
    assert _in_force(LATER).means == (Means.POST,)
    act(request, "end", actor=PATIENT, now=LATER)
    assert preferences.in_force(request.subject, representative=None, at=LATER) is None


def test_what_was_completed_since_is_what_counts() -> None:
    changed = {"means": ["post"], "address": "P.O. Box 77"}
    act(wish("post"), "accommodate", {"changed": changed}, actor=STAFF)
    assert _in_force(NOON).address == "P.O. Box 77"


def test_a_preference_is_not_rewritten_nor_taken_up_again() -> None:
    act(do(wish("post"), "accommodate"), "end", actor=PATIENT, now=LATER)
    change = "UPDATE requests_app_communicationpreference SET "
    for what in ("in_force_until = NULL", "in_force_from = now()"):
        with (
            pytest.raises(DatabaseError, match="ended once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change + what)


def _in_force(at: Any) -> preferences.PreferenceFacts:
    [patient] = {row.patient_id for row in CommunicationPreference.objects.all()}
    row = preferences.in_force(patient, representative=None, at=at)
    assert row is not None
    return row.facts
