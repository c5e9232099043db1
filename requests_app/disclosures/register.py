"""The one way a line comes into the ledger: the row and its log entry, in the caller's transaction."""

from datetime import date, datetime
from uuid import UUID, uuid4

from audit import log
from audit.actors import Actor
from requests_app import events
from requests_app.disclosures.models import Disclosure, DisclosureFacts
from requests_app.people.models import Patient


def enter(
    patient: Patient,
    *,
    facts: DisclosureFacts,
    basis: str,
    on: date,
    actor: Actor,
    now: datetime,
    until: date | None = None,
    request_id: UUID | None = None,
    reference: str | None = None,
    corrects: Disclosure | None = None,
) -> Disclosure:
    """One new line; `corrects` is the line it replaces. Returns the row as stored."""
    row = Disclosure(id=uuid4(), patient=patient, site_id=patient.site_id, request_id=request_id)
    row.basis, row.disclosed_on, row.disclosed_until = basis, on, until
    row.facts, row.corrects = facts, corrects
    row.recorded_by, row.recorded_by_name, row.recorded_at = actor.id, actor.name, now
    row.audit_eid = log.append(
        events.DISCLOSURE_CORRECTED if corrects else events.DISCLOSURE_RECORDED,
        actor=actor,
        patient=str(patient.pk),
        request=reference,
        obj=log.Obj("disclosure", str(row.pk), None),
        recipient=facts.recipient_name,
        purpose=facts.purpose or None,
        after={"basis": basis, "disclosed_on": str(on)},
        extra={"corrects": str(corrects.pk)} if corrects else None,
        day=on,
        zone=patient.site.time_zone,
        openable=True,
    )
    row.save(force_insert=True)
    _number(row.audit_eid, str(patient.pk), actor)
    return row


def _number(eid: UUID, patient: str, actor: Actor) -> None:
    """An entry of its own says which of the person's disclosures this is, and which came before.

    So that a disclosure left out shows to an auditor; and apart from the disclosure's own entry, so
    that what a patient may open shows no hole where a suspended line stands.
    """
    number, before = log.number(eid, patient)
    extra = {"of": str(eid), "seq": number, "prev": str(before or "")}
    log.append(events.DISCLOSURE_NUMBERED, actor=actor, patient=patient, extra=extra)


def tell_count(patient: str, *, actor: Actor, reference: str, listed: int) -> None:
    """An accounting is given: how many disclosures there are by number, the last one's entry, and
    how many were listed. For auditors; nothing of it is shown to the patient."""
    count, last = log.numbered(patient)
    extra = {"disclosures": count, "last": str(last or ""), "listed": listed}
    log.append(
        events.ACCOUNTING_COUNTED, actor=actor, patient=patient, request=reference, extra=extra
    )
