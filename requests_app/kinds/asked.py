"""What of the records is asked for: state laws give looking, a copy and a summary each its time."""

from typing import Any

from requests_app.deadlines.policy import RequestObject

_MANNERS = {
    "copy": frozenset({RequestObject.COPY}),
    "inspect": frozenset({RequestObject.INSPECT}),
    "both": frozenset({RequestObject.COPY, RequestObject.INSPECT}),
}


def looking_or_copying(request: Any) -> frozenset[RequestObject]:
    """From details with `manner` and `summary`; a summary is asked beside the record, not for it."""
    details = request.details
    summary = frozenset({RequestObject.SUMMARY} if details.summary else ())
    return _MANNERS[details.manner.value] | summary
