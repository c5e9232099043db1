"""What a person should look at, as sentences: shown by /health/ready, which stays ready meanwhile."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import ngettext

from audit import attestation
from audit.attestation import Attested
from audit.errors import AuditError
from audit.standing import Standing, standing
from privacy_portal import anchors
from requests_app.waiting import Waiting, waiting

SWEEP_LATE = timedelta(minutes=5)
MESSAGES_LATE = timedelta(minutes=30)
SEALING_LATE = timedelta(minutes=2)
ATTESTED_LATE = timedelta(hours=49)


def raised(now: datetime) -> list[str]:
    """Every alarm as things stand; none means that nothing waits that should not."""
    facts = waiting(now=now)
    return [
        *of_log(standing()),
        *_of_set_up(now),
        *sentences(facts, now=now, mail_set=settings.MAIL_SET),
    ]


def _of_set_up(now: datetime) -> list[str]:
    try:
        return [*of_set_up(attestation.latest(), now=now), *anchors.late(now)]
    except AuditError:
        return ["Entries about set-up and anchors cannot be opened: see that the key is there."]


def of_set_up(found: Attested | None, *, now: datetime) -> list[str]:
    """What the newest attestation raises; how many facts differ, and not which: the page is open."""
    if found is None:
        return []
    raised = []
    if found.differs:
        raised.append(
            ngettext(
                "%(n)d fact of the database's set-up is not as this release makes it: "
                "`manage attest` names it.",
                "%(n)d facts of the database's set-up are not as this release makes them: "
                "`manage attest` names them.",
                found.differs,
            )
            % {"n": found.differs}
        )
    if found.changed:
        raised.append(
            ngettext(
                "%(n)d thing is set up differently than the day before: `manage attest` names it. "
                "If nobody here meant it, look into it at once.",
                "%(n)d things are set up differently than the day before: `manage attest` names "
                "them. If nobody here meant it, look into it at once.",
                len(found.changed),
            )
            % {"n": len(found.changed)}
        )
    if now - found.at > ATTESTED_LATE:
        raised.append(
            f"The set-up was last attested {_age(found.at, now)} ago: see that worker and beat run."
        )
    return raised


def of_log(facts: Standing) -> list[str]:
    """What the sealer's standing raises: ages are the database's own, whatever the clock here."""
    if facts.state != "ok":
        return [
            f"The log is fenced, nothing is sealed: {facts.says}. Entries go on being written. "
            "See “When the log is fenced” in docs/operations.md."
        ]
    found = []
    if facts.oldest is not None and facts.oldest > SEALING_LATE:
        found.append(
            ngettext(
                "%(n)d log entry waits for its place, the oldest %(age)s: see that the sealer runs.",
                "%(n)d log entries wait for their place, the oldest %(age)s: see that the sealer "
                "runs.",
                facts.waiting,
            )
            % {"n": facts.waiting, "age": _minutes(facts.oldest)}
        )
    elif facts.seen is not None and facts.seen > SEALING_LATE:
        found.append(f"The sealer was last seen {_minutes(facts.seen)} ago: see that it runs.")
    if facts.says:
        found.append(f"The sealer has trouble: {facts.says}. Its log says where.")
    return found


def sentences(facts: Waiting, *, now: datetime, mail_set: bool) -> list[str]:
    """The alarms that these facts raise."""
    found = []
    if not mail_set:
        found.append(
            ngettext(
                "No mail server is set: %(n)d message waits and does not count as sent. "
                "Set EMAIL_URL.",
                "No mail server is set: %(n)d messages wait and none counts as sent. "
                "Set EMAIL_URL.",
                facts.open,
            )
            % {"n": facts.open}
        )
    elif facts.open_since and now - facts.open_since > MESSAGES_LATE:
        found.append(
            ngettext(
                "%(n)d message waits to be sent, the oldest %(age)s.",
                "%(n)d messages wait to be sent, the oldest %(age)s.",
                facts.open,
            )
            % {"n": facts.open, "age": _age(facts.open_since, now)}
        )
    if facts.dead:
        found.append(
            ngettext(
                "%(n)d message was given up after many tries: tell the person otherwise.",
                "%(n)d messages were given up after many tries: tell people otherwise.",
                facts.dead,
            )
            % {"n": facts.dead}
        )
    if facts.unheard:
        found.append(
            ngettext(
                "%(n)d event was given up after many tries: see to the system that was to hear it.",
                "%(n)d events were given up after many tries: see to the system that was to hear "
                "them.",
                facts.unheard,
            )
            % {"n": facts.unheard}
        )
    if facts.due_since and now - facts.due_since > SWEEP_LATE:
        found.append(
            f"Reminders have waited {_age(facts.due_since, now)}: see that worker and beat run."
        )
    if facts.failing:
        found.append(
            ngettext(
                "%(n)d thing that fell due could not be done and is tried again: the worker's log "
                "says where it failed.",
                "%(n)d things that fell due could not be done and are tried again: the worker's log "
                "says where they failed.",
                facts.failing,
            )
            % {"n": facts.failing}
        )
    if facts.swept_at is None:
        found.append("No sweep has finished yet: see that worker and beat run.")
    elif now - facts.swept_at > SWEEP_LATE:
        found.append(
            f"The last sweep finished {_age(facts.swept_at, now)} ago: see that worker and beat run."
        )
    return found


def _age(since: datetime, now: datetime) -> str:
    return _minutes(now - since)


def _minutes(age: timedelta) -> str:
    """In minutes; what is older than two hours in hours, than two days in days."""
    if age >= timedelta(days=2):
        return ngettext("%(n)d day", "%(n)d days", age.days) % {"n": age.days}
    hours, minutes = age // timedelta(hours=1), age // timedelta(minutes=1)
    if age >= timedelta(hours=2):
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
