"""One of everything the pages show, and everybody who looks at it, signed in."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from privacy_portal.pages.officer.queue import SIZE
from tests.journeys.browsing import Somebody, somebody
from tests.support import office, page_places
from tests.support.accounts import Somebody as Account
from tests.support.page_places import Pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Stage


class Peopled(Pages):
    """The world of the pages' tests, with a month of requests before it."""

    def __init__(self, clinic: office.Office) -> None:
        super().__init__(clinic)
        self._make_family()
        self._make_month()

    def _make_family(self) -> None:
        """A wish that the practice may agree to, toward the family."""
        wanted = office.DETAILS["restriction"] | {"recipients": ["family"], "paid": None}
        toward = {"details": wanted, "patient": str(self.clinic.patient.pk)}
        self.family = office.filed(
            "restriction", actor=self.owner.actor, now=self.now, **toward
        ).reference

    def _make_month(self) -> None:
        """Requests of the weeks before: some are late, some wait, and the queue has a second page."""
        whom = {"patient": str(self.clinic.patient.pk)}
        many = (("accounting", day) for day in range(1, SIZE))
        late = (("access", 31), ("amendment", 55), ("accounting", 20), ("complaint", 6))
        for kind, days in (*late, *many):
            then = self.now - timedelta(days=days)
            office.filed(kind, actor=self.owner.actor, now=then, **whom)
        waits = office.filed(
            "access", actor=self.owner.actor, now=self.now - timedelta(days=9), **whom
        )
        office.act(waits, "ask", office.INPUT["ask"], now=self.now - timedelta(days=2))


def signed_in(
    browser: "Browser", stage: "Stage", account: Account | None, **context: Any
) -> Somebody:
    """A fresh browser; of somebody with an account, as after sign-in, second step and password."""
    me = somebody(browser, stage.url, **context)
    if account is None:
        return me
    session = page_places.signed_in(account).session
    cookie = {"name": "session", "value": session.session_key, "url": stage.url}
    me.page.context.add_cookies([cookie])  # type: ignore[list-item]
    return me
