"""What a reviewer of the log looks at: how many entries of which name, by whom, and the reviewer's own.

Whatever concerns complaints is left out: a person must not read of a complaint about themself, not even
by its number (45 CFR 164.530(d)).  Complaints are looked at where each reader sees what is theirs to see.
"""

from collections.abc import Collection

from audit import counting, names
from audit.counting import Span
from audit.log import Facet
from requests_app import events
from requests_app.disclosures.models import Disclosure
from requests_app.log_review.models import Figures

_OF_COMPLAINTS = ("complaint:", "request:complaint:", events.READ_COMPLAINT_MEASURES)
#: What was recorded in the ledger as permitted by no rule: a breach, until shown otherwise (164.402).
NOT_PERMITTED = "IMP"


def counted_names() -> list[str]:
    """The names of events that are counted one by one."""
    return [name for name in names.known() if not name.startswith(_OF_COMPLAINTS)]


def counted(span: Span, *, reviewer: str, people: Collection[str]) -> Figures:
    """The figures of a span as they are now.

    reviewer  id of the account that reviews
    people    ids of the accounts that are counted one by one
    """
    known = counted_names()
    recorded = Disclosure.objects.filter(
        basis=NOT_PERMITTED, recorded_at__gte=span.since, recorded_at__lt=span.until
    )
    return Figures(
        names=counting.counted(Facet.NAME, known, span),
        own=counting.counted_of(reviewer, known, span),
        people=counting.counted(Facet.ACTOR, people, span),
        not_permitted=recorded.count(),
    )
