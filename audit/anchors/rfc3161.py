"""Timestamps by a public authority (RFC 3161) over a checkpoint: `checkpoint.tsr`.

Only a hash and a random number leave the building.  What comes back says that the bytes of this
note, signatures included, existed at its time, and is checked against a certificate that we name.
Anybody can check it again without us:

    openssl ts -verify -data checkpoint -in checkpoint.tsr -CAfile ca.pem
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING

from audit.errors import SignaturesUnavailable, StampFailed, Unreachable
from audit.fetch import SECONDS, ask, checked

if TYPE_CHECKING:
    from cryptography import x509

SUFFIX = ".tsr"
MAX_STAMP = 64_000
_ASKED = "application/timestamp-query"
_SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True)
class Authority:
    """Where it answers, and the certificates that its own must lead to."""

    url: str
    roots: "tuple[x509.Certificate, ...]"
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        checked(self.url)


@dataclass(frozen=True)
class Stamp:
    """The authority's answer as it came, and the time in it."""

    tsr: bytes
    time: datetime


def read_roots(pem: bytes) -> "tuple[x509.Certificate, ...]":
    """The certificates in a PEM file; ValueError if it holds none."""
    from cryptography import x509  # Only where heads are stamped, and every process would load it.

    return tuple(x509.load_pem_x509_certificates(pem))


def stamp(authority: Authority, note: bytes) -> Stamp:
    """A timestamp over these bytes, checked before it is kept.

    Unreachable if there is no answer in time; StampFailed if the authority refuses, or answers
    with anything but a timestamp over this note, for this question, by whom we trust.
    """
    tsp = _library()
    builder = tsp.TimestampRequestBuilder().data(note).hash_algorithm(tsp.HashAlgorithm.SHA256)
    question = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    answer = ask(
        authority.url, limit=MAX_STAMP, body=question.as_bytes(), kind=_ASKED,
        seconds=authority.seconds,
    )  # fmt: skip
    if answer.status != 200:
        raise Unreachable(f"the authority answered {answer.status}")
    return Stamp(
        answer.body, _checked(answer.body, note, authority.roots, nonce=int(question.nonce))
    )


def verify(tsr: bytes, note: bytes, roots: "Sequence[x509.Certificate]") -> datetime:
    """The time at which an authority under one of these roots saw the note, or StampFailed.

    SignaturesUnavailable where the package `rfc3161-client` is not installed.
    """
    if len(tsr) > MAX_STAMP:
        raise StampFailed("too long for a timestamp")
    return _checked(tsr, note, roots, nonce=None)


def _checked(
    tsr: bytes, note: bytes, roots: "Sequence[x509.Certificate]", *, nonce: int | None
) -> datetime:
    tsp = _library()
    verifier = tsp.VerifierBuilder(roots=list(roots), nonce=nonce).build()
    try:
        answer = tsp.decode_timestamp_response(tsr)
        if answer.status != tsp.PKIStatus.GRANTED:
            raise StampFailed(f"the authority refused, with status {answer.status}")
        if answer.tst_info.message_imprint.hash_algorithm.dotted_string != _SHA256:
            raise StampFailed("the timestamp is over another kind of hash")
        verifier.verify_message(answer, note)
        time: datetime = answer.tst_info.gen_time
    except (ValueError, tsp.VerificationError) as reason:
        # What these say may quote the answer; what matters is in it for whoever looks.
        raise StampFailed("the timestamp is not one over this note by this authority") from reason
    return time


def _library() -> ModuleType:
    """Imported late: a log can be checked where it is missing, and timestamps then cannot."""
    try:
        import rfc3161_client
    except ImportError:
        raise SignaturesUnavailable("install the package `rfc3161-client` to check them") from None
    return rfc3161_client
