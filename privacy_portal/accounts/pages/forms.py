"""Forms of these pages. The server checks; each state of each field has its own sentence."""

from typing import Any

from django import forms
from django.contrib.auth.hashers import check_password
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy_portal.accounts.model_users import User

Words = str | Promise
_EMAIL = {"autocomplete": "username", "inputmode": "email", "spellcheck": "false"}
_CODE = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}


def _text(label: Words, empty: Words, hint: Words = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=1024,
        widget=forms.TextInput(attrs=attributes),
        error_messages={"required": empty},
    )


def _password(label: Words, empty: Words, complete: str, hint: Words = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": complete})
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=1024,
        strip=False,
        widget=widget,
        error_messages={"required": empty},
    )


class PageForm(forms.Form):
    """No bubbles of the browser: what is missing is said on the page."""

    use_required_attribute = False

    def refuse(self, field: str, sentence: Words) -> None:
        """Say at a field what an action found."""
        self.add_error(field, str(sentence))


class AddressForm(PageForm):
    address = _text(_("E-mail address"), _("Enter your e-mail address."), **_EMAIL)


class SignUpForm(AddressForm):
    password = _password(
        _("Password"),
        _("Enter a password."),
        "new-password",
        _("At least 12 characters. A few unrelated words will do."),
    )


class NewPasswordForm(PageForm):
    password = _password(
        _("Choose a password"),
        _("Enter a password."),
        "new-password",
        _("At least 12 characters. A few unrelated words will do."),
    )


class CodeForm(PageForm):
    code = _text(_("Code"), _("Enter the code."), **_CODE)


class AppCodeForm(PageForm):
    code = _text(
        _("Code that the app shows now"),
        _("Enter the code that the app shows."),
        _("Six digits. A new one comes every half minute."),
        autocomplete="one-time-code",
        inputmode="numeric",
    )


class OwnPasswordForm(PageForm):
    """The password now, by whoever is signed in."""

    password = _password(_("Password"), _("Enter the password you use now."), "current-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def is_right(self) -> bool:
        return check_password(self.cleaned_data["password"], self._user.password)
