"""The outbox: each row told at least once, always under one Message-ID, and ended once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail

from audit import clock, log
from audit.log import Facet
from privacy_portal.mail import drain as draining
from privacy_portal.mail.messages import SENTENCES, message_id
from requests_app import events
from requests_app.actions import accounts, outbox, practice, work
from requests_app.actions.outbox import BACKOFF, LEASE, MOST_ATTEMPTS, Outcome, Trouble
from requests_app.outbox import Audience, OutboxRow, Topic
from requests_app.practice.models import Practice
from tests.support import office, smtp
from tests.support.accounts import staff
from tests.support.office import NOON, OFFICER, PATIENT
from tests.support.smtp import Mood, PostOffice

pytestmark = pytest.mark.django_db
ADDRESS = "patricia.demo@example.org"


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[office.Office]:
    with clock.frozen(NOON):
        yield office.set_up()


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    with smtp.post_office() as taking:
        smtp.use(settings, taking)
        yield taking


@pytest.fixture
def boxes(settings: Any) -> list[Any]:
    """Messages go into a list of this process."""
    settings.MAIL_SET = True
    return mail.outbox


def drain(now: datetime = NOON) -> int:
    with clock.frozen(now):
        return draining.drain(seconds=30)


def rows() -> dict[str, OutboxRow]:
    return {row.audience: row for row in OutboxRow.objects.all()}


def logged(name: str) -> int:
    return len(log.find(Facet.NAME, name).entries)


# --- to whom -------------------------------------------------------------------------------------
def test_the_asker_is_told_at_the_sealed_address_and_the_office_at_its_own(
    boxes: list[Any],
) -> None:
    accounts.set_sign_in_address(UUID(PATIENT.id), ADDRESS, actor=PATIENT)
    office.filed()

    assert drain() == 2
    assert sorted(message.to for message in boxes) == [["office@example.org"], [ADDRESS]]
    assert {row.outcome for row in rows().values()} == {Outcome.HANDED_OVER}


def test_an_asker_without_an_address_is_noted_and_not_tried_again(boxes: list[Any]) -> None:
    office.taken_down()

    drain()
    drain(NOON + timedelta(days=9))

    assert [message.to for message in boxes] == [["office@example.org"]]
    assert rows()["asker"].outcome == Outcome.NO_ADDRESS
    assert logged(events.NOT_TOLD_NO_ADDRESS) == 1


def test_whoever_works_on_it_is_told_at_the_work_address(boxes: list[Any]) -> None:
    request, ada = office.taken_down(), staff()
    work.assign(request.reference, {"person": str(ada.user.pk)}, actor=OFFICER, now=NOON)

    drain()

    assert [message.to for message in boxes] == [[ada.address]]


def test_the_official_is_told_when_whoever_worked_on_it_has_left(boxes: list[Any]) -> None:
    request, ada = office.taken_down(), staff()
    work.assign(request.reference, {"person": str(ada.user.pk)}, actor=OFFICER, now=NOON)
    ada.user.is_active = False
    ada.user.save()
    _designate("official@example.org")

    drain()

    assert [message.to for message in boxes] == [["official@example.org"]]


def _designate(address: str) -> None:
    practice.designate(
        {"duty": "privacy_official", "title": "Privacy official", "telephone": "919-555-0101",
         "email": address, "in_force_from": "2026-03-02"},
        actor=OFFICER, now=NOON,
    )  # fmt: skip


# --- what a message says ---------------------------------------------------------------------------
def test_a_message_holds_the_practice_the_reference_and_the_front_page_alone(
    boxes: list[Any], settings: Any
) -> None:
    accounts.set_sign_in_address(UUID(PATIENT.id), ADDRESS, actor=PATIENT)
    request = office.filed()
    for topic in Topic:
        for audience in Audience:
            if (audience, topic) in SENTENCES:
                OutboxRow.objects.create(
                    topic=topic, audience=audience, request=request, made_at=NOON, not_before=NOON
                )

    drain()

    assert len(boxes) == len(SENTENCES) + 2
    for message in boxes:
        rest = message.message().as_string()
        known = [request.reference, "Example Physical Therapy", settings.PUBLIC_ORIGIN, *message.to]
        for word in [*known, *(str(sentence) for sentence in SENTENCES.values())]:
            rest = rest.replace(word, "")
        _assert_says_nothing(rest)
        assert message.subject == f"Example Physical Therapy: {request.reference}"


def _assert_says_nothing(text: str) -> None:
    protected = ("Patricia", "Demo", "MR-0001", "1980", "919-555", "access", "visit", "notes",
                 "Olive", "record", "health", "patient", "deni", "2026-04")  # fmt: skip
    assert not [word for word in protected if word.lower() in text.lower()]


#: Who is told of what. The asker hears nothing of the office's own clock, except lateness.
TOLD_OF = {
    Audience.ASKER: {Topic.RECEIVED, Topic.MOVED, Topic.LETTER, Topic.MESSAGE, Topic.LATE},
    Audience.OFFICE: {
        Topic.RECEIVED, Topic.MOVED, Topic.LETTER, Topic.MESSAGE, Topic.DUE_SOON, Topic.DUE_TODAY,
        Topic.OVERDUE, Topic.PASS_ON, Topic.URGENT, Topic.ENDED,
    },
    Audience.OFFICER: {
        Topic.DUE_SOON, Topic.DUE_TODAY, Topic.OVERDUE, Topic.DIGEST, Topic.OUTAGE, Topic.SET_UP,
        Topic.STOPPED, Topic.HEAD, Topic.LOG_REVIEW,
    },
    Audience.ADMINISTRATOR: {
        Topic.DUE_SOON, Topic.DUE_TODAY, Topic.OVERDUE, Topic.OUTAGE, Topic.KEY_OLD,
        Topic.SET_UP,
    },
}  # fmt: skip


def test_every_topic_of_every_audience_that_is_told_has_its_sentence() -> None:
    expected = {(audience, topic) for audience, topics in TOLD_OF.items() for topic in topics}
    assert set(SENTENCES) == expected
    assert {topic for topics in TOLD_OF.values() for topic in topics} == set(Topic)


def test_a_practice_with_two_lines_in_its_name_still_makes_one_header(boxes: list[Any]) -> None:
    Practice.objects.update(name="Example\r\nBcc: somebody@example.org")
    office.taken_down()

    drain()

    assert boxes[0].subject.startswith("Example Bcc: somebody@example.org: ")
    assert boxes[0].message()["Bcc"] is None


# --- without a mail server -------------------------------------------------------------------------
def test_without_a_mail_server_nothing_counts_as_sent() -> None:
    office.filed()

    assert drain() == 0
    for row in rows().values():
        assert (row.done_at, row.attempts, row.outcome) == (None, 0, "")


def test_while_the_server_cannot_be_reached_no_try_is_spent(settings: Any) -> None:
    with smtp.post_office() as gone:
        smtp.use(settings, gone)
    office.filed()

    assert drain() == 0
    assert {row.attempts for row in rows().values()} == {0}


# --- failing, healing, giving up -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mood", "trouble"),
    [
        pytest.param(Mood.REFUSES, Trouble.REFUSED, id="the recipient is refused"),
        pytest.param(Mood.HANGS_UP, Trouble.UNREACHABLE, id="the connection is lost"),
    ],
)
def test_a_server_that_heals_is_handed_what_failed_under_the_same_id(
    post: PostOffice, mood: Mood, trouble: Trouble
) -> None:
    office.taken_down()
    post.mood = mood
    drain()
    drain()
    row = rows()["office"]
    assert (row.attempts, row.outcome, row.done_at) == (1, trouble, None)

    post.mood = Mood.TAKES
    assert drain(NOON + BACKOFF[0] - timedelta(seconds=1)) == 0
    assert drain(NOON + BACKOFF[0]) == 1

    assert post.ids == [message_id(row.pk)]
    assert rows()["office"].outcome == Outcome.HANDED_OVER


def test_a_connection_lost_at_one_message_leaves_the_others_untried(post: PostOffice) -> None:
    for _ in range(3):
        office.taken_down()
    drain_asker_rows()
    post.mood = Mood.HANGS_UP

    drain()

    tried = OutboxRow.objects.filter(audience="office").values_list("attempts", flat=True)
    assert sorted(tried) == [0, 0, 1]


def drain_asker_rows() -> None:
    """Rows of askers without an address need no server."""
    OutboxRow.objects.filter(audience="asker").update(done_at=NOON, outcome="no_address")


def test_after_its_last_try_a_row_is_dead_and_logged_once(post: PostOffice) -> None:
    office.taken_down()
    post.mood = Mood.REFUSES
    now = NOON
    for wait in [*BACKOFF, timedelta(days=30), timedelta(days=30)]:
        drain(now)
        now += wait

    row = rows()["office"]
    assert (row.attempts, row.outcome, row.done_at) == (MOST_ATTEMPTS, Outcome.DEAD, None)
    assert logged(events.NOT_TOLD_DEAD) == 1


def test_a_row_that_kills_whoever_tells_it_is_buried() -> None:
    office.taken_down()
    drain_asker_rows()
    now = NOON
    while outbox.claim(now=now):
        now += LEASE

    assert rows()["office"].attempts == MOST_ATTEMPTS
    assert outbox.bury(now=now - timedelta(seconds=1)) == 0
    assert (outbox.bury(now=now), outbox.bury(now=now)) == (1, 0)
    assert rows()["office"].outcome == Outcome.DEAD


# --- leases ----------------------------------------------------------------------------------------
def test_a_leased_row_is_nobody_elses_until_the_lease_is_over() -> None:
    office.taken_down()
    drain_asker_rows()

    assert len(outbox.claim(now=NOON)) == 1
    assert outbox.claim(now=NOON + LEASE - timedelta(seconds=1)) == []
    assert len(outbox.claim(now=NOON + LEASE)) == 1


A_DAY = timedelta(days=1)


def test_a_lease_of_a_clock_that_was_ahead_holds_nothing_up() -> None:
    office.taken_down()
    drain_asker_rows()
    assert len(outbox.claim(now=NOON + A_DAY)) == 1

    assert len(outbox.claim(now=NOON + timedelta(seconds=1))) == 1
    assert outbox.claim(now=NOON + timedelta(seconds=2)) == []


def test_a_failure_of_a_clock_that_was_ahead_is_tried_once_and_then_in_its_turn() -> None:
    office.taken_down()
    drain_asker_rows()
    for now in (NOON + A_DAY, NOON):
        (row,) = outbox.claim(now=now)
        outbox.failed(row, Trouble.REFUSED, now=now)

    assert outbox.claim(now=NOON) == []
    assert len(outbox.claim(now=NOON + BACKOFF[1])) == 1


def test_what_was_written_by_a_clock_that_was_ahead_is_told_now_and_fails_in_its_turn() -> None:
    office.taken_down()
    drain_asker_rows()
    OutboxRow.objects.update(made_at=NOON + A_DAY, not_before=NOON + A_DAY)
    (row,) = outbox.claim(now=NOON)
    outbox.failed(row, Trouble.REFUSED, now=NOON)

    assert outbox.claim(now=NOON) == []
    assert len(outbox.claim(now=NOON + BACKOFF[0])) == 1


def test_what_rests_at_night_by_a_clock_that_was_ahead_rests_once() -> None:
    office.taken_down()
    drain_asker_rows()
    OutboxRow.objects.update(made_at=NOON + A_DAY, not_before=NOON + A_DAY)
    (row,) = outbox.claim(now=NOON)
    outbox.rest(row, until=NOON + timedelta(hours=9))

    assert outbox.claim(now=NOON) == []
    assert len(outbox.claim(now=NOON + timedelta(hours=9))) == 1


def test_whoever_lost_the_lease_can_neither_end_the_row_nor_give_it_back() -> None:
    office.taken_down()
    drain_asker_rows()
    (late,) = outbox.claim(now=NOON)
    (present,) = outbox.claim(now=NOON + LEASE)

    assert not outbox.end(late, Outcome.HANDED_OVER, now=NOON + LEASE)
    assert not outbox.failed(late, Trouble.REFUSED, now=NOON + LEASE)
    assert outbox.end(present, Outcome.HANDED_OVER, now=NOON + LEASE)
    assert not outbox.end(present, Outcome.HANDED_OVER, now=NOON + LEASE)
    assert logged(events.TOLD) == 1


def test_a_message_that_was_taken_but_not_recorded_comes_again_under_the_same_id(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.taken_down()
    drain_asker_rows()
    with monkeypatch.context() as patched:
        patched.setattr(draining, "_record", _die)
        with pytest.raises(KeyboardInterrupt):
            drain()

    drain(NOON + LEASE)

    assert post.ids == [message_id(rows()["office"].pk)] * 2


def _die(*_: object) -> None:
    raise KeyboardInterrupt
