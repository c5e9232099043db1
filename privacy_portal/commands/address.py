"""Where the service listens. Beyond this machine only with TLS, our own or one in front."""

import ipaddress
import os
import socket
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from privacy_portal import env
from privacy_portal.env import Misconfigured


@dataclass(frozen=True, slots=True)
class Address:
    """What is bound, and the origin that people type."""

    host: str
    port: int
    origin: str
    certificate: tuple[str, str] | None = None
    front: bool = False

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        named = urlsplit(self.origin).hostname or self.host
        hosts = dict.fromkeys(["127.0.0.1", "localhost", "[::1]", named])
        found = {"PRIVACY_ORIGIN": self.origin, "PRIVACY_HOSTS": ",".join(hosts)}
        if self.front:
            found["PRIVACY_TRUSTED_PROXIES"] = env.text("PRIVACY_TRUSTED_PROXIES", "1")
        return {name: os.environ.get(name, value) for name, value in found.items()}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: PORT or 8000)")
    parser.add_argument("--certificate", type=Path, help="file of the TLS certificate chain")
    parser.add_argument("--certificate-key", type=Path, help="file of the certificate's key")
    parser.add_argument(
        "--tls-front", action="store_true",
        help="a proxy of yours on the way speaks TLS with the outside; set PRIVACY_ORIGIN as well",
    )  # fmt: skip


def of(options: Namespace) -> Address:
    """The address the options name. Raises when people would speak to it in the clear."""
    port = options.port or env.number("PORT", 8000)
    certificate = _certificate(options)
    scheme = "https" if certificate else "http"
    origin = env.text("PRIVACY_ORIGIN", f"{scheme}://{options.host}:{port}")
    address = Address(options.host, port, origin, certificate, options.tls_front)
    _refuse_clear_text(address)
    return address


def refuse_taken(address: Address) -> None:
    """A sentence now instead of a web process that tries in vain."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address.host, address.port))
        except OSError as taken:
            raise Misconfigured(
                f"{address.bind} cannot be listened on ({taken.strerror}). Choose another port: "
                f"PORT={address.port + 1} make run"
            ) from None


def loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_clear_text(address: Address) -> None:
    if loopback(address.host):
        return
    if address.certificate is None and not address.front:
        raise Misconfigured(
            f"{address.host} can be reached from other machines, and what patients write must not "
            "travel in the clear. Name --certificate and --certificate-key, or declare with "
            "--tls-front that a proxy of yours speaks TLS. Without either, leave --host away."
        )
    if not address.origin.startswith("https://"):
        raise Misconfigured(
            "Set PRIVACY_ORIGIN to the address people will type, such as "
            "https://privacy.clinic.example."
        )


def _certificate(options: Namespace) -> tuple[str, str] | None:
    pair = (options.certificate, options.certificate_key)
    if pair == (None, None):
        return None
    for file in pair:
        if file is None or not file.is_file():
            raise Misconfigured(
                "TLS needs two files that exist: --certificate FILE and --certificate-key FILE."
            )
    return str(pair[0].absolute()), str(pair[1].absolute())
