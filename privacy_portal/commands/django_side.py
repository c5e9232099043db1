"""Ask for work that needs Django: a process of its own does it and answers with one JSON object."""

import json
import subprocess
import sys
from typing import Any

from privacy_portal.commands.places import ROOT
from privacy_portal.commands.servers import Servers
from privacy_portal.env import Misconfigured


def ask(
    task: str, servers: Servers, *, demo: bool = False, told: str = "", aloud: bool = False
) -> dict[str, Any]:
    """The task's answer; `told` goes to its standard input. Raises with its last words.

    aloud  what it says while it works is seen at once
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "privacy_portal.commands.inside", task],
        cwd=ROOT, env=servers.environ({"PRIVACY_DEMO": "1" if demo else "0"}, migrate=True),
        input=told, stdout=subprocess.PIPE, stderr=None if aloud else subprocess.PIPE, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise Misconfigured(f"{task} did not succeed:\n{(done.stderr or '')[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.rstrip().rpartition("\n")[2])
    return answer
