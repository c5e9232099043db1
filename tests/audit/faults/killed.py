"""A sealer that kills itself at a point: `python -m tests.audit.faults.killed`, told on its input."""

import json
import sys
from pathlib import Path

from audit.note import Signer
from audit.sealer.pin import Pin
from audit.sealer.points import Point
from audit.sealer.work import Sealer
from tests.audit.faults.killing import kill_now

told = json.load(sys.stdin)
point = Point(told["point"])
Sealer(
    told["url"],
    folder=Path(told["folder"]),
    pin=Pin(Path(told["pin"])),
    signers=[Signer.parse(told["secret"])],
    at=lambda reached: kill_now() if reached is point else None,
).step()
