"""Bearer tokens: made once, shown once, kept as digests, found with one query.

A person's token lives 60 minutes and ends earlier after SESSION_IDLE_MINUTES without use.  A
machine's lives to the day written on it and can do what its scopes name.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from privacy_portal import events
from privacy_portal.accounts import access, sessions
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.accounts.model_users import User
from requests_app.compiled import Compiled
from requests_app.errors import BadInput
from requests_app.permissions import Permission

PREFIX = "ppt_"  # Lets a scanner of leaked secrets recognise ours.
PERSON_LIFETIME = timedelta(minutes=60)
KEPT = timedelta(days=30)
LONGEST_MACHINE_LIFETIME = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: `text` is shown once and not kept."""

    text: str
    row: ApiToken


def make_for_person(user: User, *, now: datetime) -> Made:
    """A short token for somebody who has just shown the password."""
    actor = actor_for(user, via="token")
    return _make(
        user, expires_at=now + PERSON_LIFETIME, scopes=None, label="", actor=actor, now=now
    )


def make_for_machine(
    user: User,
    scopes: Iterable[str],
    *,
    label: str,
    expires_at: datetime,
    actor: Actor,
    now: datetime,
) -> Made:
    """A token for a machine client, with scopes (Permission values) and an end.

    Raises BadInput for an unknown scope, none at all, or an end that is past or over a year away.
    """
    access.require_user_manager(actor)
    wanted = sorted(set(scopes))
    _check_scopes(wanted)
    if not now < expires_at <= now + LONGEST_MACHINE_LIFETIME:
        raise BadInput.one("/expires_at", _("The end must be in the future and within a year."))
    return _make(user, expires_at=expires_at, scopes=wanted, label=label, actor=actor, now=now)


def authenticate(text: str, *, now: datetime) -> tuple[ApiToken, Actor] | None:
    """The token and whom it speaks for, with one query; None when it opens nothing."""
    found = _FIND.rows(digest=_digest(text))
    if not found:
        return None
    row = _row(found[0], grants=_in_force(found, now))
    if not _usable(row, now):
        return None
    _touch(row, now)
    return row, actor_for(row.user, via="token", scopes=row.scopes)


def end(row: ApiToken, *, actor: Actor, now: datetime) -> None:
    """End one token; ending it again changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now):
            log.append(events.TOKEN_ENDED, actor=actor, obj=log.Obj("token", str(row.pk)))


def end_all(account: UUID, *, now: datetime) -> int:
    """End every token of one account; the caller's own entry says why."""
    return ApiToken.objects.filter(user_id=account, ended_at=None).update(ended_at=now)


def forget(now: datetime) -> int:
    """Delete people's tokens a month after their end; that they were made and used is in the log.

    A machine client's stay: which scopes it had is asked of them.  For a task, safe to repeat.
    """
    old = ApiToken.objects.filter(scopes__isnull=True, expires_at__lt=now - KEPT)
    return old.delete()[0]


def _make(
    user: User,
    *,
    expires_at: datetime,
    scopes: list[str] | None,
    label: str,
    actor: Actor,
    now: datetime,
) -> Made:
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ApiToken.objects.create(
            digest=_digest(text),
            user=user,
            label=label,
            scopes=scopes,
            made_at=now,
            expires_at=expires_at,
            last_used=now,
        )
        extra = {
            "account": str(user.pk),
            "expires_at": expires_at.isoformat(),
            "scopes": " ".join(scopes or ()),
        }
        log.append(events.TOKEN_MADE, actor=actor, obj=log.Obj("token", str(row.pk)), extra=extra)
    return Made(text, row)


def _digest(text: str) -> bytes:
    """SHA-256 alone is enough here: the token is random, so there is nothing to guess from."""
    return hashlib.sha256(text.encode()).digest()


#: One plain join: a row for each grant the account ever had, or one without. Which of them is in
#: force is seen here; asked in SQL it cost every call to the API more than all else of signing in.
_FIND = Compiled(
    lambda digest: ApiToken.objects.filter(digest=digest).values_list(
        "id", "user_id", "user__name", "user__is_active", "scopes", "expires_at", "last_used",
        "ended_at", "user__grants__role", "user__grants__site_id", "user__grants__licence",
        "user__grants__since", "user__grants__until", "user__grants__ended_at",
    ),
    digest=bytes,
)  # fmt: skip


def _row(found: Sequence[Any], *, grants: list[dict[str, Any]]) -> ApiToken:
    pk, account, name, is_active, scopes, expires_at, last_used, ended_at = found[:8]
    user = User(pk=account, name=name, is_active=is_active)
    user.grants_in_force = grants
    return ApiToken(
        pk=pk,
        user=user,
        scopes=scopes,
        expires_at=expires_at,
        last_used=last_used,
        ended_at=ended_at,
    )


def _in_force(found: Sequence[Sequence[Any]], now: datetime) -> list[dict[str, Any]]:
    """The same question as RoleGrantQuerySet.in_force, asked of rows that are here already."""
    return [
        {"role": role, "site": site, "licence": licence}
        for role, site, licence, since, until, ended in (one[8:] for one in found)
        if role
        and since <= now
        and (until is None or until > now)
        and (ended is None or ended > now)
    ]


def _usable(row: ApiToken, now: datetime) -> bool:
    idle = row.scopes is None and now - row.last_used > sessions.idle_limit()
    return row.ended_at is None and now < row.expires_at and not idle and row.user.is_active


def _touch(row: ApiToken, now: datetime) -> None:
    """Note the use, at most once a minute."""
    if now - row.last_used >= sessions.WRITE_AT_MOST_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used=now)


def _check_scopes(wanted: list[str]) -> None:
    known = {permission.value for permission in Permission}
    if not wanted or not known.issuperset(wanted):
        names = ", ".join(sorted(known))
        raise BadInput.one(
            "/scopes", _("Name at least one scope out of: %(names)s.") % {"names": names}
        )
