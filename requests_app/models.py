"""Every table of this floor, where Django looks for them. Each room holds its own."""

from requests_app.disclosures.models import Disclosure, IssuedAccounting

# The kinds are proxies of Request; Django meets them here.
from requests_app.kinds.access import Access
from requests_app.kinds.accounting import Accounting
from requests_app.kinds.amendment import Amendment
from requests_app.kinds.models import (
    ClockRow,
    Decision,
    DueInstant,
    Involvement,
    LegalMove,
    Request,
    StatusRow,
)
from requests_app.letters.models import Letter
from requests_app.messages.models import Message
from requests_app.outbox import OutboxRow
from requests_app.people.models import (
    AccountLink,
    IdentityCheck,
    LinkCode,
    Patient,
    PatientLookup,
    Representative,
    SignInAddress,
)
from requests_app.practice.models import (
    BusinessAssociate,
    Designation,
    Practice,
    RecordSet,
    Site,
    Target,
)
from requests_app.standing.amendment_links import AmendmentLink, AmendmentPaper
from requests_app.standing.amendment_notices import IncomingNotice, PersonToTell, TellingStep

__all__ = [
    "Access",
    "AccountLink",
    "Accounting",
    "Amendment",
    "AmendmentLink",
    "AmendmentPaper",
    "BusinessAssociate",
    "ClockRow",
    "Decision",
    "Designation",
    "Disclosure",
    "DueInstant",
    "IdentityCheck",
    "IncomingNotice",
    "Involvement",
    "IssuedAccounting",
    "LegalMove",
    "Letter",
    "LinkCode",
    "Message",
    "OutboxRow",
    "Patient",
    "PatientLookup",
    "PersonToTell",
    "Practice",
    "RecordSet",
    "Representative",
    "Request",
    "SignInAddress",
    "Site",
    "StatusRow",
    "Target",
    "TellingStep",
]
