"""The demo's month: whole, lawful, invented, and only in an empty database."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from audit import clock, log
from privacy_portal import demo
from privacy_portal.accounts import addresses
from privacy_portal.accounts.model_users import User
from privacy_portal.demo import agencies, cast, month, office, rights
from privacy_portal.demo.cast import Credential
from privacy_portal.demo.stage import Calendar
from privacy_portal.env import Misconfigured
from requests_app.disclosures.check.models import CheckMade
from requests_app.disclosures.models import Disclosure, IssuedAccounting
from requests_app.disclosures.suspensions import SuppressedLine, Suspension
from requests_app.kinds import registry
from requests_app.kinds.models import Request, StatusRow
from requests_app.log_review import selectors as log_review
from requests_app.log_review.models import LogReviewSignature
from requests_app.people.models import AccountLink, Patient
from requests_app.practice import selectors as practice
from requests_app.practice.models import Duty
from requests_app.waiting import waiting
from tests.support.database import OwnDatabase

NOON = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
#: Family names nobody is likely to bear, and words that say "invented".
INVENTED = {
    "Administrator", "Auditor", "Contact", "Demo", "Desk", "Example", "Officer", "Placeholder",
    "Predecessor", "Rector", "Sample", "Staff", "Tryout", "Viewer",
}  # fmt: skip


def test_the_month_is_whole_and_the_log_agrees_with_it(own_database: OwnDatabase) -> None:
    with clock.frozen(NOON):
        shown = demo.fill(NOON)

    _one_request_in_every_state_worth_looking_at()
    _all_ten_kinds()
    _accountings_with_what_they_may_show()
    _what_was_asked_before_anything_went()
    _the_record_and_the_log_tell_the_same_times()
    _a_patient_is_tied_to_a_chart()
    _the_set_up_is_complete_and_remembers_the_official_before()
    _the_log_was_reviewed_in_time_and_once_something_was_found()
    _nothing_of_the_month_waits_to_be_told()
    _everybody_signs_in_with_what_was_shown(shown)
    with clock.frozen(NOON), pytest.raises(Misconfigured):
        demo.fill(NOON)
    assert Patient.objects.count() == len(cast.CHARTS)


def _the_log_was_reviewed_in_time_and_once_something_was_found() -> None:
    stands, days = log_review.standing(now=NOON), log_review.known()
    assert stands is not None
    assert stands.missed == ()
    signed = list(LogReviewSignature.objects.select_related("review"))
    assert [day for row in signed for day in log_review.missed_before(row, days)] == []
    assert sum(row.finding.something for row in signed) == 1


def _one_request_in_every_state_worth_looking_at() -> None:
    assert Counter(Request.objects.values_list("kind", "state")) == {
        ("access", "received"): 1,
        ("access", "in_review"): 3,
        ("access", "waiting"): 1,
        ("access", "granted"): 1,
        ("access", "delivered"): 1,
        ("access", "closed"): 1,
        ("access", "under_review"): 1,
        ("access", "redirected"): 1,
        ("accounting", "provided"): 2,
        ("accounting", "in_review"): 1,
        ("restriction", "agreed_must"): 1,
        ("amendment", "rebutted"): 1,
        ("confidential_communications", "accommodated"): 1,
        ("revocation", "effective"): 1,
        ("complaint", "in_review"): 1,
        ("notice_copy", "given"): 1,
        ("materials_opt_out", "carried_out"): 1,
        ("objection", "carried_out"): 1,
    }
    late = Request.objects.filter(answered_at=None, due_at__lt=NOON)
    assert late.count() == 1
    assert StatusRow.objects.filter(move="extend").count() == 1


def _all_ten_kinds() -> None:
    kinds = set(Request.objects.values_list("kind", flat=True))
    assert kinds == {kind.name for kind in registry.all_kinds()}
    assert len(kinds) == 10


def _accountings_with_what_they_may_show() -> None:
    """One is whole; of the other a detective's word keeps a line back, for thirty days at most."""
    shown = [
        [line["recipient"] for line in issued.text.lines]
        for issued in IssuedAccounting.objects.order_by("issued_at")
    ]
    assert shown == [["Sample County Health Department"], ["Sample County Health Department"]]
    suspension = Suspension.objects.get()
    assert (suspension.form, suspension.applied, suspension.doubt) == ("oral", True, "")
    assert suspension.last_on <= suspension.stated_on + timedelta(days=30)
    assert suspension.last_on > NOON.date()
    assert SuppressedLine.objects.get().disclosure.facts.recipient_name == agencies.POLICE
    bases = set(Disclosure.objects.values_list("basis", flat=True))
    assert bases == {"IND", "TRT", "PAY", "PH", "WC", "JUD-S", "LE1", ""}


