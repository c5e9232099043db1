"""Every table of this floor, where Django looks for them. Each room holds its own."""

from requests_app.disclosures.models import Disclosure, IssuedAccounting

# The kinds are proxies of Request; Django meets them here.
from requests_app.kinds.access import Access
from requests_app.kinds.accounting import Accounting
from requests_app.kinds.confidential_communications import ConfidentialCommunications
from requests_app.kinds.models import (
    ClockRow,
    Decision,
    DueInstant,
    Involvement,
    LegalMove,
    Request,
    StatusRow,
)
from requests_app.kinds.revocation import Revocation
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
from requests_app.standing.authorizations import (
    Authorization,
    AuthorizationEnding,
    ConsentOnFile,
    InsurerContest,
)
from requests_app.standing.preferences import CommunicationPreference
from requests_app.standing.reach import HeldMessage

__all__ = [
    "Access",
    "AccountLink",
    "Accounting",
    "Authorization",
    "AuthorizationEnding",
    "BusinessAssociate",
    "ClockRow",
    "CommunicationPreference",
    "ConfidentialCommunications",
    "ConsentOnFile",
    "Decision",
    "Designation",
    "Disclosure",
    "DueInstant",
    "HeldMessage",
    "IdentityCheck",
    "InsurerContest",
    "Involvement",
    "IssuedAccounting",
    "LegalMove",
    "Letter",
    "LinkCode",
    "Message",
    "OutboxRow",
    "Patient",
    "PatientLookup",
    "Practice",
    "RecordSet",
    "Representative",
    "Request",
    "Revocation",
    "SignInAddress",
    "Site",
    "StatusRow",
]
