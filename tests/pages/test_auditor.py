"""The auditor's pages: the log, the ledger, exports, and whether the log is as it was signed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock, log
from audit.log import Facet
from privacy_portal.api.models import Export
from privacy_portal.pages.auditor import event_words, verification
from requests_app import events
from requests_app.actions import disclosures
from requests_app.disclosures.models import Disclosure
from requests_app.permissions import Role
from tests.support import exporting, logs, office
from tests.support.accounts import signed_in, staff
from tests.support.office import NOON, OFFICER, Office
from tests.support.pages import Page, Visitor, expect_problem

WHY = "Yearly review of who read the disclosure log"


@pytest.fixture
def clinic(db: None) -> Iterator[Office]:
    with clock.frozen(NOON):
        yield office.set_up()


@pytest.fixture
def auditor(clinic: Office) -> Visitor:
    return Visitor(signed_in(staff(Role.AUDITOR, name="Audra Auditor")))


@pytest.fixture
def line(clinic: Office) -> Disclosure:
    return disclosures.record(
        {
            "patient": str(clinic.patient.pk), "basis": "PH", "disclosed_on": "2026-02-01",
            "recipient_name": "Example County Health", "recipient_address": "1 Example Street",
            "description": "One positive test result", "purpose": "Reporting",
        },
        actor=OFFICER, now=NOON,
    )  # fmt: skip


def light(visitor: Visitor, path: str) -> Page:
    """A page, opened with fewer than 20 statements and lighter than 60 kB."""
    with CaptureQueriesContext(connection) as seen:
        page = visitor.open(path)
    assert len(seen) < 20, [one["sql"][:120] for one in seen]
    assert len(page.text.encode()) < 60_000
    return page


def opened(name: str) -> list[Any]:
    return [one.entry for one in log.find(Facet.NAME, name).entries]


# --- the log ---------------------------------------------------------------------------------------
def test_the_form_alone_reads_nothing(auditor: Visitor) -> None:
    page = light(auditor, "/audit/log")

    assert "Every search here is itself an entry of the log" in page.main
    assert opened(events.READ_LOG) == []


def test_a_search_shows_events_in_words_with_their_names_beneath(auditor: Visitor) -> None:
    page = light(auditor, "/audit/log?search=1&event=account:role:granted")

    assert "Account, role: granted" in page.main
    assert "account:role:granted" in page.main
    assert "1 entry" in page.main


def test_a_search_is_an_entry_with_what_was_looked_for(auditor: Visitor) -> None:
    auditor.open(
        "/audit/log?search=1&event=account:role:granted&since.month=3&since.day=1&since.year=2026"
    )

    (entry,) = opened(events.READ_LOG)
    assert entry.actor.name == "Audra Auditor"
    assert entry.extra == {
        "count": 1, "looked_through": 1, "name": "account:role:granted", "since": "2026-03-01",
    }  # fmt: skip


def test_nothing_protected_stands_there_until_it_is_revealed(
    auditor: Visitor, clinic: Office, line: Disclosure
) -> None:
    patient = str(clinic.patient.pk)
    page = auditor.open(f"/audit/log?search=1&event={events.DISCLOSURE_RECORDED}")
    where = next(href for href in page.links("·") if "/audit/log/" in href)
    assert patient not in page.text

    page = light(auditor, where)
    assert patient not in page.text
    page = auditor.send(reason=WHY)

    assert patient in page.main
    entry = opened(events.READ_LOG)[0]
    assert (entry.reason, entry.patient, entry.extra["revealed"]) == (WHY, patient, True)


def test_revealing_needs_a_reason(auditor: Visitor, line: Disclosure) -> None:
    page = auditor.open(f"/audit/log?search=1&event={events.DISCLOSURE_RECORDED}")
    auditor.open(next(href for href in page.links("·") if "/audit/log/" in href))

    page = auditor.send(reason=" ")

    expect_problem(page, "reason", "Enter the reason")
    assert "Revealed" not in page.main


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        pytest.param("reference=7KQW", "reference", "reference", id="half a reference"),
        pytest.param(
            "since.month=3&since.day=&since.year=2026", "since-day", "must include a day", id="no day"
        ),
        pytest.param(
            "since.month=3&since.day=2&since.year=2026&until.month=3&until.day=1&until.year=2026",
            "until-month", "must be on or after the first day", id="the wrong way round",
        ),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_made_says_what_to_do(
    auditor: Visitor, asked: str, field: str, sentence: str
) -> None:
    page = auditor.open(f"/audit/log?search=1&{asked}")

    assert f"#{field}" in [a.get("href") for a in page.all("a")], page.main
    assert sentence in page.main
    assert opened(events.READ_LOG) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("since.month=3&since.day=2&since.year=2026", True, id="from its day"),
        pytest.param("since.month=3&since.day=3&since.year=2026", False, id="from the day after"),
        pytest.param("until.month=3&until.day=2&until.year=2026", True, id="until its day"),
        pytest.param("until.month=3&until.day=1&until.year=2026", False, id="until the day before"),
    ],
)
def test_days_are_those_of_the_practice(
    auditor: Visitor, line: Disclosure, asked: str, found: bool
) -> None:
    page = auditor.open(f"/audit/log?search=1&event={events.DISCLOSURE_RECORDED}&{asked}")

    assert ("1 entry" in page.main.partition("Found")[2]) is found


def test_the_log_is_read_page_by_page_to_its_end(auditor: Visitor, clinic: Office) -> None:
    for _ in range(30):
        auditor.browser.get("/audit/log?search=1&event=account:role:granted")
    everything = len(log.recent(limit=1000).entries)
    page, seen = auditor.open("/audit/log?search=1"), 0
    while True:
        seen += len(page.nodes("tr")) - 1
        following = page.links("Earlier entries")
        if not following:
            break
        page = auditor.open(following[0])

    assert seen >= everything


@pytest.mark.parametrize("path", ["log", "disclosures", "exports", "verification"])
def test_others_are_told_that_it_is_not_for_them(clinic: Office, path: str) -> None:
    desk = Visitor(signed_in(staff(Role.FRONT_DESK, name="Fern Desk")))

    page = desk.open(f"/audit/{path}", status=403)

    assert page.words["h1"] == "This is not for your account"
    assert len(opened(events.REFUSED)) == 1


def test_every_event_has_words_of_its_own() -> None:
    words = [said for _, said in event_words.every_event()]

    assert len(words) == len(set(words))
    assert all(re.fullmatch(r"[A-Z][\w ]+(, [\w ]+)?: [\w ]+", one) for one in words)


# --- the ledger ------------------------------------------------------------------------------------
def test_the_disclosure_log_is_filtered_and_names_nobody(
    auditor: Visitor, clinic: Office, line: Disclosure
) -> None:
    page = light(auditor, "/audit/disclosures?basis=PH&accountable=true")
    assert "1 line" in page.main
    assert "Counts" in page.main
    assert "Example County Health" not in page.text
    assert str(clinic.patient.pk) not in page.text

    assert "No line fits." in auditor.open("/audit/disclosures?basis=SEC").main
    assert "No line fits." in auditor.open("/audit/disclosures?accountable=false").main
    assert len(opened(events.READ_DISCLOSURES)) == 3


def test_a_line_is_revealed_for_a_reason(
    auditor: Visitor, clinic: Office, line: Disclosure
) -> None:
    page = light(auditor, f"/audit/disclosures/{line.pk}")
    assert "Example County Health" not in page.text

    page = auditor.send(reason=WHY)

    assert "Example County Health" in page.main
    entry = opened(events.READ_DISCLOSURES)[0]
    assert (entry.reason, entry.patient) == (WHY, str(clinic.patient.pk))


def test_a_basis_there_is_not_is_said(auditor: Visitor) -> None:
    page = auditor.open("/audit/disclosures?basis=NONE")

    expect_problem(page, "basis", "Choose a basis from the list of bases.")


# --- exports ---------------------------------------------------------------------------------------
def ask(visitor: Visitor, register: str, **answers: Any) -> Page:
    visitor.open(f"/audit/exports/ask/{register}")
    whom = {"for_whom__whom": "own_auditor", "for_whom__name": "Audra Auditor"}
    return visitor.send(**({"format": "csv"} | whom | answers))


def test_an_export_is_prepared_and_then_fetched(
    auditor: Visitor, line: Disclosure, settings: Any
) -> None:
    page = ask(auditor, "disclosures")
    assert page.words["h1"] == "We are preparing your export"
    assert "Waiting" in page.main

    exporting.write(_actor(auditor))
    page = light(auditor, auditor.path)

    assert page.words["h1"] == "Your export is ready"
    (download,) = page.links("Download the file (CSV,")
    answer = auditor.browser.get(download)
    content = b"".join(answer.streaming_content)
    assert b"Example County Health" in content
    assert answer["Content-Disposition"].startswith('attachment; filename="disclosures-')
    assert opened(events.EXPORT_FETCHED)
    assert "A table that every spreadsheet opens (CSV)" in auditor.open("/audit/exports").main


def _actor(visitor: Visitor) -> Any:
    from privacy_portal.exports.asking import who_asked

    export = Export.objects.get()
    return who_asked(export)


def test_how_far_it_is_is_said_by_the_page_itself(auditor: Visitor, line: Disclosure) -> None:
    ask(auditor, "disclosures")
    Export.objects.update(stage="writing", rows=500, rows_expected=2000)

    page = auditor.open(auditor.path)

    assert "25 percent read" in page.main
    assert "500 of 2,000" in page.main
    assert page.links("Look how far it is") == [auditor.path]


@pytest.mark.parametrize(
    ("register", "answers", "field", "sentence"),
    [
        pytest.param("disclosures", {"for_whom__name": ""}, "for-whom-name", "Enter", id="no name"),
        pytest.param("log", {}, "reason", "Enter the reason", id="no reason"),
        pytest.param(
            "disclosures", {"for_whom__whom": "secretary"}, "for-whom-letter",
            "Enter where the copy of the written request is kept.", id="no letter",
        ),
    ],
)  # fmt: skip
def test_an_export_does_not_start_without_saying_for_whom(
    auditor: Visitor, register: str, answers: dict[str, str], field: str, sentence: str
) -> None:
    page = ask(auditor, register, **answers)

    expect_problem(page, field, sentence)
    assert not Export.objects.exists()


def test_another_persons_export_is_not_there(auditor: Visitor, line: Disclosure) -> None:
    ask(auditor, "disclosures")
    other = Visitor(signed_in(staff(Role.AUDITOR, name="Aldo Auditor")))

    other.open(auditor.path, status=404)
    other.open(f"{auditor.path}/file", status=404)
    assert "You have asked for none." in light(other, "/audit/exports").main


# --- verification ----------------------------------------------------------------------------------
@pytest.fixture
def signed(clinic: Office, tmp_path: Path, settings: Any, monkeypatch: Any) -> Path:
    """A log of 300 entries, signed, and what the database would say of its head."""
    note = logs.grow(tmp_path, 0, logs.random_entries(300)).decode()
    (tmp_path / "log.vkey").write_text(f"{logs.SIGNER.verifier}\n", encoding="ascii")
    settings.LOG_FOLDER = str(tmp_path)
    head = verification.Head(300, note.splitlines()[2], NOON, note)
    monkeypatch.setattr(verification, "newest", lambda: head)
    return tmp_path


def test_the_page_shows_the_head_and_the_very_command(auditor: Visitor, signed: Path) -> None:
    page = light(auditor, "/audit/verification")

    assert (signed / "checkpoint").read_text(encoding="utf-8").splitlines()[2] in page.main
    key = (signed / "log.vkey").read_text(encoding="ascii").strip()
    assert f"python -m audit.verify log FOLDER --vkey '{key}'" in page.main
    assert "What it does not prove" in page.main


def test_an_intact_log_is_said_to_be_up_to_its_last_entry(auditor: Visitor, signed: Path) -> None:
    auditor.open("/audit/verification")

    page = auditor.send()

    assert page.words["h1"] == "The log is intact up to entry 300"
    (entry,) = opened(events.READ_LOG)
    assert entry.extra == {"size": 300, "result": "ok"}


def test_the_first_bad_entry_is_named(auditor: Visitor, signed: Path) -> None:
    logs.altered(signed / "tile/entries/000", 700)
    auditor.open("/audit/verification")

    page = auditor.send()

    assert page.words["h1"] == "The log is not as it was signed"
    assert re.search(r"First fault: entry \d+: the entry is not the one", page.main)


def test_where_nothing_is_signed_the_page_says_so(auditor: Visitor, settings: Any) -> None:
    settings.LOG_FOLDER = ""

    page = light(auditor, "/audit/verification")
    auditor.path = "/audit/verification"

    assert "Nothing is signed yet." in page.main
    assert "Check it here and now" not in page.main
    assert auditor.browser.post("/audit/verification").status_code == 409


def test_a_cursor_that_is_none_is_refused(auditor: Visitor) -> None:
    assert "Go back to the first page." in auditor.open("/audit/log?search=1&before=x").main
