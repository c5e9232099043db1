from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST interface: views translate, actions decide."""

    name = "privacy_portal.api"
    label = "api"
