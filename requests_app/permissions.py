"""Roles, and the one table of what each may do.

`accounts` (third floor) says which person holds which role; here stands what a role may do.
Separation of duties compares persons, never roles: see the guards in `requests_app.rules`.
"""

from enum import StrEnum
from functools import lru_cache

from audit.actors import Actor
from requests_app.errors import NotPermitted


class Role(StrEnum):
    """The closed set of roles."""

    PATIENT = "patient"
    PRIVACY_OFFICER = "privacy_officer"
    PRIVACY_STAFF = "privacy_staff"
    FRONT_DESK = "front_desk"
    BILLING = "billing"
    LICENSED_PROFESSIONAL = "licensed_professional"
    OUTSIDE_REVIEWER = "outside_reviewer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    MACHINE = "machine"


class Permission(StrEnum):
    """The closed set of things that can be done."""

    FILE_OWN = "file_own"  # file, read and withdraw one's own requests
    FILE_FOR_OTHERS = "file_for_others"  # intake of paper, telephone, counter
    READ_REQUESTS = "read_requests"
    READ_ASSIGNED = "read_assigned"  # only the cases one was invited to
    WORK_REQUESTS = "work_requests"  # every move that is no decision
    DECIDE = "decide"  # grant, deny, extend
    DETERMINE = "determine"  # what the law gives to a licensed professional
    REVIEW_DENIAL = "review_denial"  # review by someone who did not decide
    VERIFY_IDENTITY = "verify_identity"
    READ_PATIENTS = "read_patients"
    MANAGE_PATIENTS = "manage_patients"
    LINK_ACCOUNTS = "link_accounts"
    ASK_CHECK = "ask_check"  # "may we disclose?", "may I speak to?"
    GIVE_STOP_LISTS = "give_stop_lists"  # whom an outside sender must not write to
    RECORD_DISCLOSURE = "record_disclosure"
    READ_DISCLOSURES = "read_disclosures"
    EXPORT_DISCLOSURES = "export_disclosures"
    READ_LOG = "read_log"
    REVIEW_LOG = "review_log"  # the scheduled review, signed
    READ_PRACTICE = "read_practice"  # record sets, business associates, what is missing
    MANAGE_PRACTICE = "manage_practice"  # sites, designations, business associates
    MANAGE_USERS = "manage_users"
    MANAGE_WEBHOOKS = "manage_webhooks"  # which systems hear of events
    MEND_SERVICE = "mend_service"  # what waits, what could not be sent, what passed in an outage


P = Permission

#: What each role may do. One row a role; nothing else in the program grants anything.
MAY: dict[Role, frozenset[Permission]] = {
    Role.PATIENT: frozenset({P.FILE_OWN}),
    Role.PRIVACY_OFFICER: frozenset(
        {
            P.FILE_FOR_OTHERS,
            P.READ_REQUESTS,
            P.WORK_REQUESTS,
            P.DECIDE,
            P.VERIFY_IDENTITY,
            P.READ_PATIENTS,
            P.MANAGE_PATIENTS,
            P.LINK_ACCOUNTS,
            P.ASK_CHECK,
            P.GIVE_STOP_LISTS,
            P.RECORD_DISCLOSURE,
            P.READ_DISCLOSURES,
            P.EXPORT_DISCLOSURES,
            P.READ_LOG,
            P.REVIEW_LOG,
            P.READ_PRACTICE,
            P.MANAGE_PRACTICE,
            P.MEND_SERVICE,
        }
    ),
    Role.PRIVACY_STAFF: frozenset(
        {
            P.FILE_FOR_OTHERS,
            P.READ_REQUESTS,
            P.WORK_REQUESTS,
            P.VERIFY_IDENTITY,
            P.READ_PATIENTS,
            P.MANAGE_PATIENTS,
            P.LINK_ACCOUNTS,
            P.ASK_CHECK,
            P.GIVE_STOP_LISTS,
            P.RECORD_DISCLOSURE,
            P.READ_DISCLOSURES,
            P.READ_PRACTICE,
        }
    ),
    Role.FRONT_DESK: frozenset(
        {
            P.FILE_FOR_OTHERS,
            P.READ_PATIENTS,
            P.VERIFY_IDENTITY,
            P.ASK_CHECK,
        }
    ),
    Role.BILLING: frozenset({P.ASK_CHECK}),
    Role.LICENSED_PROFESSIONAL: frozenset({P.READ_REQUESTS, P.DETERMINE, P.REVIEW_DENIAL}),
    Role.OUTSIDE_REVIEWER: frozenset({P.READ_ASSIGNED, P.REVIEW_DENIAL}),
    Role.AUDITOR: frozenset(
        {
            P.READ_REQUESTS,
            P.READ_DISCLOSURES,
            P.EXPORT_DISCLOSURES,
            P.READ_LOG,
            P.READ_PRACTICE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            P.MANAGE_USERS,
            P.READ_PRACTICE,
            P.MANAGE_PRACTICE,
            P.MANAGE_WEBHOOKS,
            P.MEND_SERVICE,
        }
    ),
    Role.MACHINE: frozenset(),  # a machine client may do what its scopes name, nothing by role
}


