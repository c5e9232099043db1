"""Accounts for tests, made through the real actions; everybody is plainly invented."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts import people, roles, sessions
from privacy_portal.accounts.model_users import User
from requests_app.permissions import Role

PASSWORD = "four plain words together"
LICENCE = "MD-000000 Example State Board"
COMMAND = Actor(id="system:test", name="Test set-up", via="command")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Somebody:
    """An account together with what its owner types."""

    user: User
    address: str
    password: str = PASSWORD


def staff(*given: Role, name: str = "Ada Example", site: UUID | None = None) -> Somebody:
    """A member of staff holding these roles from now on."""
    address = f"{name.lower().replace(' ', '.')}@example.org"
    user = people.create_staff(address, name, PASSWORD, actor=COMMAND)
    for role in given:
        give(user, role, site=site)
    return Somebody(user, address)


def give(user: User, role: Role, *, site: UUID | None = None) -> None:
    now = clock.now()
    end = now.replace(year=now.year + 1)
    roles.grant(user, role, actor=COMMAND, since=now, until=end, site=site, licence=LICENCE)


def signed_in(somebody: Somebody) -> Client:
    """A browser as after the sign-in page, for staff as after the second step; no page was asked.

    tests/accounts/test_sign_in.py holds that the page leaves the same behind.
    """
    request = _of_nobody()
    record_authentication(request, somebody.user, method="password")
    get_adapter().login(request, somebody.user)
    request.session.set_expiry(0)
    request.session[sessions.SECOND_STEP] = True
    request.session.save()
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return browser


def _of_nobody() -> HttpRequest:
    request = RequestFactory().post("/sign-in")
    request.session, request.user = sessions.SessionStore(), AnonymousUser()
    return request


def half_signed_in(somebody: Somebody) -> Client:
    """A browser after the sign-in page; staff have shown no second step."""
    browser = Client()
    answer = browser.post("/sign-in", {"login": somebody.address, "password": somebody.password})
    assert answer.status_code == 302, answer.content
    return browser
