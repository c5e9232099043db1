"""What is written out for all who see alike shows each of them what they may see, and no more."""

from dataclasses import replace

import pytest

from audit.actors import Actor
from requests_app import selectors
from requests_app.kinds.models import Request
from requests_app.permissions import Role
from requests_app.seen import Seen
from tests.support import office
from tests.support.office import NOON

pytestmark = pytest.mark.django_db

ALL = Seen(lambda rows: rows.order_by("reference"))
OF_KIND = Seen(lambda rows, kind: rows.filter(kind=kind).values_list("reference"), kind=str)

ABOUT = office.DETAILS["complaint"] | {"about": "somebody"}


@pytest.fixture
def requests(db: None) -> list[Request]:
    """One's own, a representative's, the desk's, and complaints about two who see alike."""
    here = office.set_up()
    office.designate_alternate()
    office.link_representative(office.REPRESENTATIVE, here.patient)
    return [
        office.filed("access"),
        office.filed("amendment", actor=office.REPRESENTATIVE, patient=str(here.patient.pk)),
        office.taken_down("accounting"),
        office.filed("complaint"),
        *(office.filed("complaint", details=ABOUT | {"names_account": named.id})
          for named in (office.OFFICER, office.STAFF)),
    ]  # fmt: skip


def everybody(here: str, elsewhere: str) -> list[Actor]:
    """Everyone, and staff who are limited to sites; those who see alike stand beside each other."""
    limited = {Role.PRIVACY_STAFF.value: frozenset({here})}
    outside = {Role.PRIVACY_STAFF.value: frozenset({elsewhere})}
    return [
        office.OFFICER, office.SECOND_OFFICER, office.STAFF, replace(office.STAFF, sites=limited),
        replace(office.STAFF, sites=outside), replace(office.SECOND_OFFICER, name="Ada"),
        office.DESK, office.person(Role.FRONT_DESK, "Another Desk"), office.BILLING,
        office.ALTERNATE, office.PROFESSIONAL, office.REVIEWER, office.OTHER_REVIEWER,
        office.AUDITOR, office.ADMINISTRATOR, office.MACHINE, office.REPRESENTATIVE,
        office.PATIENT, office.STRANGER,
    ]  # fmt: skip


def test_everybody_finds_what_is_visible_to_them(requests: list[Request]) -> None:
    here, elsewhere = str(requests[0].site_id), str(requests[0].pk)
    complaints = set(references(requests, "complaint"))
    for actor in everybody(here, elsewhere):
        seen = visible(actor)
        assert references(ALL.objects(actor, now=NOON)) == seen, actor
        found = {one for (one,) in OF_KIND.rows(actor, now=NOON, kind="complaint")}
        assert found == complaints & set(seen), actor
    assert ALL.count(office.AUDITOR, now=NOON) == len(requests)


def test_whom_a_complaint_names_does_not_see_it_where_a_colleague_does(
    requests: list[Request],
) -> None:
    of_officer = requests[4].reference
    both = office.SECOND_OFFICER, office.OFFICER
    seen = [of_officer in references(ALL.objects(one, now=NOON)) for one in both]
    assert seen == [True, False]


def references(rows: list[Request], kind: str = "") -> list[str]:
    return [row.reference for row in rows if kind in {"", row.kind}]


def visible(actor: Actor) -> list[str]:
    rows = selectors.visible_requests(actor, now=NOON).order_by("reference")
    return list(rows.values_list("reference", flat=True))