def may(actor: Actor, permission: Permission, *, site: str | None = None) -> bool:
    """Whether the actor may do this, at this site when one is named.

    A machine client is judged by its scopes alone; people by the roles they hold.
    """
    reach = sites_for(actor, permission)
    return reach is None or (site in reach if site is not None else bool(reach))


def sites_for(actor: Actor, permission: Permission) -> frozenset[str] | None:
    """The sites at which the actor may do this: None for every site, empty for none."""
    if actor.scopes is not None:
        return None if permission.value in actor.scopes else frozenset()
    roles = [role for role in actor.roles if permission in MAY[Role(role)]]
    if any(role not in actor.sites for role in roles):
        return None
    return frozenset[str]().union(*(actor.sites[role] for role in roles))


def anywhere(actor: Actor) -> frozenset[Permission]:
    """All that the actor may do, at some site at least: what `may` says of each where no site is named."""
    nowhere = {role for role, sites in actor.sites.items() if not sites}
    return _anywhere(actor.roles - nowhere, actor.scopes)


@lru_cache(maxsize=256)
def _anywhere(roles: frozenset[str], scopes: frozenset[str] | None) -> frozenset[Permission]:
    if scopes is not None:
        return frozenset(one for one in Permission if one.value in scopes)
    return frozenset[Permission]().union(*(MAY[Role(role)] for role in roles))


def require(actor: Actor, permission: Permission, *, site: str | None = None) -> None:
    """Raise NotPermitted, naming who can, unless the actor may."""
    if not may(actor, permission, site=site):
        raise NotPermitted(SENTENCES[permission])


SENTENCES: dict[Permission, str] = {
    P.FILE_OWN: "Only a patient's own account can do this.",
    P.FILE_FOR_OTHERS: "Only the front desk or the privacy office can take a request for somebody.",
    P.READ_REQUESTS: "Only the privacy office and its auditors can read requests.",
    P.READ_ASSIGNED: "Only a reviewer who was invited to this case can read it.",
    P.WORK_REQUESTS: "Only the privacy office can do this.",
    P.DECIDE: "Only the privacy officer can decide this.",
    P.DETERMINE: "Only a licensed health care professional can make this determination.",
    P.REVIEW_DENIAL: "Only a licensed health care professional who did not take part in the denial can review it.",
    P.VERIFY_IDENTITY: "Only staff of the practice can record an identity check.",
    P.READ_PATIENTS: "Only staff of the practice can look up a patient.",
    P.MANAGE_PATIENTS: "Only the privacy office can change a patient's record here.",
    P.LINK_ACCOUNTS: "Only the privacy office can link an account to a patient.",
    P.ASK_CHECK: "Only staff of the practice can ask this.",
    P.GIVE_STOP_LISTS: "Only the privacy office, or a machine client made for it, can read a stop list.",
    P.RECORD_DISCLOSURE: "Only the privacy office can record a disclosure.",
    P.READ_DISCLOSURES: "Only the privacy office and its auditors can read the disclosure log.",
    P.EXPORT_DISCLOSURES: "Only the privacy officer and auditors can export the disclosure log.",
    P.READ_LOG: "Only the privacy officer and auditors can read the log.",
    P.REVIEW_LOG: "Only the privacy officer can review the log.",
    P.READ_PRACTICE: "Only the privacy office, its auditors and the administrator can read this.",
    P.MANAGE_PRACTICE: "Only the privacy officer or the administrator can change the practice's settings.",
    P.MANAGE_USERS: "Only the administrator can manage users.",
    P.MANAGE_WEBHOOKS: "Only the administrator can say which systems hear of events.",
    P.MEND_SERVICE: "Only the privacy officer or the administrator can look after the service.",
}
