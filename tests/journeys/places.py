"""Where each page is, and who looks at it: one row for every route that answers a browser's GET.

A new page without a row fails `test_pages.py`. A route that is no page is named with its reason.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from audit import log
from requests_app.notices.models import NoticeVersion

if TYPE_CHECKING:
    from tests.journeys.browsing import Somebody
    from tests.journeys.world import Peopled

Where = Callable[["Peopled"], str]


def at(path: str) -> Where:
    """A page whose address names nothing."""
    return lambda world: path


def _request(page: str = "") -> Where:
    return lambda world: f"/office/requests/{world.references['access']}{page}"


def _own(page: str = "") -> Where:
    return lambda world: f"/my/requests/{world.references['access']}{page}"


def _patient(page: str = "") -> Where:
    return lambda world: f"/office/patients/{world.clinic.patient.pk}{page}"


def _user(page: str = "") -> Where:
    return lambda world: f"/administration/users/{world.somebody.user.pk}{page}"


#: By who looks, the name of the route and what is looked at.
PLACES: dict[str, dict[str, Where]] = {
    "visitor": {
        "landing": at("/"),
        "account_login": at("/sign-in"),
        "sign_in_by_code": at("/sign-in/code"),
        "sign_up": at("/sign-up"),
        "signed_out": at("/signed-out"),
        "password_changed": at("/password-changed"),
        "ask": at("/ask/"),
        "ask_unsure": at("/ask/not-sure"),
        "look_up": at("/lookup"),
        "what_is_collected": at("/privacy"),
        "notice": at("/notice"),
        "notice_version": lambda world: f"/notice/{NoticeVersion.objects.earliest('id').pk}",
        "api_docs": at("/api/docs/"),
    },
    "patient": {
        "account_logout": at("/sign-out"),
        "account_change_password": at("/password"),
        "own_account": at("/account"),
        "account_confirm": at("/account/confirm"),
        "account_sessions": at("/account/sessions"),
        "second_step": at("/account/second-step"),
        "second_step_app": at("/account/second-step/app"),
        "second_step_passkey": at("/account/second-step/passkey"),
        "my_requests": at("/my/requests"),
        "my_request": _own(),
        "my_looked": _own("/looked"),
        "my_receipt": _own("/receipt"),
        "my_letter": lambda world: f"/my/requests/{world.answered}/letters/{world.letter}",
        "my_act": _own("/act/withdraw"),
        "my_disclosures": at("/my/disclosures"),
        "my_standing": at("/my/standing"),
        "my_paper": _own("/papers/other"),
        "my_code": at("/my/code"),
    },
    "officer": {
        "second_step_remove": lambda world: f"/account/second-step/{world.factor}/remove",
        "recovery_codes": at("/account/recovery-codes"),
        "office_queue": at("/office/requests"),
        "office_request": _request(),
        "office_messages": _request("/messages"),
        "office_papers": lambda world: f"/office/requests/{world.answered}/papers",
        "office_work": _request("/work"),
        "office_move": _request("/do/deny"),
        "office_check": lambda world: f"/office/requests/{world.family}/do/consider",
        "office_find": at("/office/find"),
        "office_patient": _patient(),
        "office_patient_part": _patient("/stands/others"),
        "office_check_disclosure": _patient("/disclose"),
        "office_desk": at("/office/desk"),
        "office_desk_person": lambda world: f"/office/desk/people/{world.clinic.patient.pk}",
        "office_draft": lambda world: f"/office/desk/drafts/{world.draft}",
        "office_calendar": at("/office/due"),
        "office_dashboard": at("/office/report"),
        "office_set_up": at("/office/set-up"),
        "office_notices": at("/office/notice"),
        "office_cover": at("/office/cover"),
        "office_hand_over": at("/office/hand-over"),
        "office_errand": at("/office/record/add-patient"),
        "office_errand_about": lambda world: f"/office/record/write/{world.references['access']}",
        "office_add_paper": _request("/papers/add"),
        "office_refile_kind": _request("/kind"),
        "office_refile": _request("/kind/complaint"),
        "office_accounting": lambda world: (
            f"/office/requests/{world.references['accounting']}/accounting"
        ),
        "office_receipt": _request("/receipts/1"),
        "disclosure_receipt": lambda world: f"/office/disclosures/{world.line.pk}/receipt",
        "office_check_sending": _patient("/send"),
        "office_goes_along": _patient("/goes-along"),
        "office_registers": at("/office/registers"),
        "office_held_back": at("/office/held-back"),
        "office_releases": at("/office/releases"),
        "office_release": lambda world: f"/office/releases/{world.release.pk}",
        "office_amendment_notices": at("/office/amended-by-others"),
        "office_bases": at("/office/bases"),
        "office_stop_lists": at("/office/stop-lists"),
        "office_stop_list": lambda world: f"/office/stop-lists/{world.stop_list.pk}",
        "office_intake": at("/office/intake"),
        "office_calendar_address": at("/office/calendar-address"),
        "office_with_about": lambda world: (
            f"/office/with/bulk-release/{world.clinic.patient.pk}"
        ),
        "office_draft_persons": lambda world: f"/office/desk/drafts/{world.draft}/persons",
    },
    "auditor": {
        "audit_log": at("/audit/log?search=1"),
        "audit_entry": lambda world: f"/audit/log/{log.recent(limit=1).entries[0].eid}",
        "audit_disclosures": at("/audit/disclosures"),
        "audit_log_reviews": at("/audit/reviews"),
        "audit_log_review": lambda world: f"/audit/reviews/{world.review.pk}",
        "audit_disclosure": lambda world: f"/audit/disclosures/{world.line.pk}",
        "audit_exports": at("/audit/exports"),
        "audit_export_ask": at("/audit/exports/ask/log"),
        "audit_export": lambda world: f"/audit/exports/{world.own_export}",
        "audit_verification": at("/audit/verification"),
        "audit_of_person": at("/audit/disclosures/of-person"),
        "audit_populations": at("/audit/populations"),
        "audit_population": at("/audit/populations/authorizations"),
        "audit_entry_receipt": lambda world: (
            f"/audit/log/{log.recent(limit=1).entries[0].eid}/receipt"
        ),
    },
    "administrator": {
        "office_dead_letters": at("/office/not-sent"),
        "office_leave": at("/office/leaving"),
        "admin_users": at("/administration/users"),
        "admin_invite": at("/administration/users/new"),
        "admin_user": _user(),
        "admin_user_off": _user("/off"),
        "admin_user_step": _user("/step"),
        "admin_grant_end": lambda world: f"/administration/grants/{world.grant}/end",
        "admin_practice": at("/administration/practice"),
        "admin_policies": at("/administration/policies"),
        "admin_keys": at("/administration/keys"),
        "admin_health": at("/administration/health"),
        "admin_listeners": at("/administration/listeners"),
        "admin_machines": at("/administration/machines"),
        "admin_keeping": at("/administration/keeping"),
        "admin_service": at("/administration/service"),
        "office_outages": at("/office/outages"),
        "office_outage": lambda world: f"/office/outages/{world.outage.pk}",
    },
}  # fmt: skip


def _begin(me: "Somebody") -> None:
    me.open("/ask/")
    me.page.locator("[value=notice_copy]").check()
    me.press()


def _drop(me: "Somebody") -> None:
    _begin(me)
    me.open(me.path.rpartition("/")[0] + "/drop")


def _send(me: "Somebody") -> None:
    _begin(me)
    for _page in range(10):
        if me.name == "check":
            break
        FILLED.get(me.name, lambda one: None)(me)
        me.press()
    me.press("Send my request")


def _code(me: "Somebody", path: str) -> None:
    me.open(path)
    me.page.locator("[name=address]").fill("nobody@example.org")
    if me.page.locator("[name=password]").count():
        me.page.locator("[name=password]").fill("four plain words together")
    me.page.locator("main button").click()
    me.page.wait_for_load_state()


def _look_up(me: "Somebody", world: "Peopled") -> None:
    me.open("/lookup")
    me.fill(reference=world.answered, **BORN)
    me.press("Send me a code")


def _half(me: "Somebody", world: "Peopled") -> None:
    account = world.accounts["officer"]
    me.open("/sign-in")
    me.page.locator("[name=login]").fill(account.address)
    me.page.locator("[name=password]").fill(account.password)
    me.press("Sign in")


BORN = {"birth_date_month": "2", "birth_date_day": "29", "birth_date_year": "1980"}
FILLED: dict[str, Callable[["Somebody"], object]] = {
    "whom": lambda me: me.choose("For myself"),
    "you": lambda me: me.fill(name="Ada Example", **BORN),
    "reach": lambda me: me.fill(contact="3 Example Street"),
    "send": lambda me: (me.choose("On paper, by post"), me.fill(send_to="3 Example Street")),
}
#: Pages that one comes to by doing something, as somebody who is not signed in.
STEPS: dict[str, Callable[["Somebody", "Peopled"], None]] = {
    "ask_step": lambda me, world: _begin(me),
    "ask_drop": lambda me, world: _drop(me),
    "ask_sent": lambda me, world: _send(me),
    "look_up_code": _look_up,
    "sign_in_code": lambda me, world: _code(me, "/sign-in/code"),
    "sign_up_confirm": lambda me, world: _code(me, "/sign-up"),
    "mfa_authenticate": _half,
}  # fmt: skip
#: Routes that show no page, and why.
NO_PAGES = {
    "health_live": "Words for machines.",
    "health_ready": "Words for machines.",
    "metrics": "Numbers for machines.",
    "calendar_feed": "A calendar's file.",
    "audit_export_file": "The file itself.",
    "account_session_end": "Only sent to.",
    "recovery_codes_new": "Only sent to.",
    "my_message": "Only sent to; its page is that of the request.",
    "my_download": "Only sent to; what comes is a file.",
    "my_revoke": "Only sent to; it begins a request.",
    "notice_received": "Only sent to.",
    "office_assign": "Only sent to.",
    "office_save_view": "Only sent to.",
    "office_remove_view": "Only sent to.",
    "office_match": "Only sent to.",
    "office_begin": "Only sent to.",
    "office_download": "Only sent to; what comes is a file.",
    "language": "Only leads back.",
    "look_around": "There only in the demo; tests/demo walks it.",
    "invited_link": "Only leads on.",
    "invited": "Opened by the link of a mail; tests/accounts walks it.",
    "admin_user_invite": "There where mail is sent; tests/accounts walks it.",
    "my_disclosures_of": "Of whom one acts for; tests/pages walks it.",
    "office_with": "For no errand now: each that asks for others is about somebody.",
    "office_brought": "Of a file that was brought; tests/pages walks it.",
}
#: Whose form, sent as it stands, says what to put right: who, route, and the button where it is not the last.
REFUSED = [
    ("visitor", "account_login", ""),
    ("visitor", "sign_in_by_code", ""),
    ("visitor", "sign_up", ""),
    ("visitor", "ask", ""),
    ("visitor", "look_up", ""),
    ("patient", "account_change_password", ""),
    ("patient", "account_confirm", ""),
    ("patient", "second_step_app", ""),
    ("patient", "my_request", ""),
    ("officer", "office_find", ""),
    ("officer", "office_move", ""),
    ("officer", "office_desk_person", "Ask"),
    ("officer", "office_draft", "File the request"),
    ("officer", "office_cover", ""),
    ("officer", "office_errand", ""),
    ("officer", "office_errand_about", ""),
    ("auditor", "audit_entry", ""),
    ("auditor", "audit_disclosure", ""),
    ("auditor", "audit_export_ask", ""),
    ("administrator", "office_leave", ""),
    ("administrator", "admin_invite", ""),
    ("administrator", "admin_user", ""),
]  # fmt: skip
#: What is not there, not for one, or not possible now.
EXPLAINED = [
    ("visitor", "/nothing/is/here"),
    ("patient", "/nothing/is/here"),
    ("patient", "/office/requests"),
    ("officer", "/administration/users"),
    ("auditor", "/office/find"),
    ("administrator", "/audit/log"),
    ("desk", "/audit/exports"),
]
