"""Requests filed anew or for several, receipts, calendars, stop lists, outages, and files of lines."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit import clock
from audit.log import Facet, find
from privacy_portal.accounts.model_feeds import CalendarFeed
from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.pages.officer import bringing
from privacy_portal.pages.officer.model_brought import Brought, BroughtPart
from requests_app import events
from requests_app.actions import communications
from requests_app.disclosures.models import Disclosure
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from tests.pages.test_office_charts import choose
from tests.support import office
from tests.support.office import NOON, OFFICER, Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Page, Visitor, checked, said


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


# --- requests --------------------------------------------------------------------------------------
def test_a_request_of_the_wrong_kind_goes_on_as_the_right_one(
    officer: Visitor, clinic: Office
) -> None:
    wrong = office.filed("access", patient=str(clinic.patient.pk))
    page = officer.open(f"/office/requests/{wrong.reference}/work")
    thrifty(officer, page.links("File it as another kind")[0])
    officer.send(status=422)
    officer.send(kind="accounting")

    page = officer.send(why="The letter asks to whom records went.")

    right = Request.objects.get(kind="accounting")
    assert right.received_at == wrong.received_at
    assert right.reference in page.words["h1"]
    assert wrong.reference in page.main


def test_one_letter_for_several_is_a_request_for_each(officer: Visitor, clinic: Office) -> None:
    office.add_patient(clinic.site, number="MR-0002")
    officer.open(f"/office/desk/people/{clinic.patient.pk}")
    officer.send("/office/desk/begin", kind="accounting", channel="paper")
    draft = officer.path
    officer.send(others="1", asker__name="Ada Example")
    choose(officer, "MR-0002")
    page = thrifty(officer, draft)
    assert "MR-0002" in page.main

    officer.send()

    assert Request.objects.filter(kind="accounting").count() == 2
    assert set(Request.objects.values_list("received_at", flat=True)) == {NOON}


def test_a_receipt_that_is_not_signed_yet_is_said_to_come(officer: Visitor) -> None:
    found = office.filed("access")
    page = officer.open(f"/office/requests/{found.reference}")

    page = officer.open(page.links("Receipt")[0], status=202)

    assert "Reload this page" in page.main
    officer.open(f"/office/requests/{found.reference}/receipts/9", status=404)


# --- registers -------------------------------------------------------------------------------------
def test_every_register_is_well_made_and_thrifty(officer: Visitor) -> None:
    outage = office.outage(now=NOON)
    page = thrifty(officer, "/office/registers")

    for place in ("bases", "outages", "stop-lists", "calendar-address", "intake"):
        assert f"/office/{place}" in page.text
        thrifty(officer, f"/office/{place}")
    assert "No due day passed." in thrifty(officer, f"/office/outages/{outage.pk}").main


def test_a_calendar_address_is_shown_once_and_the_former_ends(officer: Visitor) -> None:
    officer.open("/office/record/calendar-address")
    first = next(iter(officer.send().nodes("code"))).text
    officer.open("/office/record/calendar-address")
    second = next(iter(officer.send().nodes("code"))).text

    assert first != second
    assert CalendarFeed.objects.filter(ended_at=None).count() == 1
    page = officer.open("/office/calendar-address")
    assert "You have one" in page.main
    assert second not in page.text
    officer.open(page.links("End it")[0])
    assert "You have none" in officer.send().main


@pytest.mark.parametrize(("name_by", "ending"), [("token", "zip"), ("record_number", "csv")])
def test_a_stop_list_is_given_as_a_file(
    officer: Visitor, clinic: Office, name_by: str, ending: str
) -> None:
    communications.make_stop_lists(now=NOON)
    page = officer.open("/office/stop-lists")
    first = next(one for one in page.all("a") if one["href"].startswith("/office/stop-lists/"))
    thrifty(officer, first["href"])

    sent = {"form": "csv", "name_by": name_by}
    answer: Any = officer.browser.post(first["href"], sent)

    assert answer["Content-Disposition"].endswith(f'.{ending}"')
    assert len(find(Facet.NAME, events.STOP_LIST_GIVEN).entries) == 1
    if ending == "zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            names = archive.namelist()
        assert [name.rpartition(".")[2] for name in names] == ["csv", "txt"]


# --- files of lines --------------------------------------------------------------------------------
HEAD = "key,patient,basis,disclosed_on,recipient_name,description,purpose\n"


def lines(clinic: Office, *keys: str, basis: str = "PH") -> bytes:
    rest = f"{clinic.patient.pk},{basis},2026-02-03,Example County,One result,Reporting"
    return (HEAD + "".join(f"{key},{rest}\n" for key in keys)).encode()


def bring(visitor: Visitor, content: bytes, name: str = "lines.csv", **more: str) -> Page:
    page = visitor.open("/office/intake")
    token = next(one for one in page.all("input") if one["name"] == "csrfmiddlewaretoken")
    file = SimpleUploadedFile(name, content)
    sent = {"csrfmiddlewaretoken": token["value"], **more, "content": file}
    answer: Any = visitor.browser.post("/office/intake", sent, follow=True)
    visitor.path = answer.redirect_chain[-1][0] if answer.redirect_chain else "/office/intake"
    visitor.page = checked(answer)
    return visitor.page


def told(page: Page) -> dict[str, str]:
    """The facts of a page."""
    names, values = page.nodes("dt"), page.nodes("dd")
    return {said(name): said(value) for name, value in zip(names, values, strict=True)}


def worked(most: int = 99) -> int:
    """What a worker does until nothing is left, or so many parts."""
    left = iter(range(most))
    return bringing.take_waiting(now=clock.now, until=lambda: next(left, None) is None)


def test_a_file_is_tried_first_and_keeps_nothing(officer: Visitor, clinic: Office) -> None:
    page = bring(officer, lines(clinic, "one", "two"), preview="1")
    assert "Waiting" in page.main
    assert "0 of 2 lines" in page.main
    worked()

    page = thrifty(officer, officer.path)

    assert told(page)["Would be taken"] == "2"
    assert not Disclosure.objects.exists()


def test_good_lines_are_taken_and_bad_ones_named_by_their_number(
    officer: Visitor, clinic: Office
) -> None:
    bad = lines(clinic, "three", basis="NONE").partition(b"\n")[2]
    bring(officer, lines(clinic, "one", "two") + bad)
    worked()

    page = thrifty(officer, officer.path)

    assert told(page)["Taken"] == "2"
    assert "1 line to be put right" in page.main
    row = page.nodes("tbody")[0]
    assert [said(cell) for cell in row[0]][:2] == ["3", "three"]
    assert Disclosure.objects.count() == 2


def test_a_file_brought_in_twice_is_known_again(officer: Visitor, clinic: Office) -> None:
    for _ in range(2):
        bring(officer, lines(clinic, "one"))
        worked()

    assert told(officer.open(officer.path))["Known already"] == "1"
    assert Disclosure.objects.count() == 1


def test_how_far_it_is_is_what_was_really_done(
    officer: Visitor, clinic: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "PART", 2)
    bring(officer, lines(clinic, "one", "two", "three"))
    worked(1)

    page = officer.open(officer.path)
    assert "2 of 3 lines" in page.main
    assert page.all("progress")[0]["value"] == "66"
    worked()

    assert "3 of 3 lines" in officer.open(officer.path).main


def test_of_what_was_taken_no_line_stays_behind(officer: Visitor, clinic: Office) -> None:
    bring(officer, lines(clinic, "one"))
    worked()

    (part,) = BroughtPart.objects.all()
    assert part.content == bringing._deflated([])


def test_a_file_over_which_workers_die_is_given_up(
    officer: Visitor, clinic: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(officer, lines(clinic, "one"))

    def dies(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(bringing, "_part", dies)
        for _ in range(bringing.TRIES):
            with pytest.raises(RuntimeError):
                worked()
    worked()

    assert Brought.objects.get().ended_at is not None
    assert "Given up" in officer.open(officer.path).main


def test_whoever_may_no_longer_takes_nothing(officer: Visitor, clinic: Office) -> None:
    bring(officer, lines(clinic, "one"))
    RoleGrant.objects.filter(user=officer.browser.session["_auth_user_id"]).update(
        ended_at=NOON, ended_by=OFFICER.id
    )
    worked()

    assert "Only the privacy office" in Brought.objects.get().reason
    assert not Disclosure.objects.exists()


def test_a_form_without_a_file_says_what_to_do(officer: Visitor) -> None:
    page = officer.open("/office/intake")
    token = next(one for one in page.all("input") if one["name"] == "csrfmiddlewaretoken")
    answer: Any = officer.browser.post(
        "/office/intake", {"csrfmiddlewaretoken": token["value"], "content": ""}
    )
    page = checked(answer)

    assert page.words["title"].startswith("Error: ")
    assert page.links("Choose a file.") == ["#content"]


def test_another_persons_file_is_not_there(officer: Visitor, clinic: Office) -> None:
    bring(officer, lines(clinic, "one"))
    other = staff(Role.PRIVACY_OFFICER, name="Oscar Officer")

    other.open(officer.path, status=404)
