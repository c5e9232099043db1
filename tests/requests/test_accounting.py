"""An accounting from asking to the delivered list (45 CFR 164.528)."""

from hashlib import sha256
from typing import Any

import pytest
import rfc8785

from requests_app.actions import disclosures
from requests_app.actions.file import file
from requests_app.disclosures import issue
from requests_app.disclosures.models import Disclosure, IssuedAccounting
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.kinds.base import Kind
from requests_app.letters import accounting as letters
from tests.support import office
from tests.support.office import NOON, OFFICER, PATIENT, REPRESENTATIVE, act, disclosed, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def given(request: Kind) -> IssuedAccounting:
    """The accounting as it was given at the end."""
    return IssuedAccounting.objects.get(request=request)


def recipients(request: Kind) -> list[str]:
    return [line["recipient"] for line in given(request).text.lines]


def ask(**details: Any) -> Kind:
    return file({"kind": "accounting", "details": details}, actor=PATIENT, now=NOON)


def test_what_is_accountable_comes_back_out_and_what_is_excluded_does_not(
    clinic: office.Office,
) -> None:
    for basis in ("TRT", "PAY", "OPS", "AUTH", "FAM", "NATSEC", "CUST", "IND"):
        disclosed(clinic.patient, "2026-01-10", basis=basis, recipient_name=f"Not {basis}")
    for basis in ("PH", "JUD-S", "LE1", "OVS", "WC", "SEC", "IMP"):
        disclosed(clinic.patient, "2026-01-11", basis=basis, recipient_name=f"Yes {basis}")

    request = do(office.filed("accounting"), "provide", "close")

    found = ["Yes PH", "Yes JUD-S", "Yes LE1", "Yes OVS", "Yes WC", "Yes SEC", "Yes IMP"]
    assert recipients(request) == found
    assert "Not " not in request.letters.get().text.body
    assert request.state == "closed"


def test_every_basis_the_rule_names_is_in_the_list_or_not_as_the_taxonomy_says(
    clinic: office.Office,
) -> None:
    bases = list(taxonomy().all.values())
    for basis in bases:
        disclosed(clinic.patient, "2026-01-10", basis=basis.code, recipient_name=basis.code)
    request = do(office.filed("accounting", now=NOON), "provide", now=office.day("2026-04-28"))
    assert set(recipients(request)) == {b.code for b in bases if b.accountable.value != "no"}


@pytest.mark.parametrize(
    ("on", "listed"),
    [
        pytest.param("2020-03-02", True, id="six years before, to the day"),
        pytest.param("2020-03-01", False, id="a day more than six years"),
        pytest.param("2026-03-02", True, id="the day of the request"),
    ],
)
def test_the_list_reaches_six_years_back(on: str, listed: bool, clinic: office.Office) -> None:
    disclosed(clinic.patient, on)
    request = do(office.filed("accounting"), "provide")
    assert given(request).line_count == int(listed)


def test_a_shorter_period_is_kept_to(clinic: office.Office) -> None:
    for on in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"):
        disclosed(clinic.patient, on, recipient_name=on)
    request = do(ask(since="2026-01-01", until="2026-01-31"), "provide")
    assert recipients(request) == ["2026-01-01", "2026-01-31"]
    assert "from January 1, 2026 to January 31, 2026" in request.letters.get().text.body


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"since": "2020-03-01"}, "/details/since"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "/details/until"),
    ],
)
def test_a_period_that_cannot_be_is_refused_when_asked(
    details: dict[str, str], field: str, clinic: office.Office
) -> None:
    with pytest.raises(BadInput) as refusal:
        ask(**details)
    assert refusal.value.problems[0].field == field


def test_narrowing_beyond_the_six_years_is_refused_at_once(clinic: office.Office) -> None:
    request = office.filed("accounting")
    with pytest.raises(BadInput) as refusal:
        act(request, "narrow", {"since": "2019-01-01", "until": "2026-01-01"}, actor=PATIENT)
    assert refusal.value.problems[0].field == "/since"


# --- fee ---------------------------------------------------------------------------------------
def test_the_first_in_twelve_months_is_free(clinic: office.Office) -> None:
    with pytest.raises(NotNow) as refusal:
        do(office.filed("accounting"), "quote_fee")
    assert refusal.value.citation == "45 CFR 164.528(c)(2)"


def test_the_representatives_counts_as_the_patients_first(clinic: office.Office) -> None:
    office.link_representative(REPRESENTATIVE, clinic.patient)
    do(office.filed("accounting", actor=REPRESENTATIVE), "provide")

    request = do(office.filed("accounting", now=office.day("2026-06-01")), "quote_fee",
                 now=office.day("2026-06-01"))  # fmt: skip

    body = request.letters.get().text.body
    assert "$12.50" in body
    assert "withdraw your request" in body


@pytest.mark.parametrize(
    ("again", "free"),
    [
        pytest.param("2027-03-01", False, id="the day before twelve months are over"),
        pytest.param("2027-03-02", True, id="twelve months later to the day"),
    ],
)
def test_after_twelve_months_it_is_free_again(
    again: str, free: bool, clinic: office.Office
) -> None:
    do(office.filed("accounting"), "provide")
    asked = office.day(again)
    assert issue.is_free(office.filed("accounting", now=asked), now=asked) is free


