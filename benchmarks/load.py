"""A load generator that costs little: raw sockets, requests made beforehand, one thread."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True)
class Result:
    """Requests a second, and how long they took in milliseconds."""

    per_second: float
    p50: float
    p95: float


@dataclass
class _Client:
    connection: socket.socket
    waiting: list[bytes]
    since: float = 0.0
    got: bytearray = field(default_factory=bytearray)


def run(port: int, requests: Sequence[Sequence[bytes]], *, status: int = 201) -> Result:
    """Send each client's requests one after the other, all clients at once.

    Any answer but `status` stops the run: a figure with errors in it is none.
    """
    selector = selectors.DefaultSelector()
    clients = [_Client(_connect(port), list(reversed(own))) for own in requests]
    took: list[float] = []
    started = time.perf_counter()
    for client in clients:
        selector.register(client.connection, selectors.EVENT_READ, client)
        _send(client)
    while selector.get_map():
        for key, _ in selector.select():
            _receive(key.data, selector, took, status)
    elapsed = time.perf_counter() - started
    cuts = quantiles(took, n=100)
    return Result(len(took) / elapsed, cuts[49] * 1000, cuts[94] * 1000)


def post(path: str, body: bytes, **headers: str) -> bytes:
    """The bytes of one request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def get(path: str, **headers: str) -> bytes:
    """The bytes of one request for a page."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _send(client: _Client) -> None:
    client.got.clear()
    client.since = time.perf_counter()
    client.connection.sendall(client.waiting.pop())


def _receive(
    client: _Client, selector: selectors.BaseSelector, took: list[float], status: int
) -> None:
    piece = client.connection.recv(65536)
    if not piece:
        raise RuntimeError("the server closed a connection")
    client.got += piece
    if not _whole(client.got):
        return
    took.append(time.perf_counter() - client.since)
    if not client.got.startswith(b"HTTP/1.1 %d" % status):
        raise RuntimeError(bytes(client.got[:600]).decode(errors="replace"))
    if client.waiting:
        _send(client)
    else:
        selector.unregister(client.connection)
        client.connection.close()


def _whole(got: bytearray) -> bool:
    head, blank, body = got.partition(b"\r\n\r\n")
    if not blank:
        return False
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    raise RuntimeError("an answer without its length")
