"""Every table of this floor, where Django looks for them. Each room holds its own."""

from requests_app.casework.models import (
    DepartmentTask,
    Hold,
    Refiling,
    Submission,
    SubmissionPart,
    TaskOutcome,
)
from requests_app.complaints.models import (
    AdverseAfterComplaint,
    ComplaintMeasure,
    NamedInComplaint,
)
from requests_app.disclosures.associates import AssociateInquiry
from requests_app.disclosures.check.models import CheckMade
from requests_app.disclosures.models import Disclosure, EarlierAccounting, IssuedAccounting
from requests_app.disclosures.planned import PlannedRelease, ReleaseInstant
from requests_app.disclosures.suspensions import (
    SuppliedLine,
    SuppressedLine,
    Suspension,
    SuspensionAnswer,
)
from requests_app.documents.models import Document, Download
from requests_app.drafts.models import Draft
from requests_app.falling_due.models import FallsDue, Heartbeat, Outage, PassedMeanwhile
from requests_app.intake.models import TakenLine

# The kinds are proxies of Request; Django meets them here.
from requests_app.kinds.access import Access
from requests_app.kinds.accounting import Accounting
from requests_app.kinds.amendment import Amendment
from requests_app.kinds.complaint import Complaint
from requests_app.kinds.confidential_communications import ConfidentialCommunications
from requests_app.kinds.materials_opt_out import MaterialsOptOut
from requests_app.kinds.models import (
    ClockRow,
    Decision,
    DueInstant,
    Involvement,
    LegalMove,
    Request,
    StatusRow,
)
from requests_app.kinds.notice_copy import NoticeCopy
from requests_app.kinds.objection import Objection
from requests_app.kinds.restriction import Restriction
from requests_app.kinds.revocation import Revocation
from requests_app.letters.models import Letter
from requests_app.log_review.models import (
    LogReview,
    LogReviewCountersignature,
    LogReviewSchedule,
    LogReviewSignature,
)
from requests_app.messages.models import Message
from requests_app.notices.models import Acknowledgment, NoticeReceipt, NoticeVersion
from requests_app.outbox import OutboxRow
from requests_app.people.charts import ChartLink
from requests_app.people.endings import RepresentativeEnding
from requests_app.people.models import (
    AccountLink,
    IdentityCheck,
    LinkCode,
    Patient,
    PatientLookup,
    Representative,
    SignInAddress,
)
from requests_app.people.segments import Segment, SegmentItem
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
from requests_app.standing.authorizations import (
    Authorization,
    AuthorizationEnding,
    ConsentOnFile,
    InsurerContest,
)
from requests_app.standing.involved import PersonInvolved
from requests_app.standing.objections import ObjectionInForce
from requests_app.standing.opt_outs import OptOut
from requests_app.standing.preferences import CommunicationPreference
from requests_app.standing.reach import HeldMessage
from requests_app.standing.restrictions import AgreedRestriction, EmergencyOverride
from requests_app.standing.stop_lists import StopList
from requests_app.subscriptions import Subscription

__all__ = [
    "Access",
    "AccountLink",
    "Accounting",
    "Acknowledgment",
    "AdverseAfterComplaint",
    "AgreedRestriction",
    "Amendment",
    "AmendmentLink",
    "AmendmentPaper",
    "AssociateInquiry",
    "Authorization",
    "AuthorizationEnding",
    "BusinessAssociate",
    "ChartLink",
    "CheckMade",
    "ClockRow",
    "CommunicationPreference",
    "Complaint",
    "ComplaintMeasure",
    "ConfidentialCommunications",
    "ConsentOnFile",
    "Decision",
    "DepartmentTask",
    "Designation",
    "Disclosure",
    "Document",
    "Download",
    "Draft",
    "DueInstant",
    "EarlierAccounting",
    "EmergencyOverride",
    "FallsDue",
    "Heartbeat",
    "HeldMessage",
    "Hold",
    "IdentityCheck",
    "IncomingNotice",
    "InsurerContest",
    "Involvement",
    "IssuedAccounting",
    "LegalMove",
    "Letter",
    "LinkCode",
    "LogReview",
    "LogReviewCountersignature",
    "LogReviewSchedule",
    "LogReviewSignature",
    "MaterialsOptOut",
    "Message",
    "NamedInComplaint",
    "NoticeCopy",
    "NoticeReceipt",
    "NoticeVersion",
    "Objection",
    "ObjectionInForce",
    "OptOut",
    "Outage",
    "OutboxRow",
    "PassedMeanwhile",
    "Patient",
    "PatientLookup",
    "PersonInvolved",
    "PersonToTell",
    "PlannedRelease",
    "Practice",
    "RecordSet",
    "Refiling",
    "ReleaseInstant",
    "Representative",
    "RepresentativeEnding",
    "Request",
    "Restriction",
    "Revocation",
    "Segment",
    "SegmentItem",
    "SignInAddress",
    "Site",
    "StatusRow",
    "StopList",
    "Submission",
    "SubmissionPart",
    "Subscription",
    "SuppliedLine",
    "SuppressedLine",
    "Suspension",
    "SuspensionAnswer",
    "TakenLine",
    "Target",
    "TaskOutcome",
    "TellingStep",
]