def _what_was_asked_before_anything_went() -> None:
    """The subpoena, without an assurance and with one; then the claim that a restriction stops."""
    asked = CheckMade.objects.order_by("asked_at").filter(disclosure=None)
    assert [row.verdict for row in asked] == ["deny", "permit_with_conditions", "deny"]


def _the_record_and_the_log_tell_the_same_times() -> None:
    for row in StatusRow.objects.all():
        assert log.read(row.audit_eid).entry.at == row.at
    assert not StatusRow.objects.filter(at__gt=NOON).exists()


def _a_patient_is_tied_to_a_chart() -> None:
    assert AccountLink.objects.get().method == "code"


def _the_set_up_is_complete_and_remembers_the_official_before() -> None:
    today = NOON.date()
    assert practice.missing_set_up(on=today) == []
    then = practice.holder(Duty.PRIVACY_OFFICIAL, on=today - timedelta(days=1000))
    assert then is not None
    assert then.name == office.FORMER_OFFICIAL[1]


def _nothing_of_the_month_waits_to_be_told() -> None:
    left = waiting(now=NOON)
    assert (left.open, left.dead, left.due_since) == (0, 0, None)


def _everybody_signs_in_with_what_was_shown(shown: list[Credential]) -> None:
    assert {one.sign_in for one in shown} == set(demo.SIGN_INS)
    for one in shown:
        user = addresses.find(one.sign_in)
        assert user is not None
        assert user.check_password(one.password), one.role
    auditor = User.objects.get(username=cast.STAFF["auditor"].address)
    assert auditor.grants.get().until > NOON


def test_passwords_differ_from_run_to_run(own_database: OwnDatabase) -> None:
    with clock.frozen(NOON):
        with transaction.atomic():
            first = demo.fill(NOON)
            transaction.set_rollback(True)
        second = demo.fill(NOON)
    assert [one.sign_in for one in first] == [one.sign_in for one in second]
    passwords = {one.password for one in [*first, *second]}
    assert len(passwords) == len(first) + len(second)


@pytest.mark.parametrize("weekday", range(7))
def test_every_story_is_told_in_its_own_order_whatever_the_weekday(weekday: int) -> None:
    when = Calendar(NOON + timedelta(days=weekday, hours=-9))
    for story in month.STORIES:
        told = [step.at for step in story(when)]
        assert told == sorted(told), story.__name__
        assert max(told) <= when.now


def test_every_name_is_invented() -> None:
    people = [who.name for who in cast.STAFF.values()]
    people += [f"{chart['given_names']} {chart['family_name']}" for chart in cast.CHARTS.values()]
    people += [name for _, name, *_ in office.DESIGNATED.values()]
    people += [office.FORMER_OFFICIAL[1], office.ASSOCIATE["contact_name"]]
    for name in people:
        assert name.split()[-1] in INVENTED, f"{name}: give people in the demo invented names"


def test_every_address_and_number_belongs_to_nobody() -> None:
    """Telephones 555-0100 to 555-0199 and example.org are set aside for examples."""
    text = repr(
        (cast.CHARTS, cast.SIGN_INS, vars(office), vars(month), vars(rights), vars(agencies))
    )
    assert set(re.findall(r"@([\w.-]+)", text)) <= {"example.org", "billing.example.org"}
    assert all(
        re.fullmatch(r"919-555-01\d\d", found) for found in re.findall(r"\d{3}-\d{3}-\d{4}", text)
    )
