"""Witnesses of our own on the loopback, and servers that misbehave."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from audit import checkpoint, merkle
from audit.checkpoint import Checkpoint
from audit.note import Signer, Verifier
from audit.witness.client import Way, Witness
from audit.witness.judge import Judge, by_origin
from audit.witness.serve import Server
from audit.witness.store import Store
from tests.support.logs import SIGNER, WITNESS

NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)


@contextmanager
def witnessing(
    state: Path,
    *,
    logs: Sequence[Verifier] = (SIGNER.verifier,),
    now: Callable[[], datetime] = lambda: NOON,
) -> Iterator[Witness]:
    """A witness with this memory that answers until the block ends."""
    judge = Judge(WITNESS, by_origin(logs), Store(state))
    with Server(("127.0.0.1", 0), judge, now) as server:
        thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        try:
            yield Witness(f"http://127.0.0.1:{server.server_port}", WITNESS.verifier, 5.0)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def saying(*answers: bytes, hold: float = 0.0) -> Iterator[str]:
    """A server that reads a question and says these bytes, one for each caller, then no more."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = Thread(target=_say, args=[door, answers, hold], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


def _say(door: socket.socket, answers: Sequence[bytes], hold: float) -> None:
    for answer in answers:
        try:
            caller, _ = door.accept()
        except OSError:
            return
        with caller, suppress(OSError):
            caller.settimeout(5)
            caller.recv(65_536)
            step = 64 if hold else len(answer) or 1
            for place in range(0, len(answer), step):
                caller.sendall(answer[place : place + step])
                Event().wait(hold)


def response(status: int, body: bytes, *, kind: str = "text/plain") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Grown:
    """A log in memory: its leaves, its heads at any size, and the way between them."""

    def __init__(self, count: int, *, story: bytes = b"", signer: Signer = SIGNER) -> None:
        self.leaves = [merkle.leaf_hash(story + b"%d" % number) for number in range(count)]
        self.signer = signer

    def head(self, size: int) -> bytes:
        root = merkle.root(self.leaves[:size])
        return checkpoint.sign(Checkpoint(self.signer.name, size, root), self.signer)

    @property
    def way(self) -> Way:
        return lambda old, new: merkle.consistency_path(old, new, merkle.over(self.leaves))
