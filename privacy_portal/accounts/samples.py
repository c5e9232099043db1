"""What an auditor samples from that lies on this floor: who was given which role (164.514(d)(2))."""

from datetime import datetime

from django.db.models import QuerySet

from audit.actors import Actor
from privacy_portal.accounts.model_roles import RoleGrant
from requests_app.populations import Evidence, Facts, Population, register


def _grants(_actor: Actor, _now: datetime) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.select_related("user")


def _id(row: RoleGrant) -> str:
    return str(row.pk)


def _facts(row: RoleGrant) -> Facts:
    until = row.ended_at or row.until
    return {
        "name": row.user.name,
        "role": row.role,
        "site": str(row.site_id) if row.site_id else None,
        "licence": row.licence,
        "since": row.since.isoformat(),
        "until": until.isoformat() if until else None,
    }


_STAFF_ACCESS = Population(
    "staff_access", "Who was given which role", (40,), _grants, "since", "site_id", Evidence.NONE,
    _id, _facts,
)  # fmt: skip
register(_STAFF_ACCESS)
