"""The one way a password is checked, for pages and API alike."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.http import HttpRequest

from audit import clock
from privacy_portal.accounts import addresses, refusals
from privacy_portal.accounts.model_users import User, account_id
from privacy_portal.network import client_address
from requests_app.compiled import Compiled

_SIGNED_IN = Compiled(
    lambda pk, now: User.objects.with_roles(now).filter(pk=pk, is_active=True),
    pk=UUID,
    now=datetime,
)


class AddressBackend(BaseBackend):
    """Address and password to account; the same work whether or not the address is known."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **other: Any
    ) -> User | None:
        user = addresses.find(username)
        # For a stored password that cannot be used, Django runs the hasher once all the same.
        matches = check_password(password, user.password if user else UNUSABLE_PASSWORD_PREFIX)
        return user if user and matches and user.is_active else None

    def get_user(self, user_id: UUID | str) -> User | None:
        """The signed-in account with its roles in force, in one query; None once switched off."""
        return _SIGNED_IN.first(pk=account_id(user_id), now=clock.now())


def check(request: HttpRequest, *, address: str, password: str) -> User | None:
    """The account, or None (counted); raises refusals.TooManyAttempts.

    None says no more than that the two do not belong together.
    """
    source, name = client_address(request), addresses.fold(address)
    refusals.check(source, name, now=clock.now())
    user = authenticate(request, username=address, password=password)
    if not isinstance(user, User):
        refusals.note(source, what="sign_in", name=name)
        return None
    return user
