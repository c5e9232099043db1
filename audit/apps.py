from django.apps import AppConfig


class AuditConfig(AppConfig):
    """First floor: what happened, and the proof of it."""

    name = "audit"
    label = "audit"

    def ready(self) -> None:
        from audit import (
            keys,
            log,  # noqa: F401  its indexes are known, and so their keys made, from the start
        )
        from audit.crypto import keyring

        keyring.use(keys.keyring)
