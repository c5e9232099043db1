"""Migrate the database that the environment names, and make the keys its log and fields need."""

import importlib.util
import os

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "privacy_portal.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", database="migrate", verbosity=0)
    if importlib.util.find_spec("audit.keys") is not None:
        from audit import clock, keys

        keys.ensure_periods(clock.now())


if __name__ == "__main__":
    main()
