from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Second floor: what the law says."""

    name = "requests_app"
    label = "requests_app"

    def ready(self) -> None:
        from requests_app import events  # noqa: F401  registers the names of this floor
