"""Where each page is and who opens it: found from the URL conf, so that a new page is walked as well.

What a route names comes from the world of the API's tests; a route whose address names something
needs a row here, and nowhere else: the tests of pages and those in a browser both read this table.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audit import clock, log
from privacy_portal.accounts import factors, sessions
from privacy_portal.accounts.actors import actor_for
from privacy_portal.pages.officer import keeping
from privacy_portal.pages.officer.models import Purpose
from requests_app.notices.models import NoticeVersion
from requests_app.permissions import Role
from tests.support import accounts, exporting, office
from tests.support.accounts import Somebody as Account
from tests.support.factors import enrolled
from tests.support.world import World

#: The first part of an address → who opens it; routes that are not so stand below by their name.
BY_PART = {"office": "officer", "audit": "auditor", "administration": "administrator",
           "my": "patient", "account": "patient", "password": "patient"}  # fmt: skip
BY_NAME = {
    "office_leave": "administrator",
    "office_dead_letters": "administrator",
    "second_step_remove": "officer",
    "recovery_codes": "officer",
    "account_logout": "patient",
    "office_outages": "administrator",
    "office_outage": "administrator",
}
#: Routes that answer a GET with no page of their own, and why.
NO_PAGES = {
    "health_live": "Words for machines.",
    "health_ready": "Words for machines.",
    "metrics": "Numbers for machines.",
    "api_docs": "Of another make; tests/journeys judges it.",
    "calendar_feed": "A calendar's file.",
    "audit_export_file": "The file itself.",
    "look_around": "In the demo alone; tests/demo walks it.",
    "mfa_authenticate": "Between two steps of signing in; tests/accounts walks it.",
    "sign_in_code": "After an address was typed; tests/accounts walks it.",
    "sign_up_confirm": "After an address was typed; tests/accounts walks it.",
    "look_up_code": "After a reference was typed; test_look_up walks it.",
    "office_check": "After a move's form was filled in; test_office_moves walks it.",
    "ask_step": "Of a draft of one browser; test_every_page walks it.",
    "ask_drop": "Of a draft of one browser; test_every_page walks it.",
    "ask_sent": "Of a draft of one browser; test_every_page walks it.",
    "invited_link": "Only leads on.",
    "invited": "After a link of a mail was opened; tests/accounts walks it.",
    "language": "Only leads back.",
    "my_disclosures_of": "Of whom one acts for; test_own_accounting walks it.",
    "admin_user_invite": "There where mail is sent; tests/accounts walks it.",
    "office_with": "For no errand now: each that asks for others is about somebody.",
    "office_brought": "Of a file that was brought; test_office_more walks it.",
    **dict.fromkeys(
        ("account_session_end", "recovery_codes_new", "my_message", "my_download", "my_revoke",
         "notice_received", "office_assign", "office_save_view", "office_remove_view",
         "office_match", "office_begin", "office_download"),
        "Only sent to.",
    ),
}  # fmt: skip


STAFF = {
    "officer": (Role.PRIVACY_OFFICER, "Olive Officer"),
    "auditor": (Role.AUDITOR, "Audra Auditor"),
    "administrator": (Role.ADMINISTRATOR, "Adam Administrator"),
    "desk": (Role.FRONT_DESK, "Fern Desk"),
}


class Pages(World):
    """The world of the API's tests with letters, drafts and accounts of its own."""

    def __init__(self, clinic: office.Office) -> None:
        super().__init__(clinic)
        self.accounts = {
            who: accounts.staff(role, name=name) for who, (role, name) in STAFF.items()
        }
        self.accounts["patient"] = Account(self.owner.user, "demo.patient@example.org")
        self.app = enrolled(self.accounts["officer"])
        denied = office.filed(actor=self.owner.actor, now=self.now)
        office.act(denied, "deny", office.INPUT["deny"], now=self.now)
        self.answered, self.letter = denied.reference, denied.letters.earliest("id").pk

    def actor(self, who: str) -> Any:
        return actor_for(self.accounts[who].user, via="session")


def signed_in(account: Account | None) -> Client:
    """A browser; of somebody with an account as after sign-in, second step and password."""
    browser = Client()
    if account is None:
        return browser
    browser.force_login(account.user)
    session = browser.session
    sessions.opened(session, clock.now())
    session[sessions.SECOND_STEP] = True
    session.save()
    return browser


