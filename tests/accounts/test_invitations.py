"""An invitation by e-mail: one link, once, for three days; and nothing of it anywhere else."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from audit import clock, log
from audit.log import Facet
from privacy_portal import events
from privacy_portal.accounts import factors, invitations, people
from privacy_portal.accounts.model_factors import MailedCode
from privacy_portal.accounts.model_users import User
from privacy_portal.mail import codes
from requests_app.errors import NotNow, NotPermitted
from requests_app.permissions import Role
from tests.support import office
from tests.support.accounts import COMMAND, NOON, Somebody, half_signed_in, signed_in, staff
from tests.support.factors import enrolled
from tests.support.pages import Visitor, expect_problem, get

CORA, PASSWORD = "cora@example.org", "four plain words here"
pytestmark = pytest.mark.usefixtures("post")


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    return office.set_up(now=NOON)


@pytest.fixture
def administrator() -> Visitor:
    return Visitor(signed_in(staff(Role.ADMINISTRATOR, name="Adam Administrator")))


@pytest.fixture
def cora() -> User:
    user = people.create_staff(CORA, "Cora Example", people.random_password(), actor=COMMAND)
    invitations.invite(user, actor=COMMAND, now=NOON)
    return user


def link() -> str:
    """Out of the newest message."""
    codes.drain(seconds=5)
    found = re.search(r"http\S+(/invited/\S+)", mail.outbox[-1].body)
    assert found
    return found.group(1)


def test_an_administrator_invites_and_the_invited_choose_their_password(
    administrator: Visitor, post: list[Any]
) -> None:
    administrator.open("/administration/users/new")
    page = administrator.send(address=CORA, name="Cora Example")
    assert "A message is on its way to cora@example.org." in page.main
    assert "First password" not in page.main
    where = link()
    assert post[-1].to == [CORA]

    cora = Visitor(Client())
    assert cora.open(where).words["h1"] == "Choose a password"
    assert cora.path == "/invited"
    cora.send(password=PASSWORD)

    assert cora.path == "/account/second-step"
    somebody = Somebody(User.objects.get(username=CORA), CORA, PASSWORD)
    assert half_signed_in(somebody).get("/account")["Location"] == "/account/second-step"
    (entry,) = log.find(Facet.NAME, events.USER_INVITED).entries
    assert entry.entry.object.id == str(somebody.user.pk)


def test_the_link_opens_once_and_following_it_uses_nothing_up(cora: User) -> None:
    where = link()
    for _program in range(3):
        get(Client(), "/invited", status=410)
        assert Client().get(where).status_code == 302
    first, second = Visitor(Client()), Visitor(Client())
    first.open(where)
    second.open(where)
    first.send(password=PASSWORD)

    page = second.send(password="five other plain words", status=410)

    assert page.words["h1"] == "This link opens nothing any more"
    cora.refresh_from_db()
    assert cora.check_password(PASSWORD)
    assert Visitor(Client()).open(where, status=410)


@pytest.mark.parametrize(
    ("after", "opens"),
    [(timedelta(days=3) - timedelta(seconds=1), True), (timedelta(days=3), False)],
    ids=["at the last moment", "three days later"],
)
def test_it_opens_for_three_days(after: timedelta, opens: bool, cora: User) -> None:
    where = link()
    with clock.frozen(NOON + after):
        answer = Client().get(where, follow=True)
    assert answer.status_code == (200 if opens else 410)


def test_the_newest_link_alone_opens(administrator: Visitor, cora: User) -> None:
    older = link()
    administrator.open(f"/administration/users/{cora.pk}")
    assert administrator.page is not None
    administrator.open(administrator.page.links("Send another invitation")[0])
    administrator.send()
    newer = link()

    assert Client().get(older, follow=True).status_code == 410
    assert Client().get(newer, follow=True).status_code == 200


def test_a_weak_password_is_said_and_the_link_still_opens(cora: User) -> None:
    visitor = Visitor(Client())
    visitor.open(link())
    expect_problem(visitor.send(password=""), "id_password", "Enter a password.")
    page = visitor.send(password="short")
    assert page.words["title"].startswith("Error: ")
    visitor.send(password=PASSWORD)
    cora.refresh_from_db()
    assert cora.check_password(PASSWORD)


WRONG = {
    "another secret": lambda where: where[:-4] + "AAAA",
    "no such invitation": lambda where: f"/invited/{uuid4()}/{where.rpartition('/')[2]}",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_link_opens_nothing_and_is_counted(what: str, cora: User) -> None:
    answer = Client().get(WRONG[what](link()), follow=True)
    assert answer.status_code == 410
    assert log.find(Facet.NAME, events.CALLER_REFUSED).entries


def test_whoever_has_signed_in_to_the_end_is_not_invited(
    administrator: Visitor, cora: User
) -> None:
    where = link()
    enrolled(Somebody(cora, CORA, PASSWORD))
    assert factors.enrolled(cora.pk)
    assert Client().get(where, follow=True).status_code == 410
    with pytest.raises(NotNow):
        invitations.invite(cora, actor=COMMAND, now=NOON)
    page = administrator.open(f"/administration/users/{cora.pk}")
    assert page.links("Send another invitation") == []


def test_patients_machines_and_those_switched_off_are_not_invited(cora: User) -> None:
    machine = people.create_machine("Records", actor=COMMAND, now=NOON)
    patient = people.create_patient("demo@example.org", PASSWORD, actor=COMMAND, now=NOON)
    people.deactivate(cora, actor=COMMAND)
    cora.refresh_from_db()
    for user in (machine, patient, cora):
        with pytest.raises(NotNow):
            invitations.invite(user, actor=COMMAND, now=NOON)
    with pytest.raises(NotPermitted):
        invitations.invite(cora, actor=office.OFFICER, now=NOON)


def test_the_secret_lies_nowhere_in_the_clear(cora: User) -> None:
    secret = link().rpartition("/")[2]
    held = MailedCode.objects.values_list("letter", flat=True)[0].content
    assert secret.encode() not in held
    for one in log.find(Facet.NAME, events.USER_INVITED).entries:
        assert secret not in repr(one.entry)


def test_where_no_mail_is_sent_the_first_password_is_shown_once(
    administrator: Visitor, settings: Any
) -> None:
    settings.MAIL_SET = False
    administrator.open("/administration/users/new")
    page = administrator.send(address=CORA, name="Cora Example")
    assert "First password, shown this once:" in page.main
    assert not MailedCode.objects.exists()
