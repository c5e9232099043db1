"""Each state row: whom it binds, what for, and the day it gives. Dates worked out by hand."""

from datetime import date

import pytest

from requests_app.deadlines import packs
from requests_app.deadlines.engine import Asked, Extension, Site, extended, limits
from requests_app.deadlines.policy import ProviderType, RequestObject, SiteSetting
from requests_app.deadlines.wording import explain

MAY_22 = date(2026, 5, 22)  # a Friday before Memorial Day
COPY, INSPECT = {RequestObject.COPY}, {RequestObject.INSPECT}
SUMMARY = {RequestObject.COPY, RequestObject.SUMMARY}
AUTHORIZATION, DEMAND = {RequestObject.AUTHORIZATION}, {RequestObject.DEMAND}
ELECTRONIC, PAPER = SiteSetting.ELECTRONIC_RECORDS, SiteSetting.PAPER_RECORDS
HERE, AWAY = SiteSetting.RECORDS_IN_STATE, SiteSetting.RECORDS_OUT_OF_STATE
PT = ProviderType.PHYSICAL_THERAPIST


def asked(objects: set[RequestObject], kind: str = "access", written: bool = True) -> Asked:
    return Asked(kind=kind, received=MAY_22, written=written, objects=frozenset(objects))


def site(state: str, *said: SiteSetting, provider: ProviderType | None = PT) -> Site:
    types = frozenset({provider} if provider else ())
    return Site(
        zone="America/New_York", state=state, provider_types=types, settings=frozenset(said)
    )


def binding(request: Asked, where: Site) -> dict[str, str]:
    """The state's rows that count, and the day each gives."""
    found = limits(request, where, packs.policies()).limits
    return {
        limit.policy.id: str(limit.first_due)
        for limit in found
        if limit.policy.jurisdiction != "us"
    }


@pytest.mark.parametrize(
    ("request_", "where", "rows"),
    [
        pytest.param(asked(COPY), site("CA"), {"us-ca.copy": "2026-06-06"}, id="CA copy"),
        pytest.param(asked(INSPECT), site("CA"), {"us-ca.inspect": "2026-06-01"},
                     id="CA inspection: Memorial Day does not count"),
        pytest.param(asked(SUMMARY), site("CA"),
                     {"us-ca.copy": "2026-06-06", "us-ca.summary": "2026-06-08"},
                     id="CA copy, or a summary in its place"),
        pytest.param(asked(AUTHORIZATION), site("CA"), {"us-ca.attorney": "2026-05-27"},
                     id="CA attorney before suit"),
        pytest.param(asked(DEMAND), site("CA"), {"us-ca.board": "2026-06-06"}, id="CA board"),
        pytest.param(asked(COPY), site("TX", ELECTRONIC), {"us-tx.electronic": "2026-06-15"},
                     id="TX written, electronic"),
        pytest.param(asked(COPY, written=False), site("TX", ELECTRONIC), {},
                     id="TX by telephone"),
        pytest.param(asked(INSPECT), site("TX", ELECTRONIC), {}, id="TX inspection"),
        pytest.param(asked(COPY), site("TX", PAPER), {}, id="TX paper chart"),
        pytest.param(asked(COPY), site("TX"), {"us-tx.electronic": "2026-06-15"},
                     id="TX, not said how records are kept"),
        pytest.param(asked(INSPECT), site("TX", PAPER, provider=ProviderType.PHYSICIAN),
                     {"us-tx.physician": "2026-06-15"}, id="TX physician"),
        pytest.param(asked(COPY, written=False),
                     site("TX", PAPER, provider=ProviderType.CHIROPRACTOR),
                     {"us-tx.chiropractor": "2026-06-15"}, id="TX chiropractor"),
        pytest.param(asked(INSPECT), site("WA"), {"us-wa.access": "2026-06-15"}, id="WA written"),
        pytest.param(asked(INSPECT, written=False), site("WA"), {}, id="WA by telephone"),
        pytest.param(asked(set(), "amendment"), site("WA"), {"us-wa.amendment": "2026-06-01"},
                     id="WA amendment"),
        pytest.param(asked(COPY), site("TN"), {"us-tn.copy": "2026-06-08"}, id="TN copy"),
        pytest.param(asked(INSPECT), site("TN"), {}, id="TN inspection"),
        pytest.param(asked(INSPECT), site("NV", HERE), {"us-nv.inspect": "2026-06-08"},
                     id="NV inspection in the state"),
        pytest.param(asked(INSPECT), site("NV", AWAY), {"us-nv.inspect-elsewhere": "2026-06-23"},
                     id="NV kept elsewhere: Juneteenth does not count"),
        pytest.param(asked(COPY), site("NV", HERE), {}, id="NV copy"),
        pytest.param(asked(INSPECT), site("CO"), {}, id="CO practitioner"),
        pytest.param(asked(INSPECT), site("CO", provider=ProviderType.LICENSED_FACILITY),
                     {"us-co.inspect-current": "2026-05-28",
                      "us-co.inspect-discharged": "2026-06-08"}, id="CO licensed facility"),
        pytest.param(asked(COPY), site("MD"), {"us-md.access": "2026-06-24"}, id="MD written"),
        pytest.param(asked(COPY), site("FL"), {}, id="FL practitioner"),
        pytest.param(asked(COPY), site("FL", provider=ProviderType.NURSING_HOME),
                     {"us-fl.resident": "2026-06-12", "us-fl.former-resident": "2026-07-08"},
                     id="FL nursing home: 3 July is observed"),
        pytest.param(asked(INSPECT), site("NY"), {}, id="NY waits"),
        pytest.param(asked(COPY), site("LA"), {}, id="LA waits"),
        pytest.param(asked(COPY), site("MT"), {}, id="MT binds no covered entity"),
        pytest.param(asked(COPY), site("NC"), {}, id="NC has none"),
    ],
)  # fmt: skip
def test_a_state_row_binds_whom_it_names_and_gives_its_day(
    request_: Asked, where: Site, rows: dict[str, str]
) -> None:
    assert binding(request_, where) == rows


