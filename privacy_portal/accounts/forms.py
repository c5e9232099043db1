"""The two forms of an account. Each state of each field has its own sentence."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.internal.flows.login import perform_password_login
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """E-mail address and password."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address, password = self.fields["login"], self.fields["password"]
        address.label = _("E-mail address")
        address.widget.attrs = {
            "autocomplete": "username",
            "inputmode": "email",
            "spellcheck": "false",
        }
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs = {"autocomplete": "current-password"}
        address.error_messages["required"] = _("Enter your e-mail address.")
        password.error_messages["required"] = _("Enter your password.")

    def _login_with_password(
        self, request: HttpRequest, redirect_url: str | None, credentials: dict[str, Any]
    ) -> HttpResponse:
        """As allauth does it, but the typed address is not written into the session.

        A session lies in the database in the clear, and that somebody is a patient is protected.
        """
        self._login.redirect_url = redirect_url
        answer = perform_password_login(request, {}, self._login)
        request.session.set_expiry(0)
        return answer


class PasswordForm(ChangePasswordForm):
    """The password now, the new one, and the new one again."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say("oldpassword", _("Password now"), _("Enter the password you use now."))
        self._say("password1", _("New password"), _("Enter a new password."))
        self._say("password2", _("New password again"), _("Enter the new password a second time."))
        self.fields["password1"].help_text = _(
            "At least 12 characters. A few unrelated words will do."
        )

    def _say(self, name: str, label: str, empty: str) -> None:
        field = self.fields[name]
        complete = "current-password" if name == "oldpassword" else "new-password"
        field.label, field.help_text = label, ""
        field.error_messages["required"] = empty
        field.widget.attrs = {"autocomplete": complete}

    def clean(self) -> dict[str, Any]:
        data = forms.Form.clean(self) or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two new passwords must be the same."))
        return data
