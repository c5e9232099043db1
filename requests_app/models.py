"""Every table of this floor, where Django looks for them. Each room holds its own."""

from requests_app.complaints.models import (
    AdverseAfterComplaint,
    ComplaintMeasure,
    NamedInComplaint,
)
from requests_app.disclosures.models import Disclosure, IssuedAccounting

# The kinds are proxies of Request; Django meets them here.
from requests_app.kinds.access import Access
from requests_app.kinds.accounting import Accounting
from requests_app.kinds.complaint import Complaint
from requests_app.kinds.models import (
    ClockRow,
    Decision,
    DueInstant,
    Involvement,
    LegalMove,
    Request,
    StatusRow,
)
from requests_app.kinds.restriction import Restriction
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
)
from requests_app.standing.restrictions import AgreedRestriction, EmergencyOverride

__all__ = [
    "Access",
    "AccountLink",
    "Accounting",
    "AdverseAfterComplaint",
    "AgreedRestriction",
    "BusinessAssociate",
    "ClockRow",
    "Complaint",
    "ComplaintMeasure",
    "Decision",
    "Designation",
    "Disclosure",
    "DueInstant",
    "EmergencyOverride",
    "IdentityCheck",
    "Involvement",
    "IssuedAccounting",
    "LegalMove",
    "Letter",
    "LinkCode",
    "Message",
    "NamedInComplaint",
    "OutboxRow",
    "Patient",
    "PatientLookup",
    "Practice",
    "RecordSet",
    "Representative",
    "Request",
    "Restriction",
    "SignInAddress",
    "Site",
    "StatusRow",
]
