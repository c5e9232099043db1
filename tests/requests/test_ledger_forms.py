"""A series, a release to many, research on fifty or more: recorded, and told (164.528(b)(3), (4))."""

from typing import Any

import pytest

from requests_app.actions import bulk_releases, disclosures
from requests_app.disclosures import forms, issue
from requests_app.disclosures.models import Disclosure, IssuedAccounting
from requests_app.errors import BadInput
from requests_app.kinds.base import Kind
from tests.support import office
from tests.support.office import NOON, OFFICER, act, disclosed

pytestmark = pytest.mark.django_db
WEEKLY = {"disclosed_until": "2026-02-23", "series": {"count": 4, "frequency": "weekly"}}
UNIVERSITY = {
    "name": "Example University", "address": "5 Example Street", "telephone": "919-555-0170",
}  # fmt: skip
REGISTRY: dict[str, Any] = {
    "basis": "RES-W",
    "disclosed_until": "2026-02-20",
    "research": {
        "individuals": 200,
        "protocol": "Example registry of back pain",
        "purpose": "To learn which treatment helps; all adults treated for back pain",
        "information": "Diagnoses and treatments",
        "sponsor": UNIVERSITY | {"name": "Example Foundation"},
        "researcher": UNIVERSITY,
    },
}


@pytest.fixture
def clinic(db: None) -> office.Office:
    return office.set_up()


def provided(series: bool = False) -> Kind:
    return act(office.filed("accounting"), "provide", {"provided": "portal", "series": series})


def lines(request: Kind) -> tuple[dict[str, str], ...]:
    return IssuedAccounting.objects.get(request=request).text.lines


def test_a_recorded_series_is_told_by_its_first_its_count_and_its_last(
    clinic: office.Office,
) -> None:
    disclosed(clinic.patient, "2026-02-02", **WEEKLY)
    request = provided()
    (line,) = lines(request)
    assert line["date"] == "2026-02-02"
    assert line["series"] == "The first of several: weekly, 4 times; the last on 2026-02-23"
    assert line["series"] in request.letters.get().text.body


@pytest.mark.parametrize(("together", "told"), [(True, 1), (False, 3)])
def test_single_lines_are_told_as_a_series_when_the_officer_says_so(
    clinic: office.Office, together: bool, told: int
) -> None:
    for on in ("2026-02-03", "2026-02-10", "2026-02-17"):
        disclosed(clinic.patient, on)
    found = lines(provided(together))
    assert len(found) == told
    if together:
        assert found[0]["series"].endswith("weekly, 3 times; the last on 2026-02-17")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        pytest.param({}, 1, id="the same"),
        pytest.param({"recipient_name": "EXAMPLE County, Health"}, 1, id="written otherwise"),
        pytest.param({"recipient_name": "Another County"}, 2, id="another recipient"),
        pytest.param({"purpose": "Another purpose"}, 2, id="another purpose"),
        pytest.param({"basis": "JUD-S"}, 2, id="another basis"),
        pytest.param({"purpose": None, "request_copy": "Folder 1"}, 2, id="no stated purpose"),
    ],
)
def test_a_series_has_one_recipient_one_purpose_one_basis(
    clinic: office.Office, other: dict[str, Any], told: int
) -> None:
    disclosed(clinic.patient, "2026-02-03")
    disclosed(clinic.patient, "2026-02-10", **other)
    assert len(lines(provided(series=True))) == told


def test_what_the_rule_knows_no_series_for_is_told_line_by_line(clinic: office.Office) -> None:
    for on in ("2026-02-03", "2026-02-10"):
        disclosed(clinic.patient, on, basis="IMP")
    assert len(lines(provided(series=True))) == 2


def test_research_is_told_in_six_items_that_may_or_may_not_be_about_her(
    clinic: office.Office,
) -> None:
    disclosed(clinic.patient, "2026-02-02", **REGISTRY)
    request = provided()
    (line,) = lines(request)
    assert line["protocol"] == "Example registry of back pain"
    assert line["description"] == "Diagnoses and treatments"
    assert line["date"] == "2026-02-02 to 2026-02-20"
    body = request.letters.get().text.body
    for said in ("Example Foundation, 5 Example Street, 919-555-0170", "may or may not have been"):
        assert said in body
    assert "we will help you to reach" in body


@pytest.mark.parametrize(
    ("more", "field"),
    [
        pytest.param(WEEKLY | {"basis": "TRT"}, "/series", id="a series of treatment"),
        pytest.param(WEEKLY | {"basis": None}, "/series", id="a series without a basis"),
        pytest.param(WEEKLY | {"disclosed_until": None}, "/disclosed_until", id="without a last"),
        pytest.param(REGISTRY | {"basis": "PH"}, "/research", id="no research"),
        pytest.param(
            REGISTRY | {"research": REGISTRY["research"] | {"individuals": 49}},
            "/research/individuals",
            id="forty-nine",
        ),
    ],
)
def test_a_form_the_law_does_not_allow_is_refused(
    clinic: office.Office, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        disclosed(clinic.patient, "2026-02-02", **more)
    assert [one.field for one in refused.value.problems] == [field]


def test_a_release_to_many_is_a_line_for_each_under_one_name(clinic: office.Office) -> None:
    others = [office.add_patient(clinic.site, number=f"MR-01{n}") for n in range(3)]
    raw = {
        "patient": str(clinic.patient.pk), "basis": "PH", "disclosed_on": "2026-02-02",
        "recipient_name": "Example County Health", "description": "Results", "purpose": "Report",
        "others": [{"patient": str(one.pk)} for one in others],
    }  # fmt: skip
    together, made = bulk_releases.release(raw, actor=OFFICER, now=NOON)

    assert {row.patient_id for row in made} == {clinic.patient.pk, *(one.pk for one in others)}
    assert Disclosure.objects.filter(release=together).count() == 4
    with pytest.raises(BadInput) as refused:
        bulk_releases.release(raw | {"others": raw["others"][:1] * 2}, actor=OFFICER, now=NOON)
    assert refused.value.problems[0].field == "/others/1/patient"
    assert Disclosure.objects.count() == 4


def test_what_the_basis_asks_and_the_line_lacks_is_named_and_the_line_kept(
    clinic: office.Office,
) -> None:
    row = disclosed(clinic.patient, "2026-02-02", basis="OVS")
    assert [one.field for one in forms.missing(row)] == ["agency", "authority"]
    whole = [{"name": "agency", "value": "The board"}, {"name": "authority", "value": "Its law"}]
    right = {
        "patient": str(clinic.patient.pk), "basis": "OVS", "disclosed_on": "2026-02-02",
        "recipient_name": "Board", "description": "File", "purpose": "Review", "held": whole,
    }  # fmt: skip
    assert forms.missing(disclosures.correct(str(row.pk), right, actor=OFFICER, now=NOON)) == ()
    assert len(issue.draft(office.filed("accounting"), now=NOON).lines) == 1
