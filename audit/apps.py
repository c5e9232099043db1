from django.apps import AppConfig


class AuditConfig(AppConfig):
    """First floor: what happened, and the proof of it."""

    name = "audit"
    label = "audit"

    def ready(self) -> None:
        from audit import keys, log  # noqa: F401  the log names the indexes that need a key
        from audit.crypto import keyring

        keyring.use(keys.keyring)
