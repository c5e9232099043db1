"""Where one can go: the line of the room one is in, and the rest behind menus."""

from collections.abc import Sequence

import pytest

from privacy_portal.pages import navigation
from privacy_portal.pages.navigation import MOST, Line, Shown
from requests_app.permissions import Role
from tests.support.office import person

ROLES = frozenset(role.value for role in Role) - {Role.PATIENT.value, Role.MACHINE.value}


def line(path: str, roles: frozenset[str] = ROLES) -> Line:
    actor = person(Role.PRIVACY_OFFICER, "Ada Example")
    return navigation.links(type(actor)(id=actor.id, name=actor.name, roles=roles), path)


def hrefs(shown: Sequence[Shown]) -> list[str]:
    return [one.href for one in shown]


@pytest.mark.parametrize(
    ("path", "first", "menus"),
    [
        pytest.param("/office/requests", "/office/requests", ["Audit", "Administration"], id="office"),
        pytest.param("/audit/exports/ask/log", "/audit/log", ["Office", "Administration"], id="audit"),
        pytest.param("/administration/keys", "/administration/users", ["Office", "Audit"], id="admin"),
        pytest.param("/account", "/office/requests", ["Audit", "Administration"], id="in no room"),
    ],
)  # fmt: skip
def test_the_line_is_of_the_room_one_is_in(path: str, first: str, menus: list[str]) -> None:
    found = line(path)

    assert found.links[0].href == first
    assert [str(one.label) for one in found.menus if str(one.label) != "More"] == menus


def test_the_line_stays_short_and_nothing_is_lost() -> None:
    found = line("/office/requests")
    behind = [href for menu in found.menus for href in hrefs(menu.links)]

    assert len(found.links) <= MOST + 1
    assert len(hrefs(found.links) + behind) == len(set(hrefs(found.links) + behind))
    rest = [link.route for link in navigation.LINKS if not link.route.startswith(("my_", "ask"))]
    assert len(hrefs(found.links) + behind) == len(rest)


def test_the_page_one_is_on_stands_in_the_line() -> None:
    found = line("/office/set-up")

    assert [one.href for one in found.links if one.here] == ["/office/set-up"]


def test_somebody_with_one_room_has_no_menu_of_another() -> None:
    found = line("/my/requests", frozenset({Role.PATIENT.value}))

    assert found.menus == ()
    assert len(found.links) == 4
