"""A folder over HTTP on the loopback, as any web server would show it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass
class Served:
    """Its address, and the paths that were asked for."""

    url: str
    asked: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(
        self, *given: Any, seen: Served, answer: Callable[[str], int], **more: Any
    ) -> None:
        self.seen = seen
        self.answer = answer
        super().__init__(*given, **more)

    def do_GET(self) -> None:
        self.seen.asked.append(self.path)
        self.seen.tokens.add(self.headers["Authorization"])
        status = self.answer(self.path)
        if status == 0:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif status != 200:
            self.send_error(status)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def serving(folder: Path, answer: Callable[[str], int] = lambda path: 200) -> Iterator[Served]:
    """`answer` may say another status for a path; 0 hangs up."""
    served = Served("")
    handler = partial(_Handler, seen=served, answer=answer, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        served.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
