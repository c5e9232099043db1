"""The storages, each tried alike: a folder, and a bucket on a server that speaks S3."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """HOST:PORT of a server of this worker's own, on this machine."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket_url(s3_server: str) -> str:
    """DOCUMENTS_URL of a fresh bucket."""
    import boto3

    name = f"documents-{uuid4().hex[:12]}"
    client: Any = boto3.client(
        "s3", endpoint_url=f"http://{s3_server}", region_name="us-east-1",
        aws_access_key_id="example", aws_secret_access_key="example",
    )  # fmt: skip
    client.create_bucket(Bucket=name)
    return f"s3+http://example:example@{s3_server}/{name}/portal"


@pytest.fixture(params=["folder", "bucket"])
def documents_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return f"file:{tmp_path / 'documents'}"
    url: str = request.getfixturevalue("bucket_url")
    return url
