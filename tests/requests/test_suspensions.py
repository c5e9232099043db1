"""What an agency has had held back, and what is given when its time is over (164.528(a)(2))."""

from datetime import date, datetime
from typing import Any

import pytest

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.actions import disclosures, suspensions
from requests_app.disclosures import issue, queue
from requests_app.disclosures.models import IssuedAccounting
from requests_app.disclosures.suspensions import Doubt, SuppressedLine, open_questions
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.kinds.base import Kind
from tests.support import office
from tests.support.office import DESK, OFFICER, TO_THE_POLICE, day, disclosed, do, held_back

pytestmark = pytest.mark.django_db
APRIL_1, APRIL_20, MAY_1, MAY_2 = (
    day(on) for on in ("2026-04-01", "2026-04-20", "2026-05-01", "2026-05-02")
)


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def police(clinic: office.Office, on: str = "2026-02-03", **more: Any) -> Any:
    return disclosed(clinic.patient, on, **(TO_THE_POLICE | more))


def given(request: Kind) -> list[str]:
    rows = IssuedAccounting.objects.filter(request=request).order_by("issued_at")
    return [line["date"] for row in rows for line in row.text.lines]


def provided(now: datetime) -> Kind:
    return do(office.filed("accounting"), "provide", now=now)


def owed(now: datetime) -> list[int]:
    return [one.lines for one in queue.supplements_owed(OFFICER, now=now)]


def test_an_oral_statement_holds_back_for_thirty_days_and_no_more(clinic: office.Office) -> None:
    police(clinic)
    disclosed(clinic.patient, "2026-02-04")
    row = held_back(clinic.patient, now=APRIL_1)

    assert (row.applied, row.last_on) == (True, date(2026, 5, 1))
    assert given(provided(MAY_1)) == ["2026-02-04"]
    assert given(provided(MAY_2)) == ["2026-02-03", "2026-02-04"]


def test_a_written_one_that_follows_goes_on_where_the_oral_one_ended(clinic: office.Office) -> None:
    police(clinic)
    held_back(clinic.patient, now=APRIL_1)
    held_back(clinic.patient, now=APRIL_20, months=6)
    assert given(provided(MAY_2)) == []
    assert given(provided(day("2026-10-19"))) == []
    assert given(provided(day("2026-10-20"))) == ["2026-02-03"]


def test_what_was_held_back_is_owed_when_it_lapses_and_given_once(clinic: office.Office) -> None:
    police(clinic)
    held_back(clinic.patient, now=APRIL_1)
    request = provided(APRIL_20)
    assert (owed(MAY_1), owed(MAY_2)) == ([], [1])
    with pytest.raises(NotNow, match="nothing to add"):
        office.act(request, "supplement", {"provided": "portal"}, now=MAY_1)

    do(request, "supplement", now=MAY_2)

    assert given(request) == ["2026-02-03"]
    letter = request.letters.order_by("sent_at").last()
    assert letter is not None
    assert "We could not list these disclosures then" in letter.text.body
    assert owed(MAY_2) == []
    with pytest.raises(NotNow):
        do(request, "supplement", now=MAY_2)


def test_a_later_written_statement_puts_the_supplement_off(clinic: office.Office) -> None:
    police(clinic)
    held_back(clinic.patient, now=APRIL_1)
    provided(APRIL_20)
    held_back(clinic.patient, now=MAY_1, until="2026-08-01")
    assert (owed(MAY_2), owed(day("2026-08-02"))) == ([], [1])


def test_a_supplement_gives_the_correction_and_not_what_no_longer_counts(
    clinic: office.Office,
) -> None:
    told, gone = police(clinic), police(clinic, "2026-02-05")
    held_back(clinic.patient, told, gone, now=APRIL_1)
    request = provided(APRIL_20)
    right = {
        "patient": str(clinic.patient.pk), "disclosed_on": "2026-02-06", "purpose": "As said",
        "recipient_name": "Example Sheriff", "description": "Name",
    }  # fmt: skip
    disclosures.correct(str(told.pk), right | {"basis": "LE1"}, actor=OFFICER, now=APRIL_20)
    disclosures.correct(str(gone.pk), right | {"basis": "CUST"}, actor=OFFICER, now=APRIL_20)

    do(request, "supplement", now=MAY_2)

    assert given(request) == ["2026-02-06"]
    assert owed(MAY_2) == []


def test_a_supplement_to_a_paid_accounting_does_not_use_up_the_free_one(
    clinic: office.Office,
) -> None:
    police(clinic, "2025-08-01")
    held_back(clinic.patient, now=day("2025-08-20"), until="2025-10-01")
    do(office.filed("accounting", now=day("2025-03-03")), "provide", now=day("2025-03-03"))
    paid = do(
        office.filed("accounting", now=day("2025-09-01")),
        "quote_fee", "agree_fee", "provide", now=day("2025-09-02"),
    )  # fmt: skip
    do(paid, "supplement", now=day("2025-10-02"))
    asked = day("2026-03-10")
    assert issue.is_free(office.filed("accounting", now=asked), now=asked)


