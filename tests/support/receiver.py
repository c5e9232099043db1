"""A stranger's server that takes events, over TLS on this machine, and a wire that reaches it."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from privacy_portal.webhooks.guard import Guard
from privacy_portal.webhooks.wire import Wire

NAME = "receiver.example.org"
OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True)
class Heard:
    """One request as it came: its first line, its headers by lower-case name, its body."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers each connection with `answer`; an answer that is callable does as it likes."""

    port: int
    certificate: Path
    answer: bytes | Callable[[ssl.SSLSocket], None] = OK
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}/events?of=portal"

    @property
    def wire(self) -> Wire:
        """Leads every name here, whatever the address; only a test can make one."""
        guard = Guard(look_up=lambda host, port: ["127.0.0.1"], passes=lambda address: True)
        return Wire(guard, self.trust())

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))


@contextmanager
def receiver(folder: Path) -> Iterator[Receiver]:
    """One that listens until the test is over."""
    certificate, key = _certificate(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Receiver(server.getsockname()[1], certificate)
        threads: list[threading.Thread] = []
        taking = threading.Thread(target=_take, args=(server, tls, made, threads))
        taking.start()
        try:
            yield made
        finally:
            server.shutdown(socket.SHUT_RDWR)
            taking.join()
            for one in threads:
                one.join()


def _take(
    server: socket.socket, tls: ssl.SSLContext, made: Receiver, threads: list[threading.Thread]
) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        made.connections += 1
        one = threading.Thread(target=_serve, args=(plain, tls, made))
        threads.append(one)
        one.start()


def _serve(plain: socket.socket, tls: ssl.SSLContext, made: Receiver) -> None:
    with plain, suppress(OSError):
        plain.settimeout(10)
        with tls.wrap_socket(plain, server_side=True) as link:
            made.heard.append(_read(link))
            if callable(made.answer):
                made.answer(link)
            else:
                link.sendall(made.answer)


def _read(link: ssl.SSLSocket) -> Heard:
    with link.makefile("rb") as incoming:
        line = incoming.readline().decode().strip()
        headers = {}
        while text := incoming.readline().decode().strip():
            name, _, value = text.partition(": ")
            headers[name.lower()] = value
        return Heard(line, headers, incoming.read(int(headers["content-length"])))


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for NAME that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