def test_every_row_in_use_is_tried_here() -> None:
    """A row that is added without its day worked out by hand is one that nobody has read."""
    marks = test_a_state_row_binds_whom_it_names_and_gives_its_day.pytestmark  # type: ignore[attr-defined]
    tried = {row for case in marks[0].args[1] for row in case.values[2]}
    states = {row.id for row in packs.policies() if row.jurisdiction != "us"}

    assert tried == states


def test_what_waits_for_verification_says_why_and_counts_nowhere() -> None:
    waiting = {row.policy.id: row.verify for row in packs.listed() if not row.enabled}

    assert waiting.keys() == {
        "us-ca.plan-electronic", "us-ca.plan-mail", "us-hi.copy", "us-la.copy", "us-mt.access",
        "us-ne.copy", "us-ne.inspect", "us-ny.inspect", "us-wy.hospital",
    }  # fmt: skip
    assert all(waiting.values())
    assert "HIPAA does not cover" in waiting["us-mt.access"]
    assert waiting.keys().isdisjoint(row.id for row in packs.policies())


def test_what_was_not_said_of_a_site_is_counted_and_the_explanation_says_so() -> None:
    unsaid = site("TX", provider=None)
    answer = limits(asked(COPY), unsaid, packs.policies())

    assert answer.due == date(2026, 6, 15)
    assert len(binding(asked(COPY), unsaid)) == 3
    words = "has not been said of it, so the rule is counted."
    assert [line.endswith(words) for line in explain(answer)[1:5]] == [True, True, True, False]


def test_a_summary_in_california_may_take_30_calendar_days_from_10_working_days() -> None:
    rows = [row for row in packs.policies() if row.id == "us-ca.summary"]
    before = limits(asked(SUMMARY), site("CA"), rows)
    notice = Extension(provided=date(2026, 6, 8), until=date(2026, 6, 21))

    assert (before.due, before.last_day) == (date(2026, 6, 8), date(2026, 6, 21))
    assert extended(before, notice).due == date(2026, 6, 21)


@pytest.mark.parametrize(
    ("received", "wa_access", "wa_amendment"),
    [
        pytest.param(MAY_22, ("2026-06-15", "2026-06-24"), ("2026-06-01", "2026-06-12"),
                     id="Friday before Memorial Day"),
        pytest.param(date(2026, 3, 2), ("2026-03-23", "2026-03-31"),
                     ("2026-03-12", "2026-03-23"), id="2 March"),
    ],
)  # fmt: skip
def test_washington_counts_to_15_and_21_working_days_and_10_and_21_calendar_days(
    received: date, wa_access: tuple[str, str], wa_amendment: tuple[str, str]
) -> None:
    for kind, wanted in (("access", wa_access), ("amendment", wa_amendment)):
        answer = limits(Asked(kind=kind, received=received), site("WA"), packs.policies())
        governing = answer.limits[0]
        assert (str(governing.first_due), str(governing.last_day)) == wanted


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param(date(2024, 1, 30), date(2024, 2, 14), id="a leap year"),
        pytest.param(date(2026, 1, 31), date(2026, 2, 15), id="the last day of January"),
        pytest.param(date(2026, 3, 2), date(2026, 3, 17), id="a Monday"),
        pytest.param(date(2024, 2, 20), date(2024, 3, 6), id="over a leap day"),
    ],
)
def test_california_copies_are_due_after_15_calendar_days(received: date, due: date) -> None:
    request = Asked(kind="access", received=received, objects=frozenset(COPY))

    assert limits(request, site("CA"), packs.policies()).due == due
