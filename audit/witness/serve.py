"""The witness's door: HTTP on one port, from the standard library.

What it is sent and what it answers is signed by whom it concerns, so that plain HTTP within a
building is enough; a reader on the wire learns the size of the log.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any

from audit import clock, strict
from audit.errors import MalformedProof
from audit.witness import asked
from audit.witness.judge import Judge, Verdict

Now = Callable[[], datetime]
_AT_ONCE = 16
_SECONDS = 10


class Server(ThreadingHTTPServer):
    """Answers a few callers at once; the rest wait, and none longer than its time."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, address: tuple[str, int], judge: Judge, now: Now = clock.now) -> None:
        self.judge = judge
        self.now = now
        self._places = BoundedSemaphore(_AT_ONCE)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._places.acquire(timeout=_SECONDS):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One line; a caller who hangs up is no error of ours."""
        sys.stderr.write(f"a question was not answered: {type(sys.exc_info()[1]).__name__}\n")


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _SECONDS
    server_version = "witness"
    sys_version = ""

    def do_POST(self) -> None:
        if self.path != asked.ADD:
            return self._answer(Verdict(404, b"ask at /add-checkpoint\n"))
        raw = self._body()
        if isinstance(raw, Verdict):
            return self._answer(raw)
        now = int(self.server.now().timestamp())
        return self._answer(self.server.judge.add_checkpoint(raw, now=now))

    def do_GET(self) -> None:
        self._answer(self.server.judge.last(self.path))

    def _body(self) -> bytes | Verdict:
        try:
            length = strict.number(self.headers.get("Content-Length", ""))
        except MalformedProof:
            return Verdict(411, b"say how long the question is\n")
        if length > asked.MAX_ASKED:
            return Verdict(413, b"a question is shorter\n")
        raw = self.rfile.read(length)
        return raw if len(raw) == length else Verdict(400, b"the question was cut short\n")

    def _answer(self, verdict: Verdict) -> None:
        self.send_response(verdict.status)
        self.send_header("Content-Type", verdict.kind)
        self.send_header("Content-Length", str(len(verdict.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(verdict.body)

    def log_message(self, template: str, *values: Any) -> None:
        """Status and time; a caller's words go nowhere."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        sys.stderr.write(f"{self.server.now():%Y-%m-%dT%H:%M:%SZ} {self.command} {int(code)}\n")
