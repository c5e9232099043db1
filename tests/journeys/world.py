"""One of everything the pages show, and everybody who looks at it, signed in."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client

from audit import clock
from privacy_portal.accounts import factors, sessions
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.pages.officer import keeping
from privacy_portal.pages.officer.models import Purpose
from requests_app.permissions import Role
from tests.journeys.browsing import Somebody, somebody
from tests.support import accounts, exporting, office
from tests.support.accounts import Somebody as Account
from tests.support.factors import App, enrolled
from tests.support.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage

STAFF = {
    "officer": (Role.PRIVACY_OFFICER, "Olive Officer"),
    "auditor": (Role.AUDITOR, "Audra Auditor"),
    "administrator": (Role.ADMINISTRATOR, "Adam Administrator"),
    "desk": (Role.FRONT_DESK, "Fern Desk"),
}


class Peopled(World):
    """The world of the API's tests, with letters, drafts and accounts of its own."""

    def __init__(self, clinic: office.Office) -> None:
        super().__init__(clinic)
        self.accounts = {
            who: accounts.staff(role, name=name) for who, (role, name) in STAFF.items()
        }
        self.accounts["patient"] = Account(self.owner.user, "demo.patient@example.org")
        self.apps: dict[str, App] = {"officer": enrolled(self.accounts["officer"])}
        self.factor = factors.of(self.accounts["officer"].user.pk)[0].id
        self.grant = RoleGrant.objects.get(user=self.somebody.user).pk
        self._make_letter()
        self._make_kept()
        self._make_month()

    def _make_letter(self) -> None:
        denied = office.filed(actor=self.owner.actor, now=self.now)
        office.act(denied, "deny", office.INPUT["deny"], now=self.now)
        self.answered = denied.reference
        self.letter = denied.letters.earliest("id").pk
        wanted = office.DETAILS["restriction"] | {"recipients": ["family"], "paid": None}
        toward = {"details": wanted, "patient": str(self.clinic.patient.pk)}
        self.family = office.filed(
            "restriction", actor=self.owner.actor, now=self.now, **toward
        ).reference

    def _make_kept(self) -> None:
        """A call that broke off, and an export on its way."""
        asked: dict[str, Any] = {"kind": "access", "patient": "", "asked": {}, "details": {}}
        who = {"actor": self.actor("officer"), "now": self.now}
        self.draft = keeping.keep(Purpose.ENTRY, asked, about="desk", **who).pk
        self.own_export = exporting.asked("disclosures", self.actor("auditor")).pk

    def _make_month(self) -> None:
        """Requests of the weeks before, so that the queue has some that are late and some that wait."""
        whom = {"patient": str(self.clinic.patient.pk)}
        for kind, days in (("access", 31), ("amendment", 55), ("accounting", 20), ("complaint", 6)):
            then = self.now - timedelta(days=days)
            office.filed(kind, actor=self.owner.actor, now=then, **whom)
        waits = office.filed(
            "access", actor=self.owner.actor, now=self.now - timedelta(days=9), **whom
        )
        office.act(waits, "ask", office.INPUT["ask"], now=self.now - timedelta(days=2))

    def actor(self, who: str) -> Any:
        return actor_for(self.accounts[who].user, via="session")


def signed_in(
    browser: "Browser", stage: "Stage", account: Account | None, **context: Any
) -> Somebody:
    """A fresh browser; of somebody with an account, as after sign-in, second step and password."""
    me = somebody(browser, stage.url, **context)
    if account is None:
        return me
    client = Client()
    client.force_login(account.user)
    session = client.session
    sessions.opened(session, clock.now())
    session[sessions.SECOND_STEP] = True
    session.save()
    cookie = {"name": "session", "value": session.session_key, "url": stage.url}
    me.page.context.add_cookies([cookie])  # type: ignore[list-item]
    return me
