from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Third floor: who signs in, and who holds which role."""

    name = "privacy_portal.accounts"
    label = "accounts"
