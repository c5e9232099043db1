"""Members of staff as the pages name them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_users import User
from requests_app.compiled import Compiled
from requests_app.permissions import MAY, Permission


def workers(*, now: datetime) -> list[tuple[str, str]]:
    """Accounts that can be given a request: (id, name), by name."""
    return _by_name(_WORKERS, now)


def names(ids: Iterable[str]) -> dict[str, str]:
    """The names of these accounts by id; one that is not there any more is named so."""
    wanted = {one for one in ids if _is_uuid(one)}
    found = User.objects.filter(pk__in=wanted).values_list("pk", "name") if wanted else ()
    known = {str(pk): name for pk, name in found}
    return {one: known.get(one) or _("an account that is gone") for one in ids if one}


def name(account: str) -> str:
    """The name of one account."""
    found = _NAME.rows(pk=UUID(account)) if _is_uuid(account) else ()
    return next((name for (name,) in found if name), None) or _("an account that is gone")


_NAME = Compiled(lambda pk: User.objects.filter(pk=pk).values_list("name"), pk=UUID)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def reviewers(*, now: datetime) -> list[tuple[str, str]]:
    """Accounts that can review a denial: (id, name), by name."""
    return _by_name(_REVIEWERS, now)


def _who_may(permission: Permission) -> Compiled[RoleGrant]:
    """Who holds a role, by account, with which this can be done."""
    roles = [role.value for role, may in MAY.items() if permission in may]
    return Compiled(
        lambda now: (
            RoleGrant.objects.in_force(now)
            .filter(role__in=roles, user__is_active=True)
            .values_list("user_id", "user__name")
        ),
        now=datetime,
    )


_WORKERS = _who_may(Permission.WORK_REQUESTS)
_REVIEWERS = _who_may(Permission.REVIEW_DENIAL)


def _by_name(held: Compiled[RoleGrant], now: datetime) -> list[tuple[str, str]]:
    found = {(str(pk), name) for pk, name in held.rows(now=now)}
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))
