"""The reviews of the log on their pages, and by the API: begun, signed, read by the auditor."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock
from audit.log import Facet, find
from requests_app import events
from requests_app.log_review.models import LogReview
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.office import NOON, Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Page, Visitor, said

LIST = "/audit/reviews"


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


@pytest.fixture
def auditor(clinic: Office) -> Visitor:
    return staff(Role.AUDITOR, name="Audra Auditor")


def begun(officer: Visitor) -> Page:
    """Begun on its page, a minute after everything before."""
    thrifty(officer, LIST)
    officer.open(officer.open(LIST).links("Begin a review")[0])
    with clock.frozen(NOON + timedelta(minutes=1)):
        return officer.send()


def test_an_officer_begins_looks_and_signs(officer: Visitor, clinic: Office) -> None:
    officer.open("/office/requests")
    page = begun(officer)
    assert "Not yet" in page.main
    rows = {said(node) for node in page.nodes("tr")}
    assert f"Read, requests: listed{events.READ_REQUESTS} 1 1" in rows
    thrifty(officer, officer.path)

    form = page.links("Say what was found, and sign")[0]
    officer.open(form)
    officer.send(status=422, words="All of it")
    with clock.frozen(NOON + timedelta(minutes=2)):
        page = officer.send(something="false", words="Refused sign-ins: none of them strange")

    assert "Refused sign-ins: none of them strange" in page.main
    assert page.links("Say what was found, and sign") == []
    assert "Signed" in thrifty(officer, LIST).main
    assert LogReview.objects.get().signature.signed_at == NOON + timedelta(minutes=2)


def test_each_count_leads_to_its_entries(officer: Visitor, clinic: Office) -> None:
    officer.open("/office/requests")
    page = begun(officer)
    found = officer.open(page.links("Read, requests: listed")[0])
    assert found.main.count(events.READ_REQUESTS) == 1


def test_an_auditor_reads_every_review_and_begins_none(auditor: Visitor, clinic: Office) -> None:
    row = office.reviewed(words="Two exports looked at", now=NOON)
    page = thrifty(auditor, LIST)
    assert page.links("Begin a review") == []
    page = auditor.open(f"{LIST}/{row.pk}")
    assert "Two exports looked at" in page.main
    assert page.links("Countersign") == []
    auditor.open("/office/record/begin-log-review", status=403)
    assert len(find(Facet.NAME, events.READ_LOG_REVIEWS).entries) == 2


def test_a_second_officer_countersigns(officer: Visitor, clinic: Office) -> None:
    row = office.reviewed(now=NOON)
    page = officer.open(f"{LIST}/{row.pk}")
    officer.open(page.links("Countersign")[0])
    page = officer.send(words="The same figures")
    assert "Olive Officer" in page.main
    assert "The same figures" in page.main


@pytest.mark.parametrize(
    ("at", "words"),
    [
        pytest.param("2026-04-01", "", id="not yet due"),
        pytest.param("2026-04-02", "is due today", id="due today"),
        pytest.param("2026-04-03", "by Thursday, April 2, 2026", id="missed"),
    ],
)
def test_the_office_is_told_where_it_looks_how_it_is_doing(
    clinic: Office, at: str, words: str
) -> None:
    with clock.frozen(office.day(at)):
        page = thrifty(staff(), "/office/report")
    assert ("review of the log" in page.main) is bool(words)
    assert words in page.main


# --- by the API ------------------------------------------------------------------------------------
def test_by_the_api_the_list_names_the_days_that_were_missed(clinic: Office) -> None:
    with clock.frozen(office.day("2026-05-10")):
        officer, auditor = api.staff(Role.PRIVACY_OFFICER), api.staff(Role.AUDITOR, name="Aud Itor")
        due = auditor.get("/log-reviews/due").json()
        late = ["2026-04-02", "2026-05-02"]
        assert (due["due_on"], due["missed"], due["months"]) == (late[0], late, 1)

        row = officer.post("/log-reviews").json()
        assert auditor.get("/log-reviews").json()["results"][0]["signed_at"] is None
        finding = {"something": True, "words": "A look without a reason", "done": "Talked to her"}
        assert officer.post(f"/log-reviews/{row['id']}/sign", finding).status_code == 200

        (listed,) = auditor.get("/log-reviews").json()["results"]
        assert (listed["finding"], listed["missed"]) == (finding, late)
        assert auditor.get("/log-reviews/due").json()["missed"] == []
        whole = auditor.get(f"/log-reviews/{row['id']}").json()
        assert whole["names"][events.PATIENT_ADDED] == 1


def test_a_list_of_many_costs_no_more_than_a_list_of_one(clinic: Office) -> None:
    auditor = api.staff(Role.AUDITOR, name="Audra Auditor")
    office.reviewed(now=NOON)
    auditor.get("/log-reviews")  # what a process remembers of the practice is asked for once
    with CaptureQueriesContext(connection) as one:
        auditor.get("/log-reviews")
    for _ in range(5):
        office.reviewed(now=NOON)
    with CaptureQueriesContext(connection) as six:
        assert len(auditor.get("/log-reviews").json()["results"]) == 6
    assert len(six) == len(one)
