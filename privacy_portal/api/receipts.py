"""Receipts: proof that what somebody filed, decided or disclosed stands in the log.

202 until a signed head covers the entry, then a small text file that outlives the service.  Whoever
may read the thing may have its receipt, and nobody else.
"""

import re
import time
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request as Call
from rest_framework.response import Response

from audit import proof, receipts
from privacy_portal.api import schemas
from privacy_portal.api.base import Resource
from privacy_portal.api.described import described
from privacy_portal.api.exports import AnyMedia
from privacy_portal.api.requests import RequestResource
from privacy_portal.api.schemas import TEXT, an_object
from privacy_portal.api.schemas import shaped as like
from requests_app import selectors
from requests_app.disclosures import selectors as ledger

TAG = "receipts"
#: How long a caller may ask to wait, and how often is looked meanwhile, in seconds.
LONGEST, _GLANCE = 2, 0.1
RETRY_AFTER = 1
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?([0-9]{1,4})\"?\s*(?=$|[,;])", re.IGNORECASE)
SAYS = "The log is not signed up to this yet. Ask again in a moment."
WAITING = an_object(status=like(TEXT, "waiting"), detail=like(TEXT, SAYS))
_FILE = "c2sp.org/tlog-proof@v1\nextra QVVEMQ…\nindex 5\nvBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n…\n"
_DESCRIBED: dict[str, Any] = {
    "tag": TAG,
    "gives": None,
    "media": {"text/plain": _FILE},
    "waits": WAITING,
    "refused": (404,),
    "parameters": [schemas.PREFER_WAIT],
}


class Given:
    """What the three have in common."""

    def given(self, eid: UUID, name: str, *, wait: float) -> HttpResponse:
        found = _within(eid, wait)
        if found is None:
            body = {"status": "waiting", "detail": SAYS}
            return Response(body, status=202, headers={"Retry-After": str(RETRY_AFTER)})
        file = f"{name}{proof.SUFFIX}"
        return HttpResponse(
            found.content,
            content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{file}"'},
        )


class OfFiling(Given, RequestResource):
    """That a request was filed."""

    content_negotiation_class = AnyMedia

    @described(**_DESCRIBED)
    def get(self, request: Call, reference: str) -> HttpResponse:
        """Get the receipt of a request's filing.

        A `.tlog-proof` file, as text. 202 with Retry-After until a signed head covers the entry;
        `Prefer: wait=2` waits at most two seconds for it.
        """
        found = self.loaded(reference)
        row = found.status_rows.get(version=1)
        return self.given(row.audit_eid, found.reference, wait=wanted(request))


class OfMove(Given, RequestResource):
    """That a request was moved: decided, extended, answered, withdrawn."""

    content_negotiation_class = AnyMedia

    @described(**_DESCRIBED)
    def get(self, request: Call, reference: str, version: str) -> HttpResponse:
        """Get the receipt of one line of a request's timeline, by its version."""
        found = self.loaded(reference)
        rows = found.status_rows.filter(version=_number(version))
        row = selectors.one(rows)
        name = f"{found.reference}-{row.version}"
        return self.given(row.audit_eid, name, wait=wanted(request))


class OfDisclosure(Given, Resource):
    """That a disclosure was recorded."""

    content_negotiation_class = AnyMedia

    @described(**_DESCRIBED)
    def get(self, request: Call, pk: str) -> HttpResponse:
        """Get the receipt of one line of the disclosure log."""
        row = ledger.one(pk, actor=self.actor)
        return self.given(row.audit_eid, f"disclosure-{row.pk}", wait=wanted(request))


def wanted(request: Call) -> float:
    """The seconds that `Prefer: wait=…` asks for, at most two; none without it."""
    found = _WAIT.search(request.headers.get("Prefer", ""))
    return min(float(found.group(1)), LONGEST) if found else 0.0


def _within(eid: UUID, wait: float) -> receipts.Receipt | None:
    until = time.monotonic() + wait
    found = receipts.proof_of(eid)
    while found is None and time.monotonic() < until:
        time.sleep(_GLANCE)
        found = receipts.proof_of(eid)
    return found


def _number(version: str) -> int:
    """A version as it stands in an address; 0, which no row has, for what is none."""
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 7 else 0
