"""Where allauth's sign-in, sign-out and password pages meet our accounts (docs/adr/0004)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit import clock, log
from privacy_portal import events
from privacy_portal.accounts import factors, people, refusals, sessions, sign_in
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_users import User
from privacy_portal.network import client_address

NO_MATCH = _("The e-mail address and password do not belong together. Check both and try again.")
TOO_MANY = _("There were too many attempts. Wait five minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's flows with our password check, our log and our sentences; sign-up stays closed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NO_MATCH,
        "too_many_login_attempts": TOO_MANY,
        "enter_current_password": _("Enter the password you use now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        try:
            return sign_in.check(
                request, address=credentials["username"], password=credentials["password"]
            )
        except refusals.TooManyAttempts:
            raise self.validation_error("too_many_login_attempts") from None

    def login(self, request: HttpRequest, user: User) -> None:
        """Open a session under a new key, in one transaction with its entry."""
        actor = actor_for(user, via="session")
        with transaction.atomic():
            open_session(request, user)
            sessions.opened(request.session, clock.now())
            request.session.save()
            log.append(events.SESSION_OPENED, actor=actor, obj=log.Obj("account", actor.id))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one goes who named no page: staff without a second step, to where it is set up."""
        if factors.missing(request):
            return reverse("second_step")
        return super().get_login_redirect_url(request)

    def logout(self, request: HttpRequest) -> None:
        actor = actor_for(request.user, via="session")
        with transaction.atomic():
            log.append(events.SESSION_CLOSED, actor=actor, obj=log.Obj("account", actor.id))
            close_session(request)

    def set_password(self, user: User, password: str) -> None:
        people.set_password(user, password, actor=actor_for(user, via="session"))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("password_changed")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing flashes by: each step ends on a page of its own that says what happened."""

    def is_ajax(self, request: HttpRequest) -> bool:
        return False