@pytest.fixture
def quoted(clinic: office.Office) -> Kind:
    """A second request, one month after the free one, with a fee told."""
    disclosed(clinic.patient, "2026-01-10")
    earlier = office.day("2026-02-02")
    do(office.filed("accounting", now=earlier), "provide", now=earlier)
    return do(office.filed("accounting"), "quote_fee")


def test_an_agreed_fee_stands_on_the_accounting(quoted: Kind) -> None:
    act(quoted, "agree_fee", actor=PATIENT)
    assert given(do(quoted, "provide")).fee_cents == 1250


def test_narrowing_takes_the_quote_back(quoted: Kind) -> None:
    narrowed = act(quoted, "narrow", office.INPUT["narrow"], actor=PATIENT)
    assert (narrowed.state, narrowed.fee_cents) == ("in_review", None)
    assert given(do(narrowed, "provide")).period_until.isoformat() == "2026-02-01"


def test_withdrawing_after_the_quote_costs_nothing(quoted: Kind) -> None:
    withdrawn = act(quoted, "withdraw", actor=PATIENT)
    assert withdrawn.answered_at is not None
    assert not IssuedAccounting.objects.filter(request=quoted).exists()


def test_a_quote_that_nobody_answers_makes_nothing_late_and_costs_nothing(quoted: Kind) -> None:
    request = do(quoted, "provide", now=office.day("2026-05-01"))
    assert given(request).fee_cents == 0
    assert request.answered_on == request.due_on


# --- what is not classified ----------------------------------------------------------------------
def test_an_unset_basis_holds_back_until_five_days_before_the_due_day(
    clinic: office.Office,
) -> None:
    disclosed(clinic.patient, "2026-01-10", basis=None, recipient_name="Unclassified")
    request = office.filed("accounting")
    assert str(request.due_on) == "2026-05-01"
    with pytest.raises(NotNow, match="Classify the basis of 1 disclosure first"):
        do(request, "provide", now=office.day("2026-04-25"))

    request = do(request, "provide", now=office.day("2026-04-26"))

    assert recipients(request) == ["Unclassified"]


def test_a_correction_takes_the_place_of_the_line(clinic: office.Office) -> None:
    wrong = disclosed(clinic.patient, "2026-01-10", recipient_name="Wrong Office")
    right = _line(wrong, recipient_name="Right Office")
    disclosures.correct(str(wrong.pk), right, actor=OFFICER, now=NOON)
    with pytest.raises(NotNow, match="corrected already"):
        disclosures.correct(str(wrong.pk), right, actor=OFFICER, now=NOON)

    assert recipients(do(office.filed("accounting"), "provide")) == ["Right Office"]
    assert Disclosure.objects.get(pk=wrong.pk).facts.recipient_name == "Wrong Office"


def _line(old: Disclosure, **more: str) -> dict[str, str]:
    return {
        "patient": str(old.patient_id), "basis": old.basis, "disclosed_on": str(old.disclosed_on),
        "recipient_name": "", "description": "Test result", "purpose": "A report", **more,
    }  # fmt: skip


# --- the letter ----------------------------------------------------------------------------------
def test_each_line_says_when_to_whom_what_and_why(clinic: office.Office) -> None:
    disclosed(clinic.patient, "2026-01-10", disclosed_until="2026-01-12")
    body = do(office.filed("accounting"), "provide").letters.get().text.body
    for words in (
        "Date: 2026-01-10 to 2026-01-12",
        "To: Example County Health, 2 Example Street",
        "What: Test result",
        "Why: Report of a disease the law names",
        "Number of disclosures listed: 1",
    ):
        assert words in body


def test_an_empty_list_says_so(clinic: office.Office) -> None:
    request = do(office.filed("accounting"), "provide")
    assert "There are no disclosures to list for this period." in request.letters.get().text.body


def test_the_frozen_copy_is_the_letter_and_its_hash_is_that_of_its_lines(
    clinic: office.Office,
) -> None:
    disclosed(clinic.patient, "2026-01-10")
    disclosed(clinic.patient, "2026-01-11", purpose=None, request_copy="Drawer 4, 2026-01")
    request = do(office.filed("accounting"), "provide")
    frozen, body = given(request), request.letters.get().text.body
    assert frozen.sha256 == sha256(rfc8785.dumps(list(frozen.text.lines))).hexdigest()
    assert all(words in body for line in frozen.text.lines for words in line.values())
    assert "Why: See the copy of the written request" in body


def test_a_line_recorded_while_the_letter_is_written_cannot_part_the_two(
    clinic: office.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = letters.PROVIDED.context

    def late(move: Any) -> Any:
        disclosed(clinic.patient, "2026-01-10", recipient_name="Came Late")
        return context(move)

    monkeypatch.setitem(letters.PROVIDED.__dict__, "context", late)
    request = do(office.filed("accounting"), "provide")
    assert recipients(request) == []
    assert "Came Late" not in request.letters.get().text.body


def test_only_the_officer_gives_an_accounting(clinic: office.Office) -> None:
    with pytest.raises(NotPermitted):
        act(office.filed("accounting"), "provide", {"provided": "portal"}, actor=office.STAFF)
