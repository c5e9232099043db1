"""Documents go along with a request that is moved to another kind: read through its line, not copied."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from requests_app.actions import documents, refile, work
from requests_app.complaints.models import NamedInComplaint
from requests_app.documents import rules, selectors
from requests_app.documents.models import Document, Stage
from requests_app.errors import NotFound
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from tests.support import office
from tests.support.office import NOON, OFFICER, PATIENT, STAFF, Office

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nAn invented page."
WHY = "Asks to whom records went."
BY: dict[str, Any] = {"actor": OFFICER, "now": NOON}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"


@pytest.fixture
def clinic(db: None) -> Office:
    return office.set_up()


def kept(request: Kind, sort: str = "came_in", **who: Any) -> Document:
    raw = {"sort": sort, "name": "Letter.pdf"}
    return documents.add(request.reference, raw, [PDF], **(BY | who))


def moved(request: Kind, kind: str = "accounting", **details: Any) -> Kind:
    raw = {"kind": kind, "details": details, "why": WHY}
    return refile.refile(request.reference, raw, actor=STAFF, now=NOON)


def listed(request: Any, **who: Any) -> list[Document]:
    return selectors.of_request(request, **(BY | who))


def test_what_came_with_a_moved_request_is_listed_with_the_one_in_its_place(
    clinic: Office,
) -> None:
    wrong = office.taken_down(patient=str(clinic.patient.pk))
    first = kept(wrong)
    right = moved(wrong)
    own = kept(right, now=NOON + timedelta(minutes=1))

    rows = listed(right)

    assert [row.pk for row in rows] == [first.pk, own.pk]
    assert [rules.came_with(row) for row in rows] == [wrong.reference, None]
    assert listed(Request.objects.get(pk=wrong.pk)) == [first]
    assert Document.objects.count() == 2, "nothing is copied"


def test_it_goes_along_as_often_as_a_request_is_moved(clinic: Office) -> None:
    first = office.taken_down(patient=str(clinic.patient.pk))
    row = kept(first)
    second = moved(first)
    kept(second, now=NOON + timedelta(minutes=1))
    third = moved(second, "access", **office.DETAILS["access"])

    assert [rules.came_with(one) for one in listed(third)] == [
        first.reference, second.reference,
    ]  # fmt: skip
    assert rules.request_of(selectors.one(str(row.pk), **BY)).pk == third.pk


def test_who_may_read_it_is_judged_by_the_request_it_goes_on_as(clinic: Office) -> None:
    """An officer whom the complaint names reads nothing of what came with it under another name."""
    wrong = office.taken_down(patient=str(clinic.patient.pk))
    row = kept(wrong, actor=STAFF)
    right = moved(wrong, "complaint", **office.DETAILS["complaint"])
    assert selectors.one(str(row.pk), **BY) == row
    NamedInComplaint.objects.create(request_id=right.pk, account=OFFICER.id, duty="", named_at=NOON)

    with pytest.raises(NotFound):
        selectors.one(str(row.pk), **BY)
    assert listed(Request.objects.get(pk=wrong.pk)) == []


def test_whoever_asked_finds_what_they_sent_where_it_went_on(clinic: Office) -> None:
    wrong = office.filed("access", actor=PATIENT)
    row = kept(wrong, actor=PATIENT)
    of_staff = kept(wrong)
    right = moved(wrong)

    assert listed(right, actor=PATIENT) == [row]
    assert selectors.one(str(row.pk), actor=PATIENT, now=NOON) == row
    with pytest.raises(NotFound):
        selectors.one(str(of_staff.pk), actor=PATIENT, now=NOON)


def test_an_identity_paper_that_came_before_is_deleted_once_identity_is_confirmed(
    clinic: Office,
) -> None:
    wrong = office.taken_down(patient=str(clinic.patient.pk))
    row = kept(wrong, "identity")
    right = moved(wrong)

    office.do(right, "confirm_identity")

    row.refresh_from_db()
    assert row.stage == Stage.ERASED


def test_a_record_added_before_is_released_by_the_decision_on_the_right_one(
    clinic: Office,
) -> None:
    wrong = office.filed("accounting", actor=PATIENT)
    row = kept(wrong, "release")
    right = moved(wrong, "access", **office.DETAILS["access"])
    office.do(right, "grant")

    documents.release(str(row.pk), **BY)

    assert row in listed(right, actor=PATIENT)


def test_it_is_about_the_patient_of_the_request_in_its_place(clinic: Office) -> None:
    """The request it came with was never matched; the one in its place is."""
    wrong = office.taken_down()
    row = kept(wrong)
    right = moved(wrong)
    about = selectors.of_whom([clinic.patient.pk])
    assert not Document.objects.filter(about).exists()

    work.match(right.reference, {"patient": str(clinic.patient.pk)}, **BY)

    assert Document.objects.get(selectors.of_whom([clinic.patient.pk])) == row
