"""The queue: what will be late first, filters, saved views, and several assigned at once."""

import pytest

from tests.support import office
from tests.support.office import Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Visitor


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def references(visitor: Visitor) -> list[str]:
    assert visitor.page is not None
    return [one.get("href", "").rpartition("/")[2] for one in visitor.page.nodes("a")
            if "/office/requests/" in one.get("href", "") and "?" not in one.get("href", "")]  # fmt: skip


def test_the_queue_shows_first_what_will_be_late_first(officer: Visitor, clinic: Office) -> None:
    late = office.filed("accounting")
    first = office.filed("access")
    without = office.filed("restriction", patient=str(clinic.patient.pk))

    page = thrifty(officer, "/office/requests")

    assert references(officer) == [first.reference, late.reference, without.reference]
    assert "PD" in page.main
    assert "Patricia" not in page.main


def test_a_filter_stands_in_the_address_and_narrows(officer: Visitor) -> None:
    office.filed("accounting")
    wanted = office.filed("access")

    officer.open("/office/requests?kind=access")

    assert references(officer) == [wanted.reference]
