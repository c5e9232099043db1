"""A worker of the web server that is killed at its commit: `python -m tests.audit.faults.killed_worker`.

What it is to do is told on its input: one POST of the API, and on which side of the commit it ends.
"""

import json
import os
import sys
from typing import Any

import django

from tests.audit.faults.killing import kill_now


def main(told: dict[str, Any]) -> None:
    from django.db import connections
    from django.test import Client

    connection: Any = connections["default"]
    commit = connection._commit

    def ends() -> None:
        """Only the commit of a transaction with an entry in it is meant."""
        entered = bool(connection.run_on_commit)
        if entered and told["side"] == "before":
            kill_now()
        commit()
        if entered:
            kill_now()

    connection._commit = ends
    Client(SERVER_NAME="localhost").post(
        told["path"], json.dumps(told["body"]), content_type="application/json",
        headers=told["headers"],
    )  # fmt: skip


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "privacy_portal.settings"
    django.setup()
    main(json.load(sys.stdin))
