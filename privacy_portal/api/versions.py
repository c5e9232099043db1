"""ETag and If-Match: a decision is made on the version that was looked at."""

import re

from rest_framework.exceptions import APIException
from rest_framework.request import Request

from requests_app.errors import BadInput

_ETAG = re.compile(r'"([1-9][0-9]{0,8})"')


class VersionMissing(APIException):
    """If-Match was not sent (RFC 6585)."""

    status_code = 428
    sentence = "Send an If-Match header with the ETag of the version you looked at."


def etag(version: int) -> str:
    """The strong validator of a version."""
    return f'"{version}"'


def wanted(request: Request) -> int:
    """The version named by If-Match. VersionMissing when absent, BadInput when it is no ETag of ours."""
    header = request.headers.get("If-Match")
    if header is None:
        raise VersionMissing
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise BadInput.one("/headers/If-Match", 'Send the ETag as it was given, such as "3".')
    return int(found.group(1))
