"""`python -m privacy_portal.commands.health PART`: exit status 0 when the part can do its work.

What containers ask of themselves. `web` and `worker` are asked a question; beat answers none, so
it is judged by its schedule file, which it rewrites every few minutes.
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


PARTS: dict[str, Callable[[], bool]] = {"web": web, "worker": worker, "beat": beat}


def main(arguments: Sequence[str]) -> int:
    return 0 if PARTS[arguments[0]]() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
