"""Ties between accounts and charts, and who the caller is."""

import pytest

from privacy_portal.api.models import GivenAnswer
from requests_app.people.models import AccountLink
from tests.support import api
from tests.support.api import Caller
from tests.support.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(clinic: Office) -> Caller:
    return api.patient("stranger@example.org")


def test_a_code_ties_an_account_once(clinic: Office, officer: Caller, stranger: Caller) -> None:
    code = officer.post("/link-codes", {"patient": str(clinic.patient.pk)}).json()["code"]

    used = stranger.post("/links/use-code", {"code": code.lower()})
    again = api.patient("second@example.org").post("/links/use-code", {"code": code})

    assert used.status_code == 201, used.content
    assert stranger.get("/me").json()["links"] == [used.json()]
    assert again.status_code == 422


def test_a_code_is_shown_once_and_kept_nowhere(clinic: Office, officer: Caller) -> None:
    asked = {"patient": str(clinic.patient.pk)}
    first = officer.post("/link-codes", asked, key="the-same-key").json()
    again = officer.post("/link-codes", asked, key="the-same-key")

    assert again.json() == first | {"code": None}
    assert first["code"] not in GivenAnswer.objects.get().answer.body


def test_staff_tie_an_account_after_a_check_and_untie_it_once(
    clinic: Office, officer: Caller, stranger: Caller
) -> None:
    asked = {
        "patient": str(clinic.patient.pk),
        "account": str(stranger.user.pk),
        "method": "photo_id",
        "evidence": "Licence seen",
    }
    tied = officer.post("/links", asked).json()
    address = f"/links/{tied['id']}/end"

    assert officer.post(address, key=None).json()["ended_at"] is not None
    assert officer.post(address, key=None).status_code == 409
    assert stranger.get("/me").json()["links"] == []


def test_only_a_patients_account_is_tied(clinic: Office, officer: Caller, desk: Caller) -> None:
    asked = {
        "patient": str(clinic.patient.pk),
        "account": str(desk.user.pk),
        "method": "photo_id",
        "evidence": "Licence seen",
    }
    before = AccountLink.objects.count()
    answer = officer.post("/links", asked)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/account"]
    assert AccountLink.objects.count() == before


def test_a_caller_is_told_who_they_are(officer: Caller, patient: Caller) -> None:
    me = officer.get("/me").json()
    assert (me["roles"], me["idle_minutes"]) == (["privacy_officer"], 15)
    assert {"decide", "export_disclosures"} <= set(me["permissions"])
    assert patient.get("/me").json()["permissions"] == ["file_own"]
