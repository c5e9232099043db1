"""The signature of an event, as Standard Webhooks 1.0.0 has it (https://www.standardwebhooks.com).

A receiver checks HMAC-SHA256 over `id.timestamp.body`, refuses a timestamp that is minutes away from
its own clock, and does the same id once.  While a secret is being replaced two signatures stand in
the header, and either will do.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"


def headers(
    message_id: str, body: bytes, *, secrets: Iterable[str], at: datetime
) -> dict[str, str]:
    """The three headers of one try; `at` is the instant of the try, not of what happened."""
    seconds = str(int(at.timestamp()))
    signatures = (signature(message_id, seconds, body, secret=secret) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(signatures),
    }


def signature(message_id: str, seconds: str, body: bytes, *, secret: str) -> str:
    """One signature, with the version of the scheme before it."""
    signed = f"{message_id}.{seconds}.".encode("ascii") + body
    return f"v1,{base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()}"


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
