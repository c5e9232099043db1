"""What the operator should know at every start of a clinic's service."""

from datetime import datetime, timedelta

from audit import clock
from privacy_portal import env
from privacy_portal.commands import backups, key_copy
from privacy_portal.commands.places import Places

_OLD = timedelta(days=2)
SAME_USER = (
    "The log's sealer runs as the same user as the rest: whoever breaks into one can read the "
    "signing key. As a service with a user of its own it is better kept (docs/operations.md)."
)


def of(places: Places) -> list[str]:
    """Sentences, the ones that need doing first."""
    now = clock.now()
    return [*_key(places), _backup(backups.last_good(places), now), *mail(), SAME_USER]


def mail() -> list[str]:
    """Without a mail server nobody is reminded, and nobody may believe otherwise."""
    if env.text("EMAIL_URL", ""):
        return []
    return ["No mail server is set (EMAIL_URL): nothing is sent; no reminder counts as sent."]


def of_demo() -> list[str]:
    """What the demo says of its messages."""
    if env.text("EMAIL_URL", ""):
        return [SAME_USER]
    return ["E-mails are shown here and go nowhere else.", SAME_USER]


def _key(places: Places) -> list[str]:
    if key_copy.confirmed(places):
        return []
    return [
        f"WARNING: nobody confirmed a second copy of the key {key_copy.active_key(places)}. "
        "If this disk is lost, every record is lost with it. Copy the file to another medium, "
        "then: python -m privacy_portal confirm-key-copy COPY"
    ]


def _backup(made: datetime | None, now: datetime) -> str:
    how = "python -m privacy_portal backup FOLDER"
    if made is None:
        return f"WARNING: there is no good backup yet. Make one: {how}"
    age = now - made
    told = f"The last good backup is {_told(age)} old."
    return f"WARNING: {told} Make another: {how}" if age > _OLD else told


def _told(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
