"""Nothing can be done through the API alone: each operation has its page, and links lead there."""

import re
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from privacy_portal.api.models import Export
from privacy_portal.exports.asking import who_asked
from privacy_portal.pages.officer.errand_list import ERRANDS
from privacy_portal.pages.officer.person_parts import PARTS
from requests_app.actions import work
from requests_app.permissions import Role
from tests.pages.reach import REACHED, Page
from tests.support import accounts, exporting, office, openapi, patients
from tests.support.office import Office
from tests.support.pages import Page as Seen
from tests.support.pages import Visitor
from tests.support.world import World

OPERATIONS = {one.name for one in openapi.operations()}
#: Pages that tell one sort of a thing from another by a word of their address.
INSIDE = {"office_errand": "name", "office_patient_part": "part", "audit_export_ask": "register"}
SAME = {"office_errand_about": "office_errand", "office_with_about": "office_with"}
#: Of these every one is looked at: their links depend on what sort of request it is.
EACH = {"office_request", "office_work"}
#: Not followed: they end what the walk needs.
ENDS = re.compile(r"^/(sign-out|api/|static/)|/feed|\.ics$")


@cache
def key_of(path: str) -> tuple[str, str] | None:
    """The route of an address and what tells its pages apart; None for what is no page."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    name = SAME.get(found.url_name or "", found.url_name or "")
    inside = str(found.kwargs.get(INSIDE.get(name, ""), ""))
    return name, inside


@dataclass
class Walk:
    """What links and forms lead to, and the links that somebody may not follow: from where, to what."""

    reached: set[tuple[str, str]] = field(default_factory=set)
    barred: list[tuple[str, str]] = field(default_factory=list)

    def __or__(self, other: "Walk") -> "Walk":
        return Walk(self.reached | other.reached, self.barred + other.barred)


def walked(browser: Client, *begin: str) -> Walk:
    """Every page that links lead to from there, one of each sort; forms lead to where they send."""
    walk, seen = Walk(), set[Any]()
    reached, waiting = walk.reached, deque((path, "") for path in begin)
    while waiting:
        path, before = waiting.popleft()
        key = key_of(path)
        if key is None:
            continue
        reached.add(key)
        if ENDS.search(path):
            continue
        mark = urlsplit(path).path if key[0] in EACH or path in begin else key
        if mark in seen:
            continue
        seen.add(mark)
        answer = browser.get(path, follow=True)
        if answer.redirect_chain:
            reached |= {one for to, _ in answer.redirect_chain if (one := key_of(to))}
        if answer.status_code == 403:
            walk.barred.append((before, path))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            here = answer.request["PATH_INFO"]
            waiting += [(to, here) for to in leads(answer.content.decode(), here)]
    return walk


def leads(text: str, here: str) -> list[str]:
    """Where the links and the forms of a page lead."""
    page = Seen(text)
    links = [one["href"] for one in page.all("a")]
    forms = [one.get("action") or here for one in page.all("form")]
    return [one for one in (*links, *forms) if one.startswith("/")]


def test_every_operation_of_the_api_has_its_row() -> None:
    assert set(REACHED) == OPERATIONS, OPERATIONS ^ set(REACHED)


def test_every_errand_there_is_does_something_of_the_api_or_more() -> None:
    named = {row.inside for row in REACHED.values() if isinstance(row, Page)}
    named &= set(ERRANDS)

    # A message to nobody but the office, and a document of a patient: the same operations.
    assert set(ERRANDS) - named == {"note", "erase-paper"}


# --- the walk --------------------------------------------------------------------------------------
@pytest.fixture
def walk(clinic: Office) -> Walk:
    """What links lead to, for the people who use the service, in an office with one of everything."""
    world = World(clinic)
    unknown = office.filed(actor=world.stranger.actor, asker={"name": "Patricia Demo"})
    work.match(unknown.reference, {"patient": str(clinic.patient.pk)}, **world.who)
    visitor, _ = patients.signed_in_visitor(clinic.patient)
    found = walked(Client(), "/") | walked(visitor.browser, "/")
    for role in (Role.PRIVACY_OFFICER, Role.ADMINISTRATOR):
        staff = Visitor(accounts.signed_in(accounts.staff(role, name=f"Wanda {role.value}")))
        more = behind_forms(staff, world) if role is Role.PRIVACY_OFFICER else []
        found |= walked(staff.browser, *more, "/")
    return found


def behind_forms(officer: Visitor, world: World) -> list[str]:
    """Pages to which a form leads, and those of the people of whom there is most to see."""
    officer.open("/office/record/calendar-address")
    officer.send()
    officer.open("/office/desk")
    draft = officer.browser.post("/office/desk/begin", {"kind": "access", "channel": "telephone"})
    officer.open(f"/office/find?for={world.misfiled}")
    fits = officer.send(record_number="MR-0001", family_name="Demo")
    whole, split = world.clinic.patient.pk, world.segment.patient_id
    record = world.record.request
    assert record is not None
    return [
        "/audit/log?search=1",
        exported(officer),
        begun_review(officer),
        f"/audit/reviews/{world.review.pk}",
        f"{draft['Location']}/persons",
        *fits.links("Move it to this person"),
        f"/office/requests/{record.reference}/papers",
        f"/office/patients/{split}/stands/charts",
        *(f"/office/patients/{whole}/stands/{name}" for name in PARTS),
    ]


def begun_review(officer: Visitor) -> str:
    """The page of a review of the log that is yet to be signed."""
    officer.open("/office/record/begin-log-review")
    officer.send()
    return officer.path


def exported(officer: Visitor) -> str:
    """The page of an export that was asked for and is written."""
    officer.open("/audit/exports/ask/disclosures")
    whom = {"for_whom__whom": "own_auditor", "for_whom__name": "Audra Auditor"}
    officer.send(format="csv", **whom)
    export = Export.objects.latest("started_at")
    actor = who_asked(export)
    assert actor is not None
    exporting.write(actor)
    return officer.path


def test_links_lead_to_the_page_of_every_operation_and_nowhere_that_is_barred(walk: Walk) -> None:
    wanted = {(row.route, row.inside) for row in REACHED.values() if isinstance(row, Page)}

    missing = sorted(wanted - walk.reached)
    assert not missing, "\n".join(" ".join(one) for one in missing)
    assert not walk.barred, "\n".join(f"{here} leads to {to}" for here, to in walk.barred)
