"""Where each operation of the API can be done on a page, or why it is for programs alone.

A row names what a person opens: a page by the name of its route, an errand of the office by its own
name, or a command that a page shows. `machine` says why no person ever needs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from privacy_portal.pages.officer.verbs import VERBS


@dataclass(frozen=True)
class Page:
    """A page; `inside` tells those of one route apart (an errand's name, a part, a register)."""

    route: str
    inside: str = ""


@dataclass(frozen=True)
class Machine:
    """For programs alone, because of this."""

    why: str


Row = Page | Machine


def errand(name: str) -> Page:
    return Page("office_errand", name)


def part(name: str) -> Page:
    return Page("office_patient_part", name)


_TREE = "The log's tree, its heads and proofs are for verifiers; people read the verification page."
_MET = "Programs learn here what the pages' own forms know."

_LOG: dict[str, Row] = {
    "POST /log/entries/search": Page("audit_log"),
    "POST /log/entries/list": Page("audit_log"),
    "GET /log/entries/{id}": Page("audit_entry"),
    "POST /log/entries/{id}/open": Page("audit_entry"),
    "GET /log/entries/{id}/receipt": Page("audit_entry_receipt"),
    "GET /log/checkpoint": Machine(_TREE),
    "GET /log/tile/{place}": Machine(_TREE),
    "GET /log/inclusion/{index}": Machine(_TREE),
    "GET /log/consistency/{old}": Machine(_TREE),
    "POST /log/bundles": Page("audit_hand_over"),
    "GET /populations": Page("audit_populations"),
    "GET /populations/{id}": Page("audit_population"),
    "POST /exports/disclosures": Page("audit_export_ask", "disclosures"),
    "POST /exports/requests": Page("audit_export_ask", "requests"),
    "POST /exports/log": Page("audit_export_ask", "log"),
    "GET /exports/{id}": Page("audit_export"),
    "GET /exports/{id}/file": Page("audit_export_file"),
}

_REQUESTS: dict[str, Row] = {
    "GET /requests": Page("office_queue"),
    "POST /requests": Page("ask"),
    "GET /log-reviews": Page("audit_log_reviews"),
    "GET /log-reviews/due": Page("audit_log_reviews"),
    "GET /log-reviews/{id}": Page("audit_log_review"),
    "POST /log-reviews": errand("begin-log-review"),
    "POST /log-reviews/{id}/sign": errand("sign-log-review"),
    "POST /log-reviews/{id}/countersign": errand("countersign-log-review"),
    "GET /log-review-schedules": Page("audit_log_reviews"),
    "POST /log-review-schedules": errand("log-review-schedule"),
    "GET /requests/{reference}": Page("office_request"),
    "GET /requests/{reference}/actions": Page("office_request"),
    "GET /requests/{reference}/clock": Page("office_request"),
    "GET /requests/{reference}/timeline": Page("office_request"),
    "GET /requests/{reference}/letters": Page("office_papers"),
    "GET /requests/{reference}/messages": Page("office_messages"),
    "POST /requests/{reference}/messages": errand("write"),
    "GET /requests/{reference}/receipt": Page("office_receipt"),
    "GET /requests/{reference}/receipts/{version}": Page("office_receipt"),
    "GET /requests/{reference}/measures": Page("office_work"),
    "POST /requests/{reference}/measures": errand("measure"),
    "POST /requests/{reference}/patient": Page("office_find"),
    "POST /requests/{reference}/assignee": Page("office_assign"),
    "GET /requests/{reference}/casework": Page("office_work"),
    "POST /requests/{reference}/holds": errand("hold"),
    "POST /holds/{id}/lift": errand("lift-hold"),
    "POST /requests/{reference}/tasks": errand("task"),
    "POST /tasks/{id}/settle": errand("settle-task"),
    "POST /requests/{reference}/kind": Page("office_refile_kind"),
    "POST /requests/{reference}/right-patient": Page("office_right_patient"),
    "POST /submissions": Page("office_draft_persons"),
    "GET /requests/{reference}/accounting": Page("office_accounting"),
    "GET /requests/{reference}/associates": Page("office_work"),
    "POST /inquiries/{id}/answer": errand("associate-answer"),
    "GET /requests/{reference}/persons-to-tell": Page("office_work"),
    "GET /requests/{reference}/documents": Page("office_papers"),
    **{f"POST /requests/{{reference}}/actions/{move}": Page("office_move") for move in VERBS},
}

_PEOPLE: dict[str, Row] = {
    "POST /patients": errand("add-patient"),
    "GET /patients/{id}": Page("office_patient"),
    "PUT /patients/{id}": errand("change-patient"),
    "POST /patients/find": Page("office_find"),
    "GET /patients/{id}/representatives": part("others"),
    "POST /representatives": errand("recognise"),
    "POST /representatives/refusals": errand("refuse-representative"),
    "POST /representatives/{id}/end": errand("end-representative"),
    "GET /patients/{id}/authorizations": part("authorizations"),
    "GET /patients/{id}/preferences": part("wishes"),
    "GET /patients/{id}/restrictions": part("wishes"),
    "GET /patients/{id}/people-involved": part("others"),
    "POST /people-involved": errand("involve"),
    "POST /people-involved/{id}/end": errand("end-involved"),
    "POST /people-involved/may-i-speak": Page("office_desk_person"),
    "GET /patients/{id}/notices": part("others"),
    "GET /authorizations": Page("my_standing"),
    "POST /authorizations": errand("authorization"),
    "POST /authorizations/{id}/end": errand("end-authorization"),
    "GET /held-messages": Page("office_dead_letters"),
    "POST /held-messages/{id}/pass-on": errand("pass-on"),
    "POST /chart-links": errand("link-charts"),
    "POST /chart-links/{id}/end": errand("end-chart-link"),
    "POST /segments": errand("split-chart"),
    "POST /segments/{id}/items": errand("mark-part"),
    "POST /segments/{id}/end": errand("end-split"),
    "POST /link-codes": errand("link-code"),
    "POST /links": errand("tie-account"),
    "POST /links/{id}/end": errand("end-link"),
    "POST /links/use-code": Page("my_code"),
    "GET /patients/{id}/amendments": part("amendments"),
    "GET /patients/{id}/recipients": part("amendments"),
    "POST /patients/{id}/linked-set": Page("office_goes_along"),
    "GET /amendment-notices": Page("office_amendment_notices"),
    "POST /amendment-notices": errand("amendment-notice"),
    "POST /amendment-notices/{id}/links": errand("link-notice"),
}

_DISCLOSURES: dict[str, Row] = {
    "POST /disclosures": errand("disclosure"),
    "POST /disclosures/check": Page("office_check_disclosure"),
    "POST /disclosures/releases": errand("bulk-release"),
    "POST /disclosures/search": Page("audit_of_person"),
    "GET /disclosures/{id}": Page("audit_disclosure"),
    "GET /disclosures/{id}/check": Page("audit_disclosure"),
    "POST /disclosures/{id}/corrections": errand("correct-disclosure"),
    "GET /disclosures/{id}/receipt": Page("disclosure_receipt"),
    "GET /disclosure-bases": Page("office_bases"),
    "POST /communications/check": Page("office_check_sending"),
    "GET /planned-releases": Page("office_releases"),
    "POST /planned-releases": errand("plan-release"),
    "GET /planned-releases/{id}": Page("office_release"),
    "POST /planned-releases/{id}/call-off": errand("call-off-release"),
    "GET /stop-lists": Page("office_stop_lists"),
    "POST /stop-lists/{id}/give": Page("office_stop_list"),
    "GET /suspensions": Page("office_held_back"),
    "POST /suspensions": errand("suspension"),
    "POST /suspensions/{id}/answer": errand("answer-suspension"),
    "GET /supplements": Page("office_held_back"),
    "POST /intake": Page("office_intake"),
    "POST /intake/preview": Page("office_intake"),
}

_PRACTICE: dict[str, Row] = {
    "GET /practice": Page("office_set_up"),
    "PUT /practice": errand("practice"),
    "GET /sites": Page("office_set_up"),
    "POST /sites": errand("site"),
    "PUT /sites/{id}/facts": errand("site-facts"),
    "GET /set-up": Page("office_set_up"),
    "GET /designations": Page("office_set_up"),
    "POST /designations": errand("designate"),
    "POST /designations/{id}/end": errand("end-designation"),
    "GET /record-sets": Page("office_set_up"),
    "POST /record-sets": errand("record-set"),
    "POST /record-sets/{id}/end": errand("end-record-set"),
    "GET /business-associates": Page("office_set_up"),
    "POST /business-associates": errand("associate"),
    "POST /business-associates/{id}/end": errand("end-associate"),
    "GET /targets": Page("office_set_up"),
    "POST /targets": errand("target"),
    "POST /targets/{id}/end": errand("end-target"),
    "GET /notices": Page("office_notices"),
    "POST /notices": errand("notice"),
    "GET /notices/{id}": Page("notice_version"),
    "GET /notice-elements": Page("office_notices"),
    "POST /acknowledgments": errand("acknowledge-notice"),
    "POST /acknowledgments/confirm": Page("notice_received"),
    "GET /reports/answers": Page("office_dashboard"),
    "GET /reports/ageing": Page("office_dashboard"),
    "GET /reports/late": Page("office_queue"),
    "GET /reports/unmatched": Page("office_queue"),
}

_SERVICE: dict[str, Row] = {
    "GET /users": Page("admin_users"),
    "POST /users": Page("admin_invite"),
    "POST /users/{id}/grants": Page("admin_user"),
    "POST /users/{id}/deactivate": Page("admin_user_off"),
    "POST /grants/{id}/end": Page("admin_grant_end"),
    "POST /machine-tokens": errand("machine-token"),
    "POST /machine-tokens/{id}/end": errand("end-machine-token"),
    "GET /webhooks": Page("admin_listeners"),
    "POST /webhooks": errand("listener"),
    "POST /webhooks/{id}/rotate": errand("rotate-listener"),
    "POST /webhooks/{id}/end": errand("end-listener"),
    "GET /service": Page("admin_service"),
    "GET /dead-letters": Page("office_dead_letters"),
    "POST /dead-letters/{id}/retry": errand("retry"),
    "POST /dead-letters/{id}/discard": errand("discard"),
    "GET /outages": Page("office_outages"),
    "GET /outages/{id}/deadlines": Page("office_outage"),
    "GET /me": Page("own_account"),
    "GET /me/calendar": Page("office_calendar_address"),
    "POST /me/calendar": errand("calendar-address"),
    "POST /me/calendar/end": errand("end-calendar-address"),
    "POST /sign-in": Page("account_login"),
    "POST /sign-out": Page("account_logout"),
    "GET /kinds": Machine(_MET),
}

_DOCUMENTS: dict[str, Row] = {
    "POST /requests/{reference}/documents": Page("office_add_paper"),
    "PUT /documents/{id}/content": Page("office_add_paper"),
    "POST /documents/{id}/downloads": Page("office_download"),
    "GET /downloads/{id}": Page("office_download"),
    "POST /documents/{id}/release": errand("release-document"),
    "POST /documents/{id}/erase": errand("erase-document"),
    "GET /patients/{id}/documents": part("papers"),
    "POST /patients/{id}/documents": Page("office_add_patient_paper"),
}

#: Every operation of the API.
REACHED: Mapping[str, Row] = (
    _LOG | _REQUESTS | _PEOPLE | _DISCLOSURES | _PRACTICE | _SERVICE | _DOCUMENTS
)
