"""The names under which this floor's events stand in the log: subject:thing:action.

Moves of requests are named after their kind and move; the kinds' modules list them.
"""

from audit import names
from requests_app.kinds import registry

PATIENT_ADDED = "people:patient:added"
PATIENT_CHANGED = "people:patient:changed"
REPRESENTATIVE_RECOGNISED = "people:representative:recognised"
REPRESENTATIVE_REFUSED = "people:representative:refused"
SIGN_IN_ADDRESS_SET = "people:sign_in_address:set"
LINK_CODE_MADE = "people:link_code:made"
LINK_MADE = "people:link:made"
LINK_REFUSED = "people:link:refused"
LINK_ENDED = "people:link:ended"
REQUEST_MATCHED = "request:patient:matched"
REQUEST_ASSIGNED = "request:assignment:made"
MESSAGE_WRITTEN = "request:message:written"
NOTE_WRITTEN = "request:note:written"
COMPLAINT_MEASURE = "complaint:measure:recorded"
ADVERSE_FLAGGED = "complaint:adverse_move:flagged"
READ_COMPLAINT_MEASURES = "read:complaint_measures:opened"
DISCLOSURE_RECORDED = "ledger:disclosure:recorded"
DISCLOSURE_CORRECTED = "ledger:disclosure:corrected"
PRACTICE_CHANGED = "practice:practice:changed"
SITE_ADDED = "practice:site:added"
SITE_CHANGED = "practice:site:changed"
FACT_ADDED = "practice:dated_fact:added"
FACT_ENDED = "practice:dated_fact:ended"
READ_REQUEST = "read:request:opened"
READ_REQUESTS = "read:requests:listed"
READ_MESSAGES = "read:messages:opened"
READ_LETTERS = "read:letters:opened"
READ_PATIENT = "read:patient:opened"
READ_PATIENTS = "read:patients:searched"
READ_RESTRICTIONS = "read:restrictions:listed"
READ_DISCLOSURES = "read:disclosures:listed"
READ_LOG = "read:log:opened"
EXPORT_STARTED = "export:disclosures:started"
EXPORT_ENDED = "export:disclosures:ended"
REMINDED_DUE_SOON = "reminder:request:due_soon"
REMINDED_DUE_TODAY = "reminder:request:due_today"
REMINDED_OVERDUE = "reminder:request:overdue"
TOLD = "outbox:message:handed_over"
NOT_TOLD_NO_ADDRESS = "outbox:message:no_address"
NOT_TOLD_DEAD = "outbox:message:dead"
REFUSED = "access:request:refused"

names.register(*(value for key, value in list(globals().items()) if key.isupper()))


def register_moves() -> None:
    """Register the names of every kind's moves, once every kind is there."""
    names.register(*(kind.event(move) for kind in registry.all_kinds() for move in kind.moves()))
