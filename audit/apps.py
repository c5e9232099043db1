from django.apps import AppConfig


class AuditConfig(AppConfig):
    """First floor: what happened, and the proof of it."""

    name = "audit"
    label = "audit"
