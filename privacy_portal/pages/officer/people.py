"""Members of staff as the pages name them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_users import User
from requests_app.permissions import MAY, Permission


def workers(*, now: datetime) -> list[tuple[str, str]]:
    """Accounts that can be given a request: (id, name), by name."""
    roles = [role.value for role, may in MAY.items() if Permission.WORK_REQUESTS in may]
    grants = RoleGrant.objects.in_force(now).filter(role__in=roles, user__is_active=True)
    found = {(str(pk), name) for pk, name in grants.values_list("user_id", "user__name")}
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))


def names(ids: Iterable[str]) -> dict[str, str]:
    """The names of these accounts by id; one that is not there any more is named so."""
    wanted = {one for one in ids if _is_uuid(one)}
    found = User.objects.filter(pk__in=wanted).values_list("pk", "name") if wanted else ()
    known = {str(pk): name for pk, name in found}
    return {one: known.get(one) or _("an account that is gone") for one in ids if one}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def reviewers(*, now: datetime) -> list[tuple[str, str]]:
    """Accounts that can review a denial: (id, name), by name."""
    roles = [role.value for role, may in MAY.items() if Permission.REVIEW_DENIAL in may]
    grants = RoleGrant.objects.in_force(now).filter(role__in=roles, user__is_active=True)
    found = {(str(pk), name) for pk, name in grants.values_list("user_id", "user__name")}
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))
