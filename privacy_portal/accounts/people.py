"""Making accounts and switching them off."""

import secrets
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import clock, log
from audit.actors import Actor
from privacy_portal import events
from privacy_portal.accounts import access, addresses, feeds, roles, sessions, tokens
from privacy_portal.accounts.model_users import User
from requests_app.actions import subscriptions
from requests_app.errors import BadInput
from requests_app.permissions import Role

_TAKEN = gettext_lazy("Use another address: this one has an account.")
#: Letters and digits that are not taken for one another when read aloud.
_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ2346789"


def random_password() -> str:
    """Five groups of four, about 97 bits; shown once to whoever is handed the account."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))
    return "-".join(groups)


def create_staff(address: str, name: str, password: str, *, actor: Actor) -> User:
    """An account for a member of staff, an auditor or an outside reviewer; roles are given after.

    Raises BadInput for an address that is none, or is taken, and for a weak password.
    """
    access.require_user_manager(actor)
    folded = _checked_address(address)
    if not name.strip():
        raise BadInput.one("/name", _("Enter the name that records will show."))
    user = User(username=folded, name=name.strip())
    _check_password(password, user)
    user.set_password(password)
    _save(user, actor)
    return user


def create_patient(address: str, password: str, *, actor: Actor, now: datetime) -> User:
    """A patient's account: a random sign-in name, no name, the address sealed below."""
    folded = _checked_address(address)
    user = User(username=User.opaque_username())
    _check_password(password, user)
    user.set_password(password)
    return _save_patient(user, folded, actor=actor, now=now)


def create_signed_up(address: str, password_hash: str, *, actor: Actor, now: datetime) -> User:
    """A patient's account that its owner asked for; the password was checked and hashed then."""
    folded = _checked_address(address)
    user = User(username=User.opaque_username(), password=password_hash)
    return _save_patient(user, folded, actor=actor, now=now)


def _save_patient(user: User, address: str, *, actor: Actor, now: datetime) -> User:
    with transaction.atomic():
        _save(user, actor)
        addresses.set_sign_in_address(user.pk, address, actor=actor)
        roles.record_grant(user, Role.PATIENT, actor=actor, since=now)
    return user


def create_machine(name: str, *, actor: Actor, now: datetime) -> User:
    """A machine client: a name, no password; it can do what its tokens' scopes say."""
    access.require_user_manager(actor)
    user = User(username=f"machine-{User.opaque_username()}", name=name)
    user.set_unusable_password()
    with transaction.atomic():
        _save(user, actor)
        roles.record_grant(user, Role.MACHINE, actor=actor, since=now)
    return user


def machine_named(name: str) -> User | None:
    """The machine client of that name, if there is one."""
    machines = User.objects.filter(is_active=True, grants__role=Role.MACHINE.value)
    return machines.filter(name=name).first()


def require_patient_account(account: UUID) -> None:
    """Raise BadInput unless this is the account of a patient that can be signed in to."""
    patients = User.objects.filter(is_active=True, grants__role=Role.PATIENT.value)
    if not patients.filter(pk=account).exists():
        raise BadInput.one("/account", _("Enter the id of a patient's account."))


def deactivate(user: User, *, actor: Actor) -> None:
    """Switch an account off: it signs in no more, and what it had open is ended."""
    access.require_user_manager(actor)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return
        sessions.end_all(user.pk)
        tokens.end_all(user.pk, now=clock.now())
        feeds.end_of(user.pk, now=clock.now())
        subscriptions.end_all_of(str(user.pk), actor=actor, now=clock.now())
        log.append(events.USER_DEACTIVATED, actor=actor, obj=log.Obj("account", str(user.pk)))


def set_password(user: User, password: str, *, actor: Actor) -> None:
    """Change a password and end every session and token of its owner.

    `actor` is the owner or whoever resets it; the password was checked by the caller's form or is
    a random one.
    """
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        sessions.end_all(user.pk)
        tokens.end_all(user.pk, now=clock.now())
        feeds.end_of(user.pk, now=clock.now())
        log.append(events.PASSWORD_CHANGED, actor=actor, obj=log.Obj("account", str(user.pk)))


def _save(user: User, actor: Actor) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            log.append(events.USER_CREATED, actor=actor, obj=log.Obj("account", str(user.pk)))
    except IntegrityError as taken:
        raise BadInput.one("/address", str(_TAKEN)) from taken


def _checked_address(address: str) -> str:
    """The folded address, when it is one and no account of either sort signs in with it."""
    folded = addresses.fold(address)
    try:
        validate_email(folded)
    except ValidationError as none:
        sentence = _("Enter an e-mail address, like name@example.org.")
        raise BadInput.one("/address", sentence) from none
    if addresses.find(folded) is not None:
        raise BadInput.one("/address", str(_TAKEN))
    return folded


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise BadInput.one("/password", " ".join(weak.messages)) from weak
