"""A timestamp authority of our own: `openssl ts`, behind HTTP on the loopback."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Trial authority
[ca]
basicConstraints = critical, CA:true
[stamping]
basicConstraints = CA:false
extendedKeyUsage = critical, timeStamping
[plain]
basicConstraints = CA:false
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


_CURVE = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)


class Authority:
    """A root, a certificate for timestamps below it, and one that is for nothing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        (folder / "openssl.cnf").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        self._made("req", "-x509", "-newkey", *_CURVE, "-nodes", "-keyout", "ca.key",
                   "-out", "ca.pem", "-days", "3650", "-config", "openssl.cnf",
                   "-extensions", "ca")  # fmt: skip
        self._certificate("tsa", "stamping")
        self._certificate("plain", "plain")

    @property
    def root(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    def answer(self, question: bytes, *, signer: str = "tsa") -> bytes:
        """The reply to a request; a refusal where openssl refuses."""
        (self.folder / "question").write_bytes(question)
        self._made("ts", "-reply", "-config", "openssl.cnf", "-queryfile", "question",
                   "-signer", f"{signer}.pem", "-inkey", f"{signer}.key", "-out", "reply")  # fmt: skip
        return (self.folder / "reply").read_bytes()

    def _certificate(self, kind: str, extensions: str) -> None:
        self._made("req", "-newkey", *_CURVE, "-nodes", "-keyout", f"{kind}.key",
                   "-out", f"{kind}.csr", "-config", "openssl.cnf")  # fmt: skip
        self._made("x509", "-req", "-in", f"{kind}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                   "-set_serial", "2", "-days", "3650", "-out", f"{kind}.pem",
                   "-extfile", "openssl.cnf", "-extensions", extensions)  # fmt: skip

    def _made(self, *arguments: str) -> None:
        done = openssl(self.folder, *arguments)
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def answering(reply: Callable[[bytes], bytes], *, status: int = 200) -> Iterator[str]:
    """The address of a server that answers each question with what `reply` makes of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr"
        finally:
            server.shutdown()
            thread.join()
