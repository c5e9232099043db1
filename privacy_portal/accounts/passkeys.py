"""Passkeys, and security keys that one plugs in: WebAuthn, by allauth and fido2."""

from ipaddress import ip_address
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.db import transaction

from audit.actors import Actor
from privacy_portal.accounts import factors
from privacy_portal.accounts.factor_adapter import host
from privacy_portal.accounts.model_users import User


def possible() -> bool:
    """Browsers bind a passkey to a name; they make none for a bare network address."""
    try:
        ip_address(host())
    except ValueError:
        return True
    return False


def begin_setting_up(user: User) -> dict[str, Any]:
    """What the browser is asked to make; the challenge stays in the session."""
    options: dict[str, Any] = auth.begin_registration(user, passwordless=False)
    return options


def set_up(user: User, made: object, *, actor: Actor) -> bool:
    """Keep the public key the browser made; False when it does not answer our challenge."""
    try:
        auth.parse_registration_response(made)
        auth.complete_registration(made)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return False
    with transaction.atomic():
        row = auth.WebAuthn.add(user, "", made).instance
        factors.added(row, actor=actor)
    return True


def begin_showing(user: User) -> dict[str, Any]:
    """What the browser is asked to sign."""
    options: dict[str, Any] = auth.begin_authentication(user)
    return options


def accepts(user: User, signed: object) -> bool:
    """Whether one of the account's passkeys signed our challenge."""
    try:
        auth.parse_authentication_response(signed)
        row: Authenticator = auth.complete_authentication(user, signed)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return False
    row.record_usage()
    return True
