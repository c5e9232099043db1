"""Timestamps beside a head: checked where somebody names the certificates to trust."""

from audit.errors import SignaturesUnavailable, StampFailed
from audit.verify.report import Fault, Report

MAX_STAMP = 64_000


def check(tsr: bytes | None, note: bytes, roots: bytes | None, report: Report, where: str) -> None:
    """The timestamp over this note. Without `roots` nothing is trusted, and nothing is looked at."""
    if roots is None:
        return
    if tsr is None:
        report.add(Fault.UNSTAMPED, f"{where} is not there")
        return
    try:
        report.facts["stamped"] = _time(tsr, note, roots)
    except SignaturesUnavailable as reason:
        report.add(Fault.UNSTAMPED, f"{where}: {reason}")
    except StampFailed as reason:
        report.add(Fault.STAMP, f"{where}: {reason}")


def are_roots(pem: bytes) -> bool:
    """Whether these bytes hold certificates, as far as can be told here."""
    return b"-----BEGIN CERTIFICATE-----" in pem


def _time(tsr: bytes, note: bytes, roots: bytes) -> str:
    try:
        from audit.anchors import rfc3161
    except ImportError:
        raise SignaturesUnavailable(
            "install the packages `cryptography` and `rfc3161-client`"
        ) from None
    try:
        trusted = rfc3161.read_roots(roots)
    except ValueError:
        raise StampFailed("the certificates to trust cannot be read") from None
    return rfc3161.verify(tsr, note, trusted).isoformat()
