"""A client of the running web process whose every header is a canary."""

import http.client
import json
import socket
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tests.support.canary import Cage

#: Headers that anybody may send with anything in them.
HEADERS = (
    "Accept-Language", "Content-Disposition", "Cookie", "Forwarded", "From", "If-None-Match",
    "Origin", "Referer", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Request-ID",
)  # fmt: skip
_FORMS = {
    "Cookie": "session={0}; csrftoken={0}",
    "Content-Disposition": 'attachment; filename="{0}.pdf"',
    "Referer": "http://example.org/{0}?q={0}",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def pointers(self) -> list[str]:
        """Which fields a refusal names."""
        if self.status != 422:
            return []
        return [one["pointer"] for one in self.json().get("errors", ())]


@dataclass
class Web:
    """Sends requests, counts the statuses, and keeps what came back of those that failed."""

    port: int
    cage: Cage
    counts: dict[int, int] = field(default_factory=dict)
    failures: list[tuple[str, bytes]] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str
    ) -> Answer:
        """One call with a canary in every header that is not named."""
        sent = {name: self._header(name) for name in HEADERS}
        sent["Content-Type"] = "application/json"
        if token:
            sent["Authorization"] = f"Bearer {token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        return self._send(method, path, content, sent)

    def page(self, path: str) -> Answer:
        """What a browser asks for, with the cookies it was given."""
        return self._send("GET", path, b"", self._browser())

    def form(self, path: str, fields: dict[str, str]) -> Answer:
        """What a browser sends."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(fields).encode(), self._browser() | kind)

    def _browser(self) -> dict[str, str]:
        sent = {name: self._header(name) for name in HEADERS if name != "Origin"}
        held = {**self.cookies, "other": self.cage.canary("header Cookie of a browser")}
        return sent | {"Cookie": "; ".join(f"{name}={value}" for name, value in held.items())}

    def raw(self, content: bytes) -> bytes:
        """Bytes that may be no HTTP at all; what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as plug:
            plug.sendall(content)
            plug.shutdown(socket.SHUT_WR)
            said = b""
            while part := plug.recv(65536):
                said += part
            return said

    def _send(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            link.request(method, path, content or None, headers)
            answer = link.getresponse()
            read = Answer(answer.status, dict(answer.getheaders()), answer.read())
            given = answer.headers.get_all("Set-Cookie") or []
            self.cookies |= {one.key: one.value for text in given for one in _cookies(text)}
        finally:
            link.close()
        self.counts[read.status] = self.counts.get(read.status, 0) + 1
        if read.status >= 500:
            self.failures.append((f"{method} {path}", read.content))
        return read

    def _header(self, name: str) -> str:
        word = self.cage.canary(f"header {name}")
        return _FORMS.get(name, "{0}").format(word)


def _cookies(text: str) -> "list[Morsel[str]]":
    return list(SimpleCookie(text).values())


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