def _draft(world: Pages) -> list[Any]:
    asked: dict[str, Any] = {"kind": "access", "patient": "", "asked": {}, "details": {}}
    who = {"actor": world.actor("officer"), "now": world.now}
    return [keeping.keep(Purpose.ENTRY, asked, about="desk", **who).pk]


def _request(world: Pages) -> list[Any]:
    return [world.references["access"]]


def _patient(world: Pages) -> list[Any]:
    return [world.clinic.patient.pk]


def _user(world: Pages) -> list[Any]:
    return [world.somebody.user.pk]


#: Route → what stands in its address.
NAMED: dict[str, Callable[[Pages], list[Any]]] = {
    "notice_version": lambda world: [NoticeVersion.objects.earliest("id").pk],
    "my_request": _request,
    "my_looked": _request,
    "my_receipt": _request,
    "my_letter": lambda world: [world.answered, world.letter],
    "my_act": lambda world: [*_request(world), "withdraw"],
    "second_step_remove": lambda world: [factors.of(world.accounts["officer"].user.pk)[0].id],
    "office_request": _request,
    "office_messages": _request,
    "office_papers": lambda world: [world.answered],
    "office_work": _request,
    "office_move": lambda world: [*_request(world), "deny"],
    "office_patient": _patient,
    "office_patient_part": lambda world: [*_patient(world), "others"],
    "office_check_disclosure": _patient,
    "office_desk_person": _patient,
    "office_draft": _draft,
    "office_errand": lambda world: ["add-patient"],
    "office_errand_about": lambda world: ["write", *_request(world)],
    "audit_log_review": lambda world: [world.review.pk],
    "audit_entry": lambda world: [log.recent(limit=1).entries[0].eid],
    "audit_disclosure": lambda world: [world.line.pk],
    "audit_export_ask": lambda world: ["log"],
    "audit_export": lambda world: [exporting.asked("disclosures", world.actor("auditor")).pk],
    "admin_user": _user,
    "admin_user_off": _user,
    "admin_user_step": _user,
    "admin_grant_end": lambda world: [world.somebody.user.grants.get().pk],
    "my_paper": lambda world: [*_request(world), "other"],
    "office_add_paper": _request,
    "office_add_patient_paper": _patient,
    "office_right_patient": lambda world: [*_request(world), *_patient(world)],
    "office_refile_kind": _request,
    "office_refile": lambda world: [*_request(world), "complaint"],
    "office_accounting": lambda world: [world.references["accounting"]],
    "office_receipt": lambda world: [*_request(world), "1"],
    "disclosure_receipt": lambda world: [world.line.pk],
    "office_check_sending": _patient,
    "office_goes_along": _patient,
    "office_release": lambda world: [world.release.pk],
    "office_stop_list": lambda world: [world.stop_list.pk],
    "office_outage": lambda world: [world.outage.pk],
    "office_with_about": lambda world: ["bulk-release", *_patient(world)],
    "office_draft_persons": _draft,
    "audit_entry_receipt": lambda world: [log.recent(limit=1).entries[0].eid],
    "audit_population": lambda world: ["authorizations"],
}


def walked(world: Pages) -> Iterator[tuple[str, str, Client]]:
    """Name, address and browser of every page that is opened by its address."""
    browsers = {who: signed_in(account) for who, account in world.accounts.items()}
    browsers["visitor"] = signed_in(None)
    for name, who in opened():
        yield name, address(name, world), browsers[who]


def opened() -> Iterator[tuple[str, str]]:
    """Every page that is opened by its address, and who opens it."""
    for name, route in routes():
        if name in NO_PAGES:
            continue
        assert name in NAMED or "<" not in route, f"Say in {__name__} what {route} is tried on."
        yield name, BY_NAME.get(name) or BY_PART.get(route.partition("/")[0], "visitor")


def address(name: str, world: Pages) -> str:
    """Where the page is in this world."""
    return reverse(name, args=NAMED.get(name, _nothing)(world))


def _nothing(world: Pages) -> list[Any]:
    return []


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and address of every route but the operations of the API."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if route.startswith("api/v1/"):
            continue
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{route} has no name"
            yield entry.name, route