@pytest.mark.parametrize(
    ("basis", "more", "doubt", "applied"),
    [
        pytest.param("SEC", {}, Doubt.OTHER_BASIS, False, id="the Secretary"),
        pytest.param("PH", {}, Doubt.OTHER_BASIS, False, id="public health"),
        pytest.param("NATSEC", {}, Doubt.OTHER_BASIS, False, id="national security"),
        pytest.param("LE2", {}, Doubt.NONE, True, id="law enforcement"),
        pytest.param("LE2", {"authority": "oversight"}, Doubt.OTHER_BASIS, False, id="not theirs"),
        pytest.param("LE2", {"authority": "other"}, Doubt.OTHER_BASIS, False, id="nobody's"),
        pytest.param("LE2", {"would_impede": False}, Doubt.NOT_SAID, False, id="not said"),
    ],
)
def test_what_cannot_be_held_back_is_a_question_to_the_officer(
    clinic: office.Office, basis: str, more: dict[str, Any], doubt: Doubt, applied: bool
) -> None:
    police(clinic, basis=basis)
    row = held_back(clinic.patient, now=APRIL_1, **more)
    assert (row.doubt, row.applied) == (doubt, applied)
    assert open_questions().filter(pk=row.pk).exists() is not applied


def test_a_statement_partly_about_others_holds_its_own_and_asks_of_the_rest(
    clinic: office.Office,
) -> None:
    own, other = police(clinic), police(clinic, "2026-02-04", basis="SEC")
    row = held_back(clinic.patient, own, other, now=APRIL_1)
    assert (row.doubt, row.applied) == (Doubt.SOME_OTHER_BASIS, True)
    assert given(provided(APRIL_20)) == ["2026-02-04"]


def test_a_statement_ahead_of_any_line_holds_back_what_comes(clinic: office.Office) -> None:
    assert held_back(clinic.patient, now=day("2026-02-01")).applied
    police(clinic)
    assert given(provided(day("2026-02-05"))) == []


def test_the_officer_answers_a_question_once(clinic: office.Office) -> None:
    police(clinic, basis="SEC")
    row = held_back(clinic.patient, now=APRIL_1)
    said = {"words": "Told by letter that nothing is held back."}
    suspensions.answer(str(row.pk), said, actor=OFFICER, now=APRIL_1)
    assert not open_questions().exists()
    with pytest.raises(NotNow):
        suspensions.answer(str(row.pk), said, actor=OFFICER, now=APRIL_1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        pytest.param({"form": "written"}, "/until", id="written without a time"),
        pytest.param({"until": "2026-03-31"}, "/until", id="over before it began"),
        pytest.param({"until": "2026-06-01", "months": 2}, "/months", id="both"),
        pytest.param({"stated_on": "2026-04-02"}, "/stated_on", id="tomorrow"),
        pytest.param(
            {"disclosures": [{"disclosure": "0b9f3c52-7d1e-4a86-9c4f-5e2a7d61c0aa"}]},
            "/disclosures/0/disclosure",
            id="no such line",
        ),
    ],
)
def test_a_statement_that_cannot_be_is_refused(
    clinic: office.Office, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        held_back(clinic.patient, now=APRIL_1, **more)
    assert [one.field for one in refused.value.problems] == [field]


def test_the_desk_records_none(clinic: office.Office) -> None:
    with pytest.raises(NotPermitted):
        suspensions.record({}, actor=DESK, now=APRIL_1)


def test_the_record_of_it_names_the_official_and_stands_in_the_log(clinic: office.Office) -> None:
    row = held_back(clinic.patient, now=APRIL_1)
    row.refresh_from_db()
    assert row.facts.official == "Detective Dan Example"
    entry = log.find(Facet.NAME, events.SUSPENSION_RECORDED).entries[0].entry
    assert entry.after is not None
    assert entry.after["last_on"] == "2026-05-01"
    assert "Dan" not in str(entry)


def test_the_same_accounting_is_rebuilt_for_any_past_day(clinic: office.Office) -> None:
    """As given on 20 April, whatever was said, recorded or corrected since."""
    told = police(clinic)
    held_back(clinic.patient, now=APRIL_1)
    other = disclosed(clinic.patient, "2026-02-04")
    request = provided(APRIL_20)
    disclosed(clinic.patient, "2026-02-01", now=MAY_1)
    right = {
        "patient": str(clinic.patient.pk), "basis": "TRT", "disclosed_on": "2026-02-04",
        "recipient_name": "Dr. Roe Example", "description": "Notes", "purpose": "Care",
    }  # fmt: skip
    disclosures.correct(str(other.pk), right, actor=OFFICER, now=MAY_1)

    then = issue.draft(request, now=MAY_2, as_of=APRIL_20)
    before = issue.draft(request, now=MAY_2, as_of=day("2026-03-31"))
    now = issue.draft(request, now=MAY_2)

    frozen = IssuedAccounting.objects.get(request=request)
    assert tuple(issue.words(line) for line in then.lines) == frozen.text.lines
    assert [line.entry for line in before.lines] == [str(told.pk), str(other.pk)]
    assert [str(line.disclosed_from) for line in now.lines] == ["2026-02-01", "2026-02-03"]


def test_what_was_left_out_is_kept_where_only_staff_look(clinic: office.Office) -> None:
    told = police(clinic)
    held_back(clinic.patient, now=APRIL_1)
    request = provided(APRIL_20)
    assert SuppressedLine.objects.get(accounting__request=request).disclosure_id == told.pk
