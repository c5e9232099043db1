from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Third floor: how people and clocks touch the service."""

    name = "privacy_portal"
    label = "privacy_portal"

    def ready(self) -> None:
        from audit import names
        from privacy_portal import (
            blobs,
            events,  # noqa: F401  registers the shell's own names
            matters,  # noqa: F401  registers what falls due on this floor
        )
        from privacy_portal.accounts import samples  # noqa: F401  registers a population
        from requests_app.documents import store

        blobs.check()
        store.use(blobs.store)
        names.close()
