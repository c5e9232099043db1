"""What can go wrong on the first floor. Nothing here carries a protected value."""


class AuditError(Exception):
    """Base of every failure of the log, the keys or the seals."""


class SealBroken(AuditError):
    """A sealed value does not open: wrong key, wrong row, cut short or altered.

    One exception for every cause, so that an attacker learns nothing from the difference.
    """


class UnknownKey(AuditError):
    """A key that is named is not held, or its class or period has none: nothing is sealed."""


class UnknownEventName(AuditError):
    """An event name that nobody registered before the program finished starting."""


class MalformedEntry(AuditError):
    """Bytes that are not an entry as this program would have written it."""
