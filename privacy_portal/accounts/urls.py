"""Ways in, and the pages of one's own account."""

from allauth.account import views as allauth
from django.urls import path

from privacy_portal.accounts.access import before_second_step, open_to_all
from privacy_portal.accounts.pages import invited, mailed, own, second_step

_SIGN_IN = "Where one signs in."
_SIGN_UP = "Where one signs up."
_INVITED = "Where whoever was invited chooses a password; the link's secret opens it, once."

urlpatterns = [
    path("sign-in", open_to_all(allauth.login, why=_SIGN_IN), name="account_login"),
    path("sign-in/code", open_to_all(mailed.sign_in, why=_SIGN_IN), name="sign_in_by_code"),
    path(
        "sign-in/code/enter",
        open_to_all(mailed.enter_sign_in, why=_SIGN_IN),
        name="sign_in_code",
    ),
    path(
        "sign-in/second-step",
        open_to_all(second_step.challenge, why=_SIGN_IN),
        name="mfa_authenticate",
    ),
    path("sign-up", open_to_all(mailed.sign_up, why=_SIGN_UP), name="sign_up"),
    path(
        "sign-up/confirm",
        open_to_all(mailed.confirm_sign_up, why=_SIGN_UP),
        name="sign_up_confirm",
    ),
    path(
        "invited/<uuid:pk>/<slug:secret>",
        open_to_all(invited.arrive, why=_INVITED),
        name="invited_link",
    ),
    path("invited", open_to_all(invited.choose, why=_INVITED), name="invited"),
    path("sign-out", before_second_step(allauth.logout), name="account_logout"),
    path("password", allauth.password_change, name="account_change_password"),
    path("account", own.account, name="own_account"),
    path("account/confirm", second_step.confirm, name="account_confirm"),
    path("account/sessions", own.session_list, name="account_sessions"),
    path("account/sessions/end", own.end_session, name="account_session_end"),
    path("account/second-step", second_step.overview, name="second_step"),
    path("account/second-step/app", second_step.add_app, name="second_step_app"),
    path("account/second-step/passkey", second_step.add_passkey, name="second_step_passkey"),
    path("account/second-step/<int:factor>/remove", second_step.remove, name="second_step_remove"),
    path("account/recovery-codes", second_step.recovery_codes, name="recovery_codes"),
    path("account/recovery-codes/new", second_step.new_recovery_codes, name="recovery_codes_new"),
]
