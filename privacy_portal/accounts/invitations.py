"""An invitation: the account is there, and its owner sets the first password over a link by e-mail.

The link opens once, for three days, and the newest one alone.  Its secret lies sealed in the row that
the worker mails from; a message of the queue holds nothing of it, and neither does the log.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from audit import log
from audit.actors import Actor
from privacy_portal import events
from privacy_portal.accounts import access, factors, people, refusals
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_factors import Letter, MailedCode, Purpose
from privacy_portal.accounts.model_users import User
from requests_app.errors import BadInput, NotNow

LIFETIME = timedelta(days=3)


def may_be_invited(user: User) -> bool:
    """Staff who have not signed in to the end yet, second step and all. Machines have no password."""
    known = user.is_active and bool(user.name) and user.has_usable_password()
    return known and not factors.enrolled(user.pk)


def invite(user: User, *, actor: Actor, now: datetime) -> datetime:
    """Have an invitation mailed to this member of staff; until when it opens. Earlier ones end.

    Raises NotPermitted, NotNow.
    """
    access.require_user_manager(actor)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if not may_be_invited(locked):
            raise NotNow(_("This account is in use or switched off, so it needs no invitation."))
        _open_of(user.pk, now).update(used_at=now)
        row = MailedCode.objects.create(
            purpose=Purpose.INVITE,
            account=locked,
            letter=Letter(locked.username, secrets.token_urlsafe(24)),
            made_at=now,
            expires_at=now + LIFETIME,
        )
        log.append(events.USER_INVITED, actor=actor, obj=log.Obj("account", str(user.pk)))
    return row.expires_at


def is_open(row_id: UUID, secret: str, *, source: str, now: datetime) -> bool:
    """Whether the link opens; a wrong one is counted. Looking uses nothing up: programs follow links."""
    name = f"invitation {row_id}"
    refusals.check(source, name, now=now)
    row = MailedCode.objects.select_related("account").filter(pk=row_id).first()
    if _opens(row, secret, now):
        return True
    refusals.note(source, what="invitation", name=name)
    return False


def accept(row_id: UUID, secret: str, password: str, *, source: str, now: datetime) -> User | None:
    """Set the password of whoever was invited, once; None, counted, for a link that opens nothing.

    BadInput at /password for a weak one: the link then still opens.
    """
    if not is_open(row_id, secret, source=source, now=now):
        return None
    with transaction.atomic():
        rows = MailedCode.objects.select_for_update(of=("self",)).select_related("account")
        row = rows.get(pk=row_id)
        if not _opens(row, secret, now) or row.account is None:
            return None
        _check(password, row.account)
        MailedCode.objects.filter(pk=row.pk).update(used_at=now)
        people.set_password(row.account, password, actor=actor_for(row.account, via="session"))
    return row.account


def _open_of(account: UUID, now: datetime) -> QuerySet[MailedCode]:
    rows = MailedCode.objects.filter(purpose=Purpose.INVITE, account=account, used_at=None)
    return rows.filter(expires_at__gt=now)


def _opens(row: MailedCode | None, secret: str, now: datetime) -> bool:
    """The same comparison whether or not there is such a row."""
    letter = row.letter if row is not None else None
    same = constant_time_compare(secret, letter.code if letter else secrets.token_urlsafe(24))
    return (
        same
        and row is not None
        and row.purpose == Purpose.INVITE
        and row.used_at is None
        and row.expires_at > now
        and row.account is not None
        and may_be_invited(row.account)
    )


def _check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise BadInput.one("/password", " ".join(weak.messages)) from weak
