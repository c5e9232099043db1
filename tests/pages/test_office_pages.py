"""Every page of the office is well made and thrifty, and a form of each errand opens."""

from collections.abc import Callable

import pytest

from audit.actors import Actor
from privacy_portal.pages.officer import keeping
from privacy_portal.pages.officer.errand_list import ERRANDS
from privacy_portal.pages.officer.errands import Errand
from privacy_portal.pages.officer.models import Purpose
from privacy_portal.pages.officer.verbs import VERBS
from requests_app.actions import amendments, charts
from requests_app.kinds import registry
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from requests_app.people.segments import Segment
from requests_app.permissions import MAY, Role
from requests_app.practice.models import Site
from requests_app.questions import questions_of
from requests_app.standing.amendment_notices import IncomingNotice
from tests.support import office
from tests.support.office import NOON, OFFICER, Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Visitor

PLACES = ["requests", "find", "desk", "due", "report", "not-sent", "set-up", "notice"]


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def test_every_place_of_the_office_is_well_made_and_thrifty(officer: Visitor) -> None:
    office.filed("access")
    office.filed("restriction")

    for place in PLACES:
        thrifty(officer, f"/office/{place}")


def test_every_page_of_a_request_is_well_made_and_thrifty(officer: Visitor) -> None:
    found = office.filed("access")
    office.act(found, "ask", {"body": "Which years?"})

    for page in ("", "/messages", "/papers", "/work"):
        thrifty(officer, f"/office/requests/{found.reference}{page}")


def test_a_moved_request_says_where_it_goes_on_and_offers_nothing(officer: Visitor) -> None:
    moved = office.do(office.filed("access"), "refile")
    right = Request.objects.exclude(pk=moved.pk).get()

    page = thrifty(officer, f"/office/requests/{moved.reference}")

    assert f"It goes on as {right.reference}, with the same day of receipt." in page.main
    assert page.links(right.reference) == [f"/office/requests/{right.reference}"]


def test_the_pages_of_a_person_are_well_made_and_thrifty(officer: Visitor, clinic: Office) -> None:
    whom = clinic.patient
    line = office.disclosed(whom, "2026-02-01", **office.TO_THE_POLICE)
    office.held_back(whom, line)
    office.authorized(whom)
    office.recognise(whom)

    thrifty(officer, f"/office/patients/{whom.pk}")
    thrifty(officer, f"/office/patients/{whom.pk}/stands/authorizations")
    page = thrifty(officer, f"/office/patients/{whom.pk}/stands/others")
    thrifty(officer, f"/office/desk/people/{whom.pk}")
    thrifty(officer, f"/office/patients/{whom.pk}/disclose")

    assert "Example Police Department" in page.main


#: A row for each errand that shows what is there already.
ROWS: dict[str, Callable[[Patient], str]] = {
    "mark-part": lambda whom: str(split(whom).pk),
    "end-split": lambda whom: str(split(whom).pk),
    "correct-disclosure": lambda whom: str(office.disclosed(whom, "2026-02-01").pk),
    "link-notice": lambda whom: str(told(whom).pk),
}


def split(whom: Patient) -> Segment:
    asked = {"patient": str(whom.pk), "because": "consented", "care": "Counselling"}
    return charts.split(asked, actor=OFFICER, now=NOON)


def told(whom: Patient) -> IncomingNotice:
    said = {"patient": str(whom.pk), "sender": "Example Hospital", "amended": "The day of the injury",
            "received_on": "2026-03-01"}  # fmt: skip
    return amendments.receive_notice(said, actor=OFFICER, now=NOON)


def put_aside(visitor: Visitor, errand: Errand, where: str) -> str:
    """What another page has put aside for the form, when it begins there."""
    if not (errand.persons or errand.carries):
        return ""
    other = office.add_patient(Site.objects.get(), number="MR-0002", given_names="Petra")
    answers = {"persons": [str(other.pk)], **({errand.carries: {}} if errand.carries else {})}
    actor = Actor(id=str(visitor.browser.session["_auth_user_id"]), name="Olive Officer")
    kept = keeping.keep(
        Purpose.ENTRY, answers, about=f"{errand.name}:{where}", actor=actor, now=NOON
    )
    return f"?entry={kept.pk}"


@pytest.mark.parametrize("name", sorted(ERRANDS))
def test_the_form_of_every_errand_opens(name: str, officer: Visitor, clinic: Office) -> None:
    errand = ERRANDS[name]
    about = {"patient": str(clinic.patient.pk), "request": office.filed("access").reference}
    where = about.get(errand.about, str(clinic.patient.pk)) if errand.about else ""
    if errand.whose is not None:
        where = ROWS[name](clinic.patient)
    if errand.needs not in MAY[Role.PRIVACY_OFFICER]:
        officer = staff(Role.ADMINISTRATOR, name="Adam Administrator")
    begun = put_aside(officer, errand, where)

    page = thrifty(officer, f"/office/record/{name}/{where}".rstrip("/") + begun)

    names = {one.get("name", "").partition(".")[0] for _, one in page.elements}
    unasked = {errand.fixed, errand.carries, errand.persons.question if errand.persons else ""}
    asked = set(errand.only or questions_of(errand.asks)) - unasked
    assert asked <= names


def test_every_move_has_its_words() -> None:
    moves = {
        name for kind in registry.all_kinds() for name, spec in kind.moves().items() if spec.by_name
    }

    assert moves == set(VERBS)
