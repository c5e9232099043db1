"""What can go wrong on the first floor. Nothing here carries a protected value."""


class AuditError(Exception):
    """Base of every failure of the log, the keys or the seals."""


class SealBroken(AuditError):
    """A sealed value does not open: wrong key, wrong row, cut short or altered.

    One exception for every cause, so that an attacker learns nothing from the difference.
    """


class UnknownKey(AuditError):
    """A key that is named is not held, or its class or period has none: nothing is sealed."""


class KeyDestroyed(UnknownKey):
    """The key existed and was destroyed after its retention: what it sealed stays closed."""


class UnsafeKeyFile(AuditError):
    """A key file that others may read, or that is not 32 bytes: it is not used."""


class UnknownEventName(AuditError):
    """An event name that nobody registered before the program finished starting."""


class VocabularyFault(AuditError):
    """An event name against the grammar, registered twice, or after the program had started."""


class OutsideTransaction(AuditError):
    """An entry was to be appended where no transaction could take it back with its cause."""


class NotTaken(AuditError):
    """The database answered and did not store what was sent: something swallows rows there."""


class MalformedEntry(AuditError):
    """Bytes that are not an entry as this program would have written it."""


class MalformedProof(AuditError):
    """A note, checkpoint, tile, path or proof that this program would not have written."""


class ProofFailed(AuditError):
    """The hashes or signatures do not add up: something was altered, or is of another log."""


class SignaturesUnavailable(AuditError):
    """Hashes can be checked here and signatures not: the package `cryptography` is missing."""


class TreesDiffer(AuditError):
    """What was computed, stored or written of the tree is not twice the same: nothing is signed."""


class PinMoved(AuditError):
    """The pinned head is not the one that was looked at: somebody else has sealed meanwhile."""


class CannotRecover(AuditError):
    """A sentence for the operator: what is missing, and what to bring."""


class KeyOfAnotherLog(AuditError):
    """The signing key is of a log that was closed, or of its successor: nothing is signed with it."""


class Unreachable(AuditError):
    """Somebody outside gave no answer: not in time, not at all, or none that can be read."""


class WitnessDeclined(AuditError):
    """A witness answered and did not sign, over keys or words. `status` is what it answered with."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"the witness answered {status}: {why}")
        self.status = status


class WitnessRefuses(AuditError):
    """A witness has signed another history than ours, or a longer one: sealing stops."""


class StampFailed(AuditError):
    """A timestamp is refused by its authority, of another head, or signed by somebody else."""
