"""Sealed files in a bucket of a storage that speaks S3."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from requests_app.documents.store import Missing, Unreachable

PIECE = 65_536
#: Beyond this a file goes up in parts of this size; so much of one is in memory at a time.
PART = 8 * 1024 * 1024
_ABSENT = {"NoSuchKey", "404", "NotFound"}


class Bucket:
    """A storage in a bucket, below a prefix. The bucket must exist, and nobody else write there."""

    def __init__(
        self, *, endpoint: str, key: str, secret: str, bucket: str, prefix: str, region: str
    ) -> None:
        self._bucket, self._prefix = bucket, prefix
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name=region,
            config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "max_attempts": 3},
                s3={"addressing_style": "path"},
                # Storages that are not Amazon's do not all know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        transfer = TransferConfig(
            multipart_threshold=PART, multipart_chunksize=PART, use_threads=False
        )
        with _unreachable():
            self._client.upload_fileobj(
                _Reader(pieces), self._bucket, self._key(name), Config=transfer
            )

    def read(self, name: str) -> Iterator[bytes]:
        with _unreachable():
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(name))
            yield from found["Body"].iter_chunks(PIECE)

    def delete(self, name: str) -> None:
        key = self._key(name)
        with _unreachable():
            self._client.delete_object(Bucket=self._bucket, Key=key)
            for upload in self._begun(key):
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                )

    def older_than(self, instant: datetime) -> Iterator[str]:
        with _unreachable():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for one in page.get("Contents", ()):
                    if one["LastModified"] < instant:
                        yield one["Key"].removeprefix(self._prefix)
            for upload in self._begun(self._prefix):
                if upload["Initiated"] < instant:
                    yield upload["Key"].removeprefix(self._prefix)

    def _begun(self, prefix: str) -> list[dict[str, Any]]:
        """Uploads in parts that were never ended."""
        pages = self._client.get_paginator("list_multipart_uploads")
        found = pages.paginate(Bucket=self._bucket, Prefix=prefix)
        return [one for page in found for one in page.get("Uploads", ())]

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}"


class _Reader:
    """An iterable of pieces as the file that the library reads from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._held = iter(pieces), bytearray()

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        end = len(self._held) if size < 0 else size
        taken = bytes(self._held[:end])
        del self._held[:end]
        return taken


@contextmanager
def _unreachable() -> Iterator[None]:
    """What the library says against it, in the storage's own words. Its own could quote an address."""
    try:
        yield
    except ClientError as error:
        absent = error.response.get("Error", {}).get("Code") in _ABSENT
        raise (Missing if absent else Unreachable) from None
    except BotoCoreError:
        raise Unreachable from None
