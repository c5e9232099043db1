"""How many statements an answer takes: counted, so that a loop over queries is noticed."""

from typing import Any

import pytest

from tests.api.test_exports import record
from tests.api.test_requests import BODY
from tests.support.api import Caller
from tests.support.office import Office
from tests.support.statements import statements as counted

pytestmark = pytest.mark.django_db
_BOUNDS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def statements(act: Any) -> tuple[list[str], int]:
    """The statements of one call, and how many of them only begin or end a transaction.

    In a test the outermost transaction is a savepoint, so begin and end are counted as such.
    """
    with counted() as texts:
        answer = act()
    assert answer.status_code < 300, answer.content
    return texts, sum(text.startswith(_BOUNDS) for text in texts)


def test_filing_a_request_takes_at_most_fourteen_queries(
    patient: Caller, record_property: Any
) -> None:
    patient.post("/requests", BODY)  # Set-up is remembered from the first on.

    texts, bounds = statements(lambda: patient.post("/requests", BODY))

    record_property("queries", len(texts) - bounds)
    record_property("statements", len(texts))
    print(f"{len(texts) - bounds} queries, {len(texts)} statements with begin and end")
    assert len(texts) - bounds <= 14, texts


LISTS = ["/requests", "/designations", "/record-sets", "/business-associates", "/sites"]


@pytest.mark.parametrize("path", LISTS)
def test_a_page_of_a_list_takes_as_many_queries_however_long_it_is(
    patient: Caller, officer: Caller, path: str
) -> None:
    few, _ = statements(lambda: officer.get(path, limit="1"))
    for _ in range(5):
        patient.post("/requests", BODY)
    many, _ = statements(lambda: officer.get(path, limit="100"))
    assert len(many) <= len(few) < 20


def test_a_page_of_the_ledger_and_a_search_of_patients_stay_below_twenty(
    clinic: Office, officer: Caller
) -> None:
    record(clinic, 12)
    ledger, _ = statements(lambda: officer.post("/disclosures/search", {"limit": 100}))
    people, _ = statements(lambda: officer.post("/patients/find", {"family_name": "Demo"}))
    assert max(len(ledger), len(people)) < 20
