"""Asking a server over HTTP, sceptically: an end to every wait, and to every answer.

No redirect is followed, no cookie kept, no proxy looked for: what is asked for here is known by
its address, and is believed only for what is signed in it.
"""

import http.client
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from audit.errors import Unreachable

SECONDS = 10.0
_AGENT = "privacy-portal-audit"
_FAILED = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """Status, media type without its parameters, and body."""

    status: int
    kind: str
    body: bytes


def checked(url: str) -> SplitResult:
    """The parts of an address; ValueError unless it is plain http or https."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("an address begins with http:// or https:// and names a host")
    if parts.query or parts.fragment:
        raise ValueError("an address ends with its path")
    return parts


class Line:
    """One server, over one connection for as long as that lasts.

    `seconds` is the longest that one question may take once there is a connection, and the longest
    for making one; looking a name up takes what the system gives it.  `token`, a bearer token, goes
    with every question.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS, token: str | None = None) -> None:
        self.parts = checked(url)
        self._headers = {"User-Agent": _AGENT}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self.prefix = self.parts.path.rstrip("/")
        self.seconds = seconds
        self._connection: http.client.HTTPConnection | None = None

    def ask(
        self, path: str, *, limit: int, body: bytes | None = None, kind: str = "text/plain"
    ) -> Answer:
        """The answer to GET or, with a body, POST of `path`, which begins with a slash.

        Unreachable if there is none within the time, or one of more than `limit` bytes.
        """
        kept = self._connection is not None
        try:
            return self._ask(path, limit, body, kind)
        except _FAILED as reason:
            self.close()
            # A server may end a connection that it kept: that is no failure yet.
            if not kept or isinstance(reason, TimeoutError):
                raise Unreachable(_why(reason)) from None
        try:
            return self._ask(path, limit, body, kind)
        except _FAILED as reason:
            self.close()
            raise Unreachable(_why(reason)) from None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, path: str, limit: int, body: bytes | None, kind: str) -> Answer:
        connection = self._connected()
        # Each wait has its end by the socket's own timeout; many short waits have it by this.
        over = Event()
        end = Timer(self.seconds, _hang_up, [connection.sock, over])
        end.daemon = True
        end.start()
        try:
            headers = self._headers | ({} if body is None else {"Content-Type": kind})
            connection.request("GET" if body is None else "POST", self.prefix + path, body, headers)
            with connection.getresponse() as response:
                content = response.read(limit + 1)
                if len(content) > limit:
                    raise http.client.HTTPException("the answer is too long")
                if response.length:
                    raise http.client.IncompleteRead(b"")
                if over.is_set():
                    # An answer that does not say its length ends where we hung up.
                    raise TimeoutError
                media = response.headers.get_content_type()
                return Answer(response.status, media, content)
        finally:
            end.cancel()
            if connection.sock is None:
                self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = self._new()
            self._connection.connect()
        return self._connection

    def _new(self) -> http.client.HTTPConnection:
        host, port = self.parts.hostname or "", self.parts.port
        if self.parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.seconds)
        trusted = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=trusted)


def ask(
    url: str,
    path: str = "",
    *,
    limit: int,
    body: bytes | None = None,
    kind: str = "text/plain",
    seconds: float = SECONDS,
) -> Answer:
    """One question on a line of its own."""
    line = Line(url, seconds=seconds)
    try:
        return line.ask(path, limit=limit, body=body, kind=kind)
    finally:
        line.close()


def _hang_up(sock: socket.socket, over: Event) -> None:
    over.set()
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _why(reason: Exception) -> str:
    """What happened, without what the other side wrote."""
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, ssl.SSLError):
        return "the server could not show who it is"
    if isinstance(reason, http.client.HTTPException):
        return "the answer could not be read"
    return "could not be reached"
