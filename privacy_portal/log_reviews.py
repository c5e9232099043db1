"""What a review of the log puts before its reader: accounts counted one by one, and the sights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy_portal import events as shell
from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_users import User
from requests_app import events
from requests_app.actions import log_reviews
from requests_app.kinds import registry
from requests_app.log_review.models import Figures, LogReview
from requests_app.permissions import Role


@dataclass(frozen=True)
class Sight:
    """Something to look at first: the beginnings of the names of its events."""

    name: str
    words: str | Promise
    of: tuple[str, ...]

    def counts(self, by_name: Mapping[str, int]) -> dict[str, int]:
        """Its events among these, by name."""
        return {name: n for name, n in sorted(by_name.items()) if name.startswith(self.of)}


_LEFT = (
    events.EXPORT_STARTED, events.EXPORT_FETCHED, events.LOG_HANDED_OVER, events.STOP_LIST_GIVEN,
)  # fmt: skip
_ACCOUNTS = (
    "account:role:", "account:user:", "account:token:", "account:factor", "account:recovery_codes:",
    shell.PASSWORD_CHANGED,
)  # fmt: skip
_OVERRIDE = registry.kind("restriction").event("emergency")
#: Audit logs, access reports, incident reports (164.308(a)(1)(ii)(D)), in the order they are shown.
SIGHTS = (
    Sight("refused_callers", _("Sign-ins and other callers refused, by source and minute"),
          (shell.CALLER_REFUSED,)),
    Sight("refused_attempts", _("Refused to somebody who was signed in"), (events.REFUSED,)),
    Sight("overrides", _("Restrictions overridden in an emergency"), (_OVERRIDE,)),
    Sight("left", _("Files and lists that left the service"), _LEFT),
    Sight("looks", _("Looks at records, lists and the log"), ("read:",)),
    Sight("accounts", _("Accounts, roles and means of signing in"), _ACCOUNTS),
    Sight("service", _("Keys, retention, and how the service is set up"), ("log:", "key:", "service:")),
)  # fmt: skip


def people() -> list[str]:
    """The ids of all accounts that ever held a role other than that of a patient."""
    grants = RoleGrant.objects.exclude(role=Role.PATIENT.value)
    return [str(pk) for pk in grants.values_list("user_id", flat=True).distinct()]


def begin(**who: Any) -> LogReview:
    """Begin a review, with every account of the office counted. Raises NotPermitted, NotNow."""
    return log_reviews.begin(people=people(), **who)


def names_of(figures: Figures) -> dict[str, str]:
    """The names of the accounts counted, by id."""
    rows = User.objects.filter(pk__in=figures.people).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}
