"""Receipts for staff: that something was filed, decided or disclosed stands in the log."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit import proof, receipts
from privacy_portal.pages.door import actor_of, page
from privacy_portal.pages.officer import base, loading
from requests_app import selectors
from requests_app.disclosures import selectors as ledger


@base.office(*base.STAFF)
def of_move(request: HttpRequest, reference: str, version: str) -> HttpResponse:
    """The receipt of one line of a request's timeline; the first is that of its filing."""
    found = loading.loaded(reference, **base.who(request))
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 7 else 0
    row = selectors.one(found.status_rows.filter(version=number))
    return given(request, row.audit_eid, f"{found.reference}-{row.version}")


@page
def of_disclosure(request: HttpRequest, pk: str) -> HttpResponse:
    """The receipt of one line of the disclosure log."""
    row = ledger.one(pk, actor=actor_of(request))
    return given(request, row.audit_eid, f"disclosure-{row.pk}")


def given(request: HttpRequest, eid: UUID, name: str) -> HttpResponse:
    """The file, or a page that says when it will be there."""
    made = receipts.proof_of(eid)
    if made is None:
        return base.shown(
            request, "receipt_later", status=202, heading=_("The receipt is being made")
        )
    return HttpResponse(
        made.content,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}{proof.SUFFIX}"'},
    )
