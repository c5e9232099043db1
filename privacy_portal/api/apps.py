from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST interface: views translate, actions decide."""

    name = "privacy_portal.api"
    label = "api"

    def ready(self) -> None:
        from privacy_portal.api import schema  # noqa: F401  describes the ways to sign in
