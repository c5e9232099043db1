"""Giving and taking roles. Rows are added and ended; what was once true stays on record."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from privacy_portal import events
from privacy_portal.accounts import access
from privacy_portal.accounts.model_roles import LICENSED, TIME_BOXED, RoleGrant
from privacy_portal.accounts.model_users import User
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.permissions import Role


def grant(
    user: User,
    role: Role,
    *,
    actor: Actor,
    since: datetime,
    until: datetime | None = None,
    site: UUID | None = None,
    licence: str = "",
) -> RoleGrant:
    """Give a role from `since`, everywhere or at one site.

    Raises NotPermitted when the actor may not manage users or would give a role to themselves,
    BadInput when the end, the licence or the combination is missing or wrong.
    """
    access.require_user_manager(actor)
    if actor.id == str(user.pk):
        raise NotPermitted(_("Another administrator must give you a role."))
    _check_end(role, since, until)
    if role in LICENSED and not licence.strip():
        raise BadInput.one("/licence", _("Enter the licence: its number and who issued it."))
    _check_combination(user, role, since)
    return record_grant(
        user, role, actor=actor, since=since, until=until, site=site, licence=licence.strip()
    )


def record_grant(
    user: User,
    role: Role,
    *,
    actor: Actor,
    since: datetime,
    until: datetime | None = None,
    site: UUID | None = None,
    licence: str = "",
) -> RoleGrant:
    """Store the grant and its entry, unchecked: for `grant` and the making of accounts."""
    with transaction.atomic():
        row = RoleGrant.objects.create(
            user=user,
            role=role.value,
            site_id=site,
            licence=licence,
            since=since,
            until=until,
            granted_by=actor.id,
        )
        log.append(events.ROLE_GRANTED, actor=actor, obj=_obj(row), after=_facts(row))
    return row


def end(row: RoleGrant, *, actor: Actor, now: datetime) -> None:
    """Take the role back at `now`; once. Raises NotNow when it has already ended."""
    access.require_user_manager(actor)
    with transaction.atomic():
        open_rows = RoleGrant.objects.filter(pk=row.pk, ended_at=None)
        if not open_rows.update(ended_at=now, ended_by=actor.id):
            raise NotNow(_("This role has already been taken back."))
        log.append(events.ROLE_ENDED, actor=actor, obj=_obj(row), before=_facts(row))


def _check_end(role: Role, since: datetime, until: datetime | None) -> None:
    if until is None and role in TIME_BOXED:
        raise BadInput.one("/until", _("Enter the day this role ends: it is lent for a time."))
    if until is not None and until <= since:
        raise BadInput.one("/until", _("The end must be after the start."))


def _check_combination(user: User, role: Role, now: datetime) -> None:
    """Patients' and machines' accounts hold nothing else; a second account serves a second part."""
    held = set(RoleGrant.objects.in_force(now).filter(user=user).values_list("role", flat=True))
    alone = {Role.PATIENT.value, Role.MACHINE.value}
    if (role.value in alone and held - {role.value}) or (held & alone - {role.value}):
        sentence = _("Use a second account: a patient's or a machine's account has no other role.")
        raise BadInput.one("/role", sentence)


def _obj(row: RoleGrant) -> log.Obj:
    return log.Obj("role_grant", str(row.pk))


def _facts(row: RoleGrant) -> dict[str, str | None]:
    return {
        "account": str(row.user_id),
        "role": row.role,
        "site": str(row.site_id) if row.site_id else None,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
    }


def holders(role: Role, *, now: datetime) -> frozenset[str]:
    """The accounts that hold the role now, at every site, as text."""
    grants = RoleGrant.objects.in_force(now).filter(role=role.value, site_id=None)
    return frozenset(str(one) for one in grants.values_list("user_id", flat=True))
