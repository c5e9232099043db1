"""The scheduled review of the log (164.308(a)(1)(ii)(D), 164.312(b)): due, looked at, signed, never undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from audit import clock, log
from audit.actors import Actor
from audit.log import Facet
from requests_app import events
from requests_app.actions import log_reviews
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.log_review import matters, selectors
from requests_app.log_review.models import (
    Finding,
    LogReview,
    LogReviewCountersignature,
    LogReviewSignature,
    Second,
)
from requests_app.outbox import OutboxRow, Topic
from requests_app.permissions import Role
from tests.support import fallen, office
from tests.support.office import AUDITOR, NOON, OFFICER, SECOND_OFFICER, STAFF, day, reviewed

pytestmark = pytest.mark.django_db

CLEAN = {"something": False, "words": "Nothing out of the ordinary"}
SECONDS = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[office.Office]:
    """Everything before a test was written on March 2, 2026, at noon."""
    with clock.frozen(NOON):
        yield office.set_up()


@contextmanager
def on(text: str) -> Iterator[datetime]:
    with clock.frozen(day(text)):
        yield day(text)


def begun(by: Actor = OFFICER, *, now: datetime = NOON + SECONDS) -> LogReview:
    return log_reviews.begin(people=[OFFICER.id, STAFF.id], actor=by, now=now)


def missed(row: LogReview) -> list[date]:
    found = LogReviewSignature.objects.select_related("review").get(review=row)
    return selectors.missed_before(found, selectors.known())


def stands(now: datetime) -> selectors.Standing:
    found = selectors.standing(now=now)
    assert found is not None
    return found


# --- when ----------------------------------------------------------------------------------------
def test_the_first_review_is_due_a_month_after_the_first_entry() -> None:
    found = stands(NOON)
    assert (found.since, found.due_on, found.missed) == (NOON, date(2026, 4, 2), ())


def test_a_review_that_was_missed_stays_missed_whenever_it_is_made_up_for() -> None:
    late = [date(2026, 4, 2), date(2026, 5, 2), date(2026, 6, 2)]
    assert list(stands(day("2026-06-02")).missed) == late[:2]
    assert list(stands(day("2026-06-10")).missed) == late

    row = reviewed(now=day("2026-06-10"))

    assert missed(row) == late
    found = stands(day("2026-06-10"))
    assert (found.missed, found.due_on) == ((), date(2026, 7, 10))
    assert missed(reviewed(now=day("2026-07-10"))) == []


def test_one_that_was_begun_and_not_signed_counts_for_nothing() -> None:
    begun(now=day("2026-04-01"))
    assert stands(day("2026-04-03")).missed == (date(2026, 4, 2),)


def test_how_often_is_the_practices_own_and_never_said_for_days_that_are_over() -> None:
    said = {"months": 3, "second": False, "in_force_from": "2026-03-01"}
    with pytest.raises(BadInput) as refusal:
        log_reviews.set_schedule(said, actor=OFFICER, now=NOON)
    assert refusal.value.problems[0].field == "/in_force_from"

    today = said | {"in_force_from": "2026-03-02"}
    log_reviews.set_schedule(today, actor=OFFICER, now=NOON)
    assert stands(NOON).due_on == date(2026, 6, 2)
    with pytest.raises(NotPermitted):
        log_reviews.set_schedule(today, actor=STAFF, now=NOON)


@pytest.mark.parametrize(
    ("found_at", "due", "missed_too"),
    [
        pytest.param("2026-04-01", {}, {}, id="the day before: nothing"),
        pytest.param("2026-04-02", {"told": 1}, {}, id="on its day it is told"),
        pytest.param("2026-04-03", {"told": 1}, {"missed": 1}, id="the day after it is missed"),
        pytest.param("2026-05-03", {"told": 2}, {"missed": 2}, id="after an outage: each of them"),
    ],
)
def test_what_falls_due_is_told_to_the_privacy_official(
    found_at: str, due: dict[str, int], missed_too: dict[str, int]
) -> None:
    with on(found_at) as now:
        assert fallen.acted(matters.DUE, now=now) == due
        assert fallen.acted(matters.MISSED, now=now) == missed_too
        assert fallen.acted(matters.DUE, now=now) == {}
    rows = OutboxRow.objects.filter(topic=Topic.LOG_REVIEW)
    assert [row.audience for row in rows] == ["officer"] * bool(due)
    entries = log.find(Facet.NAME, events.LOG_REVIEW_MISSED).entries
    assert len(entries) == sum(missed_too.values())


def test_once_it_is_signed_nothing_is_told() -> None:
    reviewed(now=day("2026-04-01"))
    assert fallen.acted(matters.DUE, now=day("2026-04-20")) == {}
    assert fallen.acted(matters.MISSED, now=day("2026-04-20")) == {}


# --- what was looked at --------------------------------------------------------------------------
def test_the_figures_are_those_of_the_log_and_the_reviewers_own_stand_beside() -> None:
    with on("2026-03-10") as now:
        log.append(events.READ_PATIENT, actor=STAFF)
        log.append(events.READ_PATIENT, actor=STAFF)
        log.append(events.READ_PATIENT, actor=OFFICER)
    figures = begun(now=now + SECONDS).figures
    assert figures.names[events.READ_PATIENT] == 3
    assert (figures.own[events.READ_PATIENT], figures.people[STAFF.id]) == (1, 2)
    for name, number in figures.names.items():
        assert number == len(log.find(Facet.NAME, name, limit=500).entries), name


def test_reviews_follow_each_other_without_a_gap_and_count_no_entry_twice() -> None:
    counted = []
    for text in ("2026-03-10", "2026-03-20"):
        with on(text) as now:
            log.append(events.READ_PATIENT, actor=STAFF)
            counted.append(reviewed(now=now + SECONDS))
    first, second = counted
    assert (first.covers_from, second.covers_from) == (NOON, first.covers_until)
    assert [row.figures.names[events.READ_PATIENT] for row in counted] == [1, 1]


def test_what_concerns_complaints_is_in_no_figure_by_name() -> None:
    complaint = office.filed("complaint")
    assert log.find(Facet.REQUEST, complaint.reference).entries
    names = begun().figures.names
    assert names[events.PATIENT_ADDED] == 1
    assert not [name for name in names if "complaint" in name]


def test_a_disclosure_that_no_rule_permitted_is_put_before_the_reviewer(
    clinic: office.Office,
) -> None:
    office.disclosed(clinic.patient, "2026-03-01", basis="IMP")
    office.disclosed(clinic.patient, "2026-03-01")
    assert begun().figures.not_permitted == 1


# --- the finding and the signatures --------------------------------------------------------------
def test_a_finding_that_calls_for_action_says_what_is_done_or_what_goes_on_from_it() -> None:
    row = begun()
    said = CLEAN | {"something": True}
    with pytest.raises(BadInput) as refusal:
        log_reviews.sign(str(row.pk), said, actor=OFFICER, now=NOON + SECONDS)
    assert refusal.value.problems[0].field == "/done"

    goes_on = office.filed("complaint")
    said["request"] = goes_on.reference
    signed = log_reviews.sign(str(row.pk), said, actor=OFFICER, now=NOON + SECONDS)

    assert signed.signature.request.reference == goes_on.reference
    entry = log.find(Facet.NAME, events.LOG_REVIEW_SIGNED).entries[0].entry
    assert (entry.request, entry.actor.id) == (goes_on.reference, OFFICER.id)


def _of_somebody_else() -> LogReview:
    return begun(SECOND_OFFICER)


def _overtaken() -> LogReview:
    row = begun()
    reviewed(now=NOON + SECONDS)
    return row


def _signed() -> LogReview:
    return reviewed(by=OFFICER, now=NOON + SECONDS)


@pytest.mark.parametrize(
    ("made", "after", "error", "words"),
    [
        pytest.param(_of_somebody_else, SECONDS, NotPermitted, "began", id="begun by another"),
        pytest.param(_signed, SECONDS, NotNow, "already", id="signed already"),
        pytest.param(_overtaken, SECONDS, NotNow, "meanwhile", id="another was signed meanwhile"),
        pytest.param(
            begun, timedelta(days=7, seconds=2), NotNow, "Begin a new one", id="eight days later"
        ),
    ],
)
def test_a_review_is_not_signed(
    made: Callable[[], LogReview], after: timedelta, error: type[Exception], words: str
) -> None:
    row = made()
    with pytest.raises(error, match=words):
        log_reviews.sign(str(row.pk), CLEAN, actor=OFFICER, now=NOON + after)


def test_on_the_seventh_day_it_is_still_signed() -> None:
    row = begun()
    log_reviews.sign(str(row.pk), CLEAN, actor=OFFICER, now=row.covers_until + timedelta(days=7))


def test_a_second_person_countersigns_and_never_who_signed() -> None:
    row = reviewed(by=OFFICER)
    with pytest.raises(NotPermitted, match="somebody else"):
        log_reviews.countersign(str(row.pk), {}, actor=OFFICER, now=NOON)
    second = log_reviews.countersign(str(row.pk), {}, actor=SECOND_OFFICER, now=NOON).second
    assert second.signed_by == SECOND_OFFICER.id
    with pytest.raises(NotNow):
        log_reviews.countersign(str(row.pk), {}, actor=SECOND_OFFICER, now=NOON)
    with pytest.raises(NotNow):
        log_reviews.countersign(str(begun().pk), {}, actor=SECOND_OFFICER, now=NOON + SECONDS)


@pytest.mark.parametrize("asked", [True, False])
def test_a_missing_second_signature_is_shown_where_it_is_asked_for_and_stops_nothing(
    asked: bool,
) -> None:
    said = {"months": 1, "second": asked, "in_force_from": "2026-03-02"}
    log_reviews.set_schedule(said, actor=OFFICER, now=NOON)
    row = reviewed(now=day("2026-03-20"))
    assert selectors.second_missing(row, selectors.known()) is asked
    assert stands(day("2026-03-20")).due_on == date(2026, 4, 20)


# --- who -------------------------------------------------------------------------------------------
def test_nobody_reviews_or_reads_whose_role_reaches_some_sites_only(clinic: office.Office) -> None:
    at_one = office.person(
        Role.PRIVACY_OFFICER, "Una Site", sites={Role.PRIVACY_OFFICER.value: frozenset({str(clinic.site.pk)})}
    )  # fmt: skip
    for attempt in (lambda: begun(at_one), lambda: selectors.readable(at_one)):
        with pytest.raises(NotPermitted):
            attempt()


@pytest.mark.parametrize("who", [AUDITOR, STAFF], ids=["auditor", "staff"])
def test_who_does_not_review_begins_none(who: Actor) -> None:
    with pytest.raises(NotPermitted):
        begun(who)


def test_whom_a_complaint_names_does_not_read_the_finding_that_led_to_it() -> None:
    about = office.DETAILS["complaint"] | {"about": "privacy_official"}
    complaint = office.filed("complaint", details=about, actor=office.STRANGER)
    row = begun(SECOND_OFFICER)
    LogReviewSignature(
        id=uuid4(), review=row, request_id=complaint.pk, finding=Finding(True, "It is", ""),
        signed_at=NOON + SECONDS,
    ).save(force_insert=True)  # fmt: skip
    read = {who.name: selectors.one(str(row.pk), actor=who) for who in (OFFICER, AUDITOR)}
    assert {name: selectors.withheld(one) for name, one in read.items()} == {
        OFFICER.name: True, AUDITOR.name: False,
    }  # fmt: skip


# --- what the database refuses ---------------------------------------------------------------------
def _second(row: LogReview, by: Actor, at: datetime) -> LogReviewCountersignature:
    return LogReviewCountersignature(
        id=uuid4(), review=row, facts=Second(""), signed_by=by.id, signed_by_name=by.name,
        signed_at=at,
    )  # fmt: skip


def kept(row: Any) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DatabaseError:
        return False
    return True


def test_the_database_refuses_what_the_actions_never_try() -> None:
    signed = reviewed(by=OFFICER, now=NOON + SECONDS)
    finding = signed.signature.finding
    open_one, other = begun(now=NOON + 2 * SECONDS), begun(SECOND_OFFICER, now=NOON + 2 * SECONDS)

    def signature(row: LogReview, follows: Any, at: datetime) -> Any:
        facts: dict[str, Any] = {"review": row, "follows_id": follows, "signed_at": at}
        return LogReviewSignature(id=uuid4(), finding=finding, **facts)

    later = NOON + 3 * SECONDS
    wrong = {
        "signed before it was begun": signature(open_one, open_one.follows_id, NOON),
        "a place in the row that is another's": signature(open_one, None, later),
        "countersigned by who signed": _second(signed, OFFICER, later),
        "countersigned before it was signed": _second(signed, SECOND_OFFICER, NOON),
        "countersigned and not signed": _second(open_one, SECOND_OFFICER, later),
    }
    assert [what for what, row in wrong.items() if kept(row)] == []
    assert kept(signature(open_one, open_one.follows_id, later))
    assert not kept(signature(other, other.follows_id, later))
