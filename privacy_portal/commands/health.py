"""`python -m privacy_portal.commands.health PART`: exit status 0 when the part can do its work.

What containers ask of themselves. `web` and `worker` are asked a question; beat answers none, so
it is judged by its schedule file, which it rewrites every few minutes, and the sealer by what it
notes in the database.
"""

import http.client
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

#: Beat writes its schedule every three minutes.
_BEAT_SECONDS = 400
_BEAT_SCHEDULE = "PRIVACY_BEAT_SCHEDULE"


def web() -> bool:
    link = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=8)
    try:
        link.request("GET", "/health/ready", headers={"Host": "127.0.0.1"})
        return link.getresponse().status == 200
    except OSError:
        return False
    finally:
        link.close()


def worker() -> bool:
    from privacy_portal.celery import app

    return bool(app.control.inspect(timeout=5, limit=1).ping())


def beat() -> bool:
    schedule = Path(os.environ.get(_BEAT_SCHEDULE, "/tmp/beat-schedule"))  # noqa: S108  a tmpfs
    written = [file.stat().st_mtime for file in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and time.time() - max(written) < _BEAT_SECONDS


def sealer() -> bool:
    """Whether it has looked at the log lately. Fenced is for a person, and no restart mends it."""
    import psycopg

    from privacy_portal import env

    with psycopg.connect(env.text("DATABASE_SEALER_URL"), connect_timeout=5) as connection:
        row = connection.execute(
            "SELECT coalesce(clock_timestamp() - seen_at < interval '2 minutes', false) "
            "FROM audit.head"
        ).fetchone()
    return bool(row and row[0])


PARTS: dict[str, Callable[[], bool]] = {
    "web": web,
    "worker": worker,
    "beat": beat,
    "sealer": sealer,
}


def main(arguments: Sequence[str]) -> int:
    return 0 if PARTS[arguments[0]]() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
