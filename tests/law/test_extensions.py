"""One extension, in time, with reasons and a date; each regime is judged by itself."""

from datetime import date
from typing import Any

import pytest

from requests_app.deadlines.engine import Answer, Asked, Extension, Site, extended, limits
from requests_app.deadlines.extensions import check_extension
from requests_app.deadlines.packs import policies
from requests_app.deadlines.policy import ProviderType, RequestObject, SiteSetting
from requests_app.deadlines.wording import explain
from requests_app.errors import BadInput, NotNow

ALL = policies()
MAY_22 = date(2026, 5, 22)
COPY, INSPECT = frozenset({RequestObject.COPY}), frozenset({RequestObject.INSPECT})


def answer(state: str = "NC", day: date = MAY_22, kind: str = "access", **asked: Any) -> Answer:
    settings = frozenset(asked.pop("settings", ()))
    site = Site(
        zone="America/Chicago",
        state=state,
        provider_types=frozenset({ProviderType.PHYSICAL_THERAPIST}),
        settings=settings,
    )
    return limits(Asked(kind=kind, received=day, **asked), site, ALL)


JANUARY_31 = answer(day=date(2026, 1, 31))


def test_on_the_due_day_an_extension_with_reasons_and_a_date_is_accepted() -> None:
    notice = check_extension(
        JANUARY_31, provided=date(2026, 3, 2), until=date(2026, 4, 1), reasons="Records off site"
    )

    assert extended(JANUARY_31, notice).due == date(2026, 4, 1)


def test_the_day_after_the_due_day_it_is_refused() -> None:
    with pytest.raises(NotNow, match="Monday, March 2, 2026") as refused:
        check_extension(
            JANUARY_31, provided=date(2026, 3, 3), until=date(2026, 4, 1), reasons="Off site"
        )

    assert refused.value.citation == "45 CFR 164.524(b)(2)(ii)"
    assert "every answer is still possible" in refused.value.sentence


def test_a_second_extension_is_refused() -> None:
    once = extended(JANUARY_31, Extension(provided=date(2026, 2, 10), until=date(2026, 3, 15)))

    with pytest.raises(NotNow, match="one extension only") as refused:
        check_extension(
            once, provided=date(2026, 2, 20), until=date(2026, 3, 20), reasons="Off site"
        )
    assert refused.value.citation == "45 CFR 164.524(b)(2)(ii)"


def test_a_rule_without_extension_says_so() -> None:
    site = Site(zone="America/Los_Angeles", state="CA")
    alone = limits(
        Asked(kind="access", received=MAY_22, objects=COPY),
        site,
        [row for row in ALL if row.id == "us-ca.copy"],
    )

    with pytest.raises(NotNow, match="allows no extension") as refused:
        check_extension(alone, provided=MAY_22, until=date(2026, 6, 20), reasons="Off site")
    assert refused.value.citation == "Health & Safety Code 123110"


@pytest.mark.parametrize(
    ("until", "reasons", "fields", "words"),
    [
        pytest.param(date(2026, 4, 2), "Off site", ["/completion_date"],
                     "on or before Wednesday, April 1, 2026", id="past day 60"),
        pytest.param(date(2026, 3, 2), "Off site", ["/completion_date"],
                     "after Monday, March 2, 2026", id="not later than the due day"),
        pytest.param(date(2026, 4, 1), " \n", ["/reasons"], "Enter the reasons",
                     id="reasons left blank"),
        pytest.param(date(2026, 4, 2), "", ["/reasons", "/completion_date"], "Enter the reasons",
                     id="both at once"),
    ],
)  # fmt: skip
def test_a_notice_without_reasons_or_a_possible_date_is_sent_back(
    until: date, reasons: str, fields: list[str], words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        check_extension(JANUARY_31, provided=date(2026, 3, 2), until=until, reasons=reasons)

    assert [problem.field for problem in refused.value.problems] == fields
    assert words in refused.value.problems[0].sentence


def test_amendment_and_accounting_extend_from_day_60_to_day_90() -> None:
    for kind in ("amendment", "accounting"):
        before = answer(day=date(2026, 3, 2), kind=kind)
        notice = check_extension(
            before, provided=date(2026, 5, 1), until=date(2026, 5, 31), reasons="Off site"
        )
        assert extended(before, notice).due == date(2026, 5, 31)


ELECTRONIC, PAPER = (SiteSetting.ELECTRONIC_RECORDS,), (SiteSetting.PAPER_RECORDS,)


@pytest.mark.parametrize(
    ("before", "due", "after"),
    [
        pytest.param(answer("NC"), date(2026, 6, 21), date(2026, 7, 15), id="NC, copy"),
        pytest.param(answer("CA", objects=COPY), date(2026, 6, 6), date(2026, 6, 6), id="CA, copy"),
        pytest.param(answer("CA", objects=INSPECT), date(2026, 6, 1), date(2026, 6, 1),
                     id="CA, inspection"),
        pytest.param(answer("TX", objects=COPY, settings=ELECTRONIC), date(2026, 6, 15),
                     date(2026, 6, 15), id="TX, written, electronic record"),
        pytest.param(answer("TX", objects=COPY, settings=PAPER), date(2026, 6, 21), date(2026, 7, 15),
                     id="TX, paper chart"),
        pytest.param(answer("WA"), date(2026, 6, 15), date(2026, 6, 15),
                     id="WA, written: the date is past its 21 working days"),
        pytest.param(answer("WA", written=False), date(2026, 6, 21), date(2026, 7, 15),
                     id="WA, by telephone"),
        pytest.param(answer("MD"), date(2026, 6, 21), date(2026, 6, 24), id="MD, written"),
        pytest.param(answer("NV", objects=COPY), date(2026, 6, 21), date(2026, 7, 15),
                     id="NV, copy"),
        pytest.param(answer("NV", objects=INSPECT), date(2026, 6, 8), date(2026, 6, 8),
                     id="NV, inspection"),
    ],
)  # fmt: skip
def test_one_letter_satisfies_some_regimes_and_not_others(
    before: Answer, due: date, after: date
) -> None:
    notice = check_extension(
        before, provided=date(2026, 6, 5), until=date(2026, 7, 15), reasons="Records in storage"
    )
    later = extended(before, notice)

    assert (before.due, later.due) == (due, after)
    assert "A written notice provided on Friday, June 5, 2026" in "\n".join(explain(later))


def test_a_state_notice_within_its_own_limit_extends_both() -> None:
    before = answer("WA")
    notice = check_extension(
        before, provided=date(2026, 6, 15), until=date(2026, 6, 24), reasons="Records in use"
    )

    assert extended(before, notice).due == date(2026, 6, 24)


def test_a_date_past_every_last_day_is_refused_everywhere() -> None:
    for state in ("NC", "CA", "WA", "MD"):
        with pytest.raises(BadInput, match="problem"):
            check_extension(
                answer(state), provided=date(2026, 6, 5), until=date(2026, 7, 22), reasons="x"
            )
