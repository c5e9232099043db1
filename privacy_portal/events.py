"""Names of what happens on the third floor: subject:thing:action, all of them, readable at once."""

from audit import names

SESSION_OPENED = "account:session:opened"
SESSION_CLOSED = "account:session:closed"
SESSION_TIMED_OUT = "account:session:timed_out"
#: Signed-out callers are counted by source and minute; one entry for each such pair.
CALLER_REFUSED = "account:caller:refused"
TOKEN_MADE = "account:token:made"  # noqa: S105  an event's name
TOKEN_ENDED = "account:token:ended"  # noqa: S105
PASSWORD_CHANGED = "account:password:changed"  # noqa: S105
USER_CREATED = "account:user:created"
USER_DEACTIVATED = "account:user:deactivated"
ROLE_GRANTED = "account:role:granted"
ROLE_ENDED = "account:role:ended"
FEED_MADE = "account:calendar:made"
FEED_ENDED = "account:calendar:ended"
SESSION_ENDED = "account:session:ended"
FACTOR_ADDED = "account:factor:added"
FACTOR_REMOVED = "account:factor:removed"
FACTORS_RESET = "account:factors:reset"
RECOVERY_CODES_MADE = "account:recovery_codes:made"
CODE_MAILED = "account:code:mailed"
USER_INVITED = "account:user:invited"

RECOVERY_BEGUN = "log:recovery:begun"
RECOVERY_ENDED = "log:recovery:ended"
KEY_GREW_OLD = "service:key:grew_old"
HEAD_STAMPED = "log:head:stamped"
HEAD_NOT_STAMPED = "log:head:not_stamped"
HEAD_PRINTED = "log:head:printed"

names.register(
    SESSION_OPENED,
    SESSION_CLOSED,
    SESSION_TIMED_OUT,
    CALLER_REFUSED,
    TOKEN_MADE,
    TOKEN_ENDED,
    PASSWORD_CHANGED,
    USER_CREATED,
    USER_DEACTIVATED,
    ROLE_GRANTED,
    ROLE_ENDED,
    RECOVERY_BEGUN,
    RECOVERY_ENDED,
    FEED_MADE,
    FEED_ENDED,
    SESSION_ENDED,
    FACTOR_ADDED,
    FACTOR_REMOVED,
    FACTORS_RESET,
    RECOVERY_CODES_MADE,
    CODE_MAILED,
    USER_INVITED,
    KEY_GREW_OLD,
    HEAD_STAMPED,
    HEAD_NOT_STAMPED,
    HEAD_PRINTED,
)
