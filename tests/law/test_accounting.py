"""The accounting a patient is owed, from ledger lines."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.disclosures.accounting import (
    AccountingList,
    Exclusion,
    LedgerLine,
    accounting,
)
from requests_app.disclosures.periods import Period, first_free, period, years_before
from requests_app.disclosures.taxonomy import UnknownBasis, taxonomy
from requests_app.errors import BadInput
from tests.properties import calm

REQUESTED = date(2026, 3, 6)
RECORDED = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


def line(seq: int = 1, **facts: Any) -> LedgerLine:
    whole: dict[str, Any] = {
        "id": f"e{seq}",
        "seq": seq,
        "disclosed_from": date(2026, 1, 1),
        "recorded_at": RECORDED,
        "basis": "PH",
        "recipient_name": "Demo County Health Department",
        "recipient_address": "1 Example Street",
        "description": "Report of a test result",
        "purpose": "Required report to public health",
    }
    return LedgerLine(**(whole | facts))


def listed(*lines: LedgerLine, asked: Period | None = None, **more: Any) -> AccountingList:
    return accounting(lines, asked or period(REQUESTED), taxonomy(), **more)


def entries(found: AccountingList) -> list[str]:
    return [line.entry for line in found.lines]


def test_a_line_says_when_to_whom_what_and_why() -> None:
    (shown,) = listed(line()).lines

    assert shown.disclosed_from == date(2026, 1, 1)
    assert shown.recipient_name == "Demo County Health Department"
    assert shown.recipient_address == "1 Example Street"
    assert shown.description == "Report of a test result"
    assert shown.purpose == "Required report to public health"


@pytest.mark.parametrize("code", sorted(taxonomy().all))
def test_each_basis_is_listed_or_excluded_with_its_reason(code: str) -> None:
    basis = taxonomy().basis(code)

    found = listed(line(basis=code))

    if basis.accountable == "no":
        (excluded,) = found.excluded
        assert found.lines == ()
        assert (excluded.exclusion, excluded.reason) == (Exclusion.BASIS, basis.because)
        assert excluded.citation == basis.because_citation
    else:
        assert entries(found) == ["e1"]
        assert found.excluded == ()
    assert bool(found.to_classify) == (basis.accountable == "depends")


def test_an_unset_basis_counts_and_asks_to_be_classified() -> None:
    found = listed(line(basis=None))

    assert entries(found) == ["e1"]
    assert [ask.entry for ask in found.to_classify] == ["e1"]


def test_an_unknown_basis_raises() -> None:
    with pytest.raises(UnknownBasis):
        listed(line(basis="XXX"))


@pytest.mark.parametrize(
    ("day", "until", "inside"),
    [
        pytest.param(date(2020, 3, 6), None, True, id="six years before, to the day"),
        pytest.param(date(2020, 3, 5), None, False, id="a day more than six years"),
        pytest.param(date(2020, 3, 1), date(2020, 3, 6), True, id="a range that reaches in"),
        pytest.param(date(2026, 3, 6), None, True, id="the day of the request"),
        pytest.param(date(2026, 3, 7), None, False, id="after the request"),
        pytest.param(date(2026, 3, 1), date(2026, 3, 20), True, id="a range that reaches out"),
    ],
)
def test_the_look_back_is_six_years_from_the_request(
    day: date, until: date | None, inside: bool
) -> None:
    found = listed(line(disclosed_from=day, disclosed_until=until))

    assert bool(found.lines) is inside
    assert [gone.exclusion for gone in found.excluded] == (
        [] if inside else [Exclusion.OUTSIDE_PERIOD]
    )


def test_six_years_before_a_leap_day_is_the_day_before_march() -> None:
    assert years_before(date(2024, 2, 29), 6) == date(2018, 2, 28)


def test_a_shorter_period_is_kept_to() -> None:
    asked = period(REQUESTED, since=date(2025, 1, 1), until=date(2025, 12, 31))
    early, inside, late = (
        line(seq, disclosed_from=day)
        for seq, day in enumerate([date(2024, 12, 31), date(2025, 6, 1), date(2026, 1, 1)], 1)
    )

    found = listed(early, inside, late, asked=asked)

    assert entries(found) == ["e2"]
    assert {gone.entry for gone in found.excluded} == {"e1", "e3"}


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        pytest.param(date(2020, 3, 5), None, "/details/since", id="longer than six years"),
        pytest.param(None, date(2026, 3, 7), "/details/until", id="after the request"),
        pytest.param(date(2025, 2, 1), date(2025, 1, 1), "/details/until", id="ends before start"),
    ],
)
def test_an_impossible_period_is_sent_back(
    since: date | None, until: date | None, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        period(REQUESTED, since=since, until=until)

    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_correction_replaces_what_it_corrects() -> None:
    wrong = line(1, recipient_name="Demo Clinic")
    first = line(2, corrects="e1", recipient_name="Demo County")
    second = line(3, corrects="e2", basis="TRT")

    after_first, after_second = listed(wrong, first), listed(wrong, first, second)

    assert [shown.recipient_name for shown in after_first.lines] == ["Demo County"]
    assert after_second.lines == ()
    assert [gone.exclusion for gone in after_second.excluded] == [
        Exclusion.CORRECTED,
        Exclusion.CORRECTED,
        Exclusion.BASIS,
    ]


def test_a_correction_of_nothing_raises() -> None:
    for target in ("e9", "e2"):
        with pytest.raises(ValueError, match="not recorded before it"):
            listed(line(1), line(2, corrects=target))


def test_the_list_of_a_past_instant_can_be_rebuilt() -> None:
    later = line(2, corrects="e1", basis="TRT", recorded_at=datetime(2026, 2, 1, tzinfo=UTC))

    assert entries(listed(line(1), later, as_of=datetime(2026, 1, 31, tzinfo=UTC))) == ["e1"]
    assert entries(listed(line(1), later)) == []


def test_lines_stand_in_the_order_of_disclosure_then_of_recording() -> None:
    lines = [
        line(3, disclosed_from=date(2025, 1, 1)),
        line(2, disclosed_from=date(2025, 6, 1)),
        line(1, disclosed_from=date(2025, 6, 1)),
    ]

    assert entries(listed(*lines)) == ["e3", "e1", "e2"]


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        pytest.param({"recipient_name": None}, ["(ii)"], id="no recipient"),
        pytest.param({"recipient_address": None}, [], id="an address only if known"),
        pytest.param({"description": "  "}, ["(iii)"], id="no description"),
        pytest.param({"purpose": ""}, ["(iv)"], id="no purpose"),
        pytest.param({"purpose": "", "copy_of_request": True}, [], id="copy of the request"),
    ],
)
def test_a_gap_in_a_line_is_asked_for_and_the_line_listed_all_the_same(
    facts: dict[str, Any], missing: list[str]
) -> None:
    found = listed(line(**facts))

    assert entries(found) == ["e1"]
    assert [gap.citation for gap in found.gaps] == [
        f"45 CFR 164.528(b)(2){part}" for part in missing
    ]


@pytest.mark.parametrize(
    ("earlier", "free"),
    [
        pytest.param([], True, id="the first ever"),
        pytest.param([date(2026, 1, 10)], False, id="seven weeks after the last free one"),
        pytest.param([date(2025, 3, 7)], False, id="a day short of twelve months"),
        pytest.param([date(2025, 3, 6)], True, id="twelve months to the day"),
        pytest.param([date(2020, 1, 1), date(2025, 2, 1)], True, id="older ones"),
        pytest.param([date(2026, 3, 6)], False, id="twice on one day"),
        pytest.param([date(2026, 3, 9)], False, id="one asked later was answered first"),
    ],
)
def test_one_accounting_in_any_twelve_months_is_free(earlier: list[date], free: bool) -> None:
    assert first_free(earlier, REQUESTED) is free


codes = st.none() | st.sampled_from(sorted(taxonomy().all))


@calm
@given(st.lists(st.tuples(st.dates(date(2015, 1, 1), date(2026, 12, 31)), codes), max_size=30))
def test_every_line_is_listed_or_excluded_and_never_both(
    facts: list[tuple[date, str | None]],
) -> None:
    lines = [line(seq, disclosed_from=day, basis=code) for seq, (day, code) in enumerate(facts)]

    found = listed(*lines)

    both = entries(found) + [gone.entry for gone in found.excluded]
    assert sorted(both) == sorted(one.id for one in lines)
