from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Third floor: how people and clocks touch the service."""

    name = "privacy_portal"
    label = "privacy_portal"

    def ready(self) -> None:
        from audit import names
        from privacy_portal import events, matters  # noqa: F401  registers the shell's own names

        names.close()
