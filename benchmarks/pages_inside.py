"""Run inside the service's environment: what one page costs in this process."""

import json
import sys
from typing import Any

import django

from benchmarks.inside import BRACKETS


def measure(cookie: str, paths: list[str]) -> dict[str, float]:
    """The most queries and the most kB among these pages, opened by whoever the cookie belongs to."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(headers={"Cookie": cookie})
    queries, sizes = [], []
    for path in [paths[0], *paths]:  # the first fills what a process remembers
        with CaptureQueriesContext(connection) as asked:
            answer: Any = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        queries.append(sum(not one["sql"].startswith(BRACKETS) for one in asked.captured_queries))
        sizes.append(len(answer.content) / 1000)
    return {"queries": max(queries[1:]), "kilobytes": max(sizes)}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(**json.loads(sys.argv[1]))))
