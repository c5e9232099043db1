"""One POST to a stranger's server: to the address that was looked at, over TLS, and never for long.

Redirects are answers like any other and lead nowhere.  Of the answer only its status is wanted; it
is read within the same five seconds and 64 kB, and its body not at all.
"""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from threading import Thread
from urllib.parse import urlsplit

from privacy_portal.webhooks.guard import PUBLIC, Guard

SECONDS = 5.0
LARGEST = 64 * 1024


class Unreachable(Exception):
    """No answer came in time, or none that could be read. Holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How to reach others. Tests reach themselves; the service has `PUBLIC_WIRE` and no setting."""

    guard: Guard = PUBLIC
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer. Raises guard.Refused, Unreachable."""
        if len(body) > LARGEST:
            raise ValueError("an event is smaller than this")
        deadline = _Deadline(SECONDS)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        try:
            addresses = _looked_at(self.guard, host, port, deadline)
            with (
                _connected(addresses, port, deadline) as plain,
                self.tls.wrap_socket(plain, server_hostname=host) as link,
            ):
                link.settimeout(deadline.left())
                link.sendall(_request(parts.netloc, _path(parts.path, parts.query), body, headers))
                return _status(link, deadline)
        except (OSError, HTTPException) as failure:
            raise Unreachable from failure


class _Deadline:
    """Five seconds from the first look-up to the last byte, not for each step anew."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _connected(addresses: list[str], port: int, deadline: _Deadline) -> socket.socket:
    """To the first that answers, by its number: no name is asked for again."""
    failure: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=deadline.left())
        except OSError as met:
            failure = met
    raise failure or OSError


def _looked_at(guard: Guard, host: str, port: int, deadline: _Deadline) -> list[str]:
    """The addresses, within the deadline: the system's resolver knows none of its own."""
    found: list[list[str] | Exception] = []

    def look() -> None:
        try:
            found.append(guard.addresses(host, port))
        except Exception as failure:  # noqa: BLE001  handed to whoever waits, below
            found.append(failure)

    asking = Thread(target=look, daemon=True)
    asking.start()
    asking.join(deadline.left())
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _path(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")


def _request(netloc: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Every part is ours but the address, which was checked when it was taken (no blank, no line
    end, ASCII)."""
    lines = {"Host": netloc, "Connection": "close", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _status(link: ssl.SSLSocket, deadline: _Deadline) -> int:
    answer = HTTPResponse(_Readable(link, deadline), method="POST")  # type: ignore[arg-type]
    answer.begin()
    return answer.status


class _Readable(io.RawIOBase):
    """What comes in, up to 64 kB and the deadline; beyond either it is no answer."""

    def __init__(self, link: ssl.SSLSocket, deadline: _Deadline) -> None:
        self._link, self._deadline, self._room = link, deadline, LARGEST

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client asks a socket for."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._room:
            raise HTTPException("too long an answer")
        self._link.settimeout(self._deadline.left())
        got = self._link.recv_into(buffer, min(len(buffer), self._room))
        self._room -= got
        return got


PUBLIC_WIRE = Wire()
