"""Guards of the accounting (164.528)."""

from datetime import timedelta
from typing import Any

from requests_app.disclosures import holding, issue
from requests_app.disclosures.periods import period
from requests_app.errors import NotNow
from requests_app.kinds.base import Move

#: How many days before the due day an unclassified line stops holding an accounting back.
CLASSIFY_UNTIL = timedelta(days=5)


def not_the_free_one(move: Move[Any]) -> None:
    """(c)(2): the first accounting in any 12-month period is free."""
    if move.request.patient_id is not None and issue.is_free(move.request, now=move.now):
        raise NotNow(
            "This is the first accounting in twelve months, so it is free.",
            citation="45 CFR 164.528(c)(2)",
        )


def within_look_back(move: Move[Any]) -> None:
    """(a)(1), (a)(3): a shorter period is one inside the six years before the request."""
    asked = move.input
    period(move.request.received_on, since=asked.since, until=asked.until, at="")


def classified_or_near_due(move: Move[Any]) -> None:
    """A line without a basis asks to be classified, and never makes an accounting late."""
    request = move.request
    if request.patient_id is None or request.due_on is None:
        return
    if move.today >= request.due_on - CLASSIFY_UNTIL:
        return
    waiting = len(issue.draft(request, now=move.now).to_classify)
    if waiting:
        raise NotNow(
            f"Classify the basis of {waiting} disclosure{'s' if waiting > 1 else ''} first. From five "
            "days before the due day the accounting can go out without that.",
            citation="45 CFR 164.528(a)(1)",
        )


def something_is_owed(move: Move[Any]) -> None:
    """(a)(1)-(2): what associates told late, and what an agency had held back and does not now."""
    given = issue.first_given(move.request)
    if given is None or issue.owed(given, move.request, now=move.now) is None:
        raise NotNow("There is nothing to add to this accounting.", citation=holding.CITATION)
