"""The storages that sealed documents lie in, and which of them DOCUMENTS_URL names."""

import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.conf import settings

from privacy_portal.blobs.folder import Folder
from privacy_portal.env import Misconfigured
from privacy_portal.logging import log_event
from requests_app.actions import document_sweep
from requests_app.documents import content
from requests_app.documents.store import Store, Unreachable

_HOW = (
    "Set DOCUMENTS_URL like file:/FOLDER or s3://KEY:SECRET@HOST/BUCKET. "
    "s3+http: does without TLS, on a network of your own."
)
logger = logging.getLogger("privacy_portal.blobs")


def check() -> None:
    """Misconfigured unless the settings name a storage, and kinds of file this program knows."""
    _parts(settings.DOCUMENTS_URL)
    unknown = set(settings.DOCUMENT_TYPES) - content.BY_NAME.keys()
    if unknown or not settings.DOCUMENT_TYPES:
        known = ",".join(content.BY_NAME)
        raise Misconfigured(f"PRIVACY_DOCUMENT_TYPES must be some of: {known}.")


def store() -> Store:
    """The storage of the settings as they are."""
    return located(settings.DOCUMENTS_URL)


@cache
def located(url: str) -> Store:
    """The storage an address names; Misconfigured, without repeating the address, for another."""
    parts = _parts(url)
    if parts.scheme == "file":
        return Folder(Path(unquote(parts.path)))
    # Imported where it is used: most practices keep their documents in a folder.
    from privacy_portal.blobs.s3 import Bucket

    bucket, _, prefix = parts.path.strip("/").partition("/")
    scheme = "https" if parts.scheme == "s3" else "http"
    return Bucket(
        endpoint=f"{scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}",
        key=unquote(parts.username or ""),
        secret=unquote(parts.password or ""),
        bucket=bucket,
        prefix=f"{prefix}/" if prefix else "",
        region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
    )


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        reached = parts.port is None or parts.port > 0
    except ValueError:
        raise Misconfigured(f"DOCUMENTS_URL does not read as an address. {_HOW}") from None
    folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    bucket = parts.scheme in {"s3", "s3+http"} and parts.hostname and parts.password
    if not (folder or (bucket and reached and parts.path.strip("/"))):
        raise Misconfigured(f"DOCUMENTS_URL names no storage. {_HOW}")
    return parts


def remove_orphans(now: datetime) -> None:
    """Delete files that belong to no document; a storage that does not answer is asked next time."""
    try:
        gone = document_sweep.remove_orphans(now=now)
    except Unreachable:
        log_event(logger, "documents.unreachable")
        return
    if gone:
        log_event(logger, "documents.orphans_removed", count=gone)
