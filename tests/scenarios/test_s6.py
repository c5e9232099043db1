"""S6. An accounting while the police say by telephone that it would impede them."""

import pytest

from tests.scenarios.scene import Scene, on, scene

pytestmark = pytest.mark.django_db
POLICE = {"basis": "LE2", "recipient_name": "Example Federal Agency", "purpose": "To find a person"}
LAWYER = {"basis": "JUD-S", "recipient_name": "Lee Lawyer", "purpose": "Example v. Demo"}
COUNTY = {
    "basis": "PH",
    "recipient_name": "Example County Health",
    "purpose": "Weekly report",
    "disclosed_until": "2026-02-26",
    "series": {"count": 8, "frequency": "weekly"},
}


@pytest.fixture
def here(db: None) -> Scene:
    """Everything that was disclosed before the patient asked on 6 March 2026."""
    found = scene("2026-01-02")
    for on_day in ("2026-02-03", "2026-02-17"):
        found.told("2026-03-02", on_day, **POLICE)
    found.told("2026-03-02", "2026-02-04", basis="NATSEC", recipient_name="Nat Sec", purpose="Law")
    found.told("2026-03-02", "2026-02-05", basis="CUST", recipient_name="County Jail", purpose="C")
    for on_day in ("2026-01-12", "2026-01-19", "2026-01-26"):
        found.told("2026-03-02", on_day, **LAWYER)
    found.told("2026-03-02", "2026-02-09", basis="IMP", recipient_name="Wrong Fax", purpose="Error")
    found.told("2026-03-02", "2026-01-08", **COUNTY)
    return found


@pytest.fixture
def reference(here: Scene) -> str:
    asked = here.asks("2026-03-06")
    assert asked["due_on"] == "2026-05-05"
    said = here.said("2026-04-01", agency="Example Federal Agency")
    assert (said["applied"], said["last_on"]) == (True, "2026-05-01")
    return str(asked["reference"])


ALWAYS = ("Lee Lawyer", "Wrong Fax", "Example County Health")
NEVER = ("Nat Sec", "County Jail")


def test_s6_issued_on_20_april_it_omits_the_two_without_a_hint_and_owes_them(
    here: Scene, reference: str
) -> None:
    letter = here.provides("2026-04-20", reference, series=True)

    assert all(name in letter for name in ALWAYS)
    assert not any(name in letter for name in (*NEVER, "Example Federal Agency"))
    assert "Number of disclosures listed: 3" in letter
    assert "The first of several: weekly, 3 times; the last on 2026-01-26" in letter
    assert "The first of several: weekly, 8 times; the last on 2026-02-26" in letter
    assert here.owed("2026-05-01") == []
    assert here.owed("2026-05-02") == [reference]

    assert (
        here.moves("2026-05-02", reference, "supplement", {"provided": "portal"}).status_code == 200
    )
    added = here.letter("2026-05-02", reference)
    assert added.count("Example Federal Agency") == 2
    assert not any(name in added for name in (*ALWAYS, *NEVER))
    assert here.owed("2026-05-03") == []


@pytest.mark.parametrize(
    ("when", "listed"),
    [
        pytest.param("2026-05-01", 0, id="1 May is still suspended"),
        pytest.param("2026-05-02", 2, id="2 May is not"),
        pytest.param("2026-05-05", 2, id="the due day"),
    ],
)
def test_s6_without_a_written_statement_it_lapses_after_thirty_days(
    here: Scene, reference: str, when: str, listed: int
) -> None:
    letter = here.provides(when, reference)
    assert letter.count("Example Federal Agency") == listed
    assert letter.count("Lee Lawyer") == 3
    assert not any(name in letter for name in NEVER)


def test_s6_a_letter_in_time_would_have_gone_on(here: Scene, reference: str) -> None:
    here.said("2026-04-28", agency="Example Federal Agency", form="written", until="2026-12-31")
    assert "Example Federal Agency" not in here.provides("2026-05-05", reference)
    assert here.owed("2026-12-31") == []
    assert here.owed("2027-01-01") == [reference]


def test_s6_it_costs_nothing(here: Scene, reference: str) -> None:
    quote = {"fee": 1000, "basis": "Copying"}
    assert here.moves("2026-03-10", reference, "quote_fee", quote).status_code == 409


def test_s6_the_list_of_any_past_day_is_worked_out_again(here: Scene, reference: str) -> None:
    here.provides("2026-05-05", reference)
    with on(here.auditor, "2026-06-01") as auditor:
        path = f"/requests/{reference}/accounting"
        then = auditor.get(path, as_of="2026-04-20T12:00:00-05:00").json()
        now = auditor.get(path).json()
    names = [line["recipient"] for line in then["lines"]]
    assert "Example Federal Agency" not in names
    assert [one["exclusion"] for one in then["excluded"]].count("suspended") == 2
    assert [line["recipient"] for line in now["lines"]].count("Example Federal Agency") == 2
