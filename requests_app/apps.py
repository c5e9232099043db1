from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Second floor: what the law says."""

    name = "requests_app"
    label = "requests_app"

    def ready(self) -> None:
        from requests_app.deadlines import packs

        packs.policies()  # a row that cannot be read stops the start

        from requests_app.reminders import policy

        policy.reminders()  # and so does a reminder

        from requests_app import events
        from requests_app.actions import communications, releases  # noqa: F401  as the next
        from requests_app.falling_due import matters, office  # noqa: F401  registers what can fall due
        from requests_app.log_review import matters as reviews  # noqa: F401  as the last
        from requests_app.people import lookups  # noqa: F401  its indexes get their keys

        events.register_moves()

        from audit import invariants

        for table in ("statusrow", "disclosure"):
            invariants.names_an_entry(f"requests_app_{table}")
