"""The one way lines come into the ledger: the rows and their log entries, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import connection

from audit import bulk, log
from audit.actors import Actor
from requests_app import events
from requests_app.disclosures.models import (
    SEQUENCE,
    Disclosure,
    DisclosureFacts,
    Form,
    More,
)
from requests_app.people.models import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """One line to be; `patient` comes with its site.

    corrects  the line this one replaces
    form      and `more`: what a series or research says beside the usual facts
    release   shared by the lines of one release to many patients
    """

    patient: Patient
    facts: DisclosureFacts
    basis: str
    on: date
    until: date | None = None
    request_id: UUID | None = None
    reference: str | None = None
    corrects: Disclosure | None = None
    form: Form = Form.ONE
    more: More | None = None
    release: UUID | None = None


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
    formed: tuple[Form, More | None] = (Form.ONE, None),
    release: UUID | None = None,
) -> Disclosure:
    """One new line; `formed` is its form, and what that says. Returns the row as stored."""
    line = NewLine(
        patient=patient,
        facts=facts,
        basis=basis,
        on=on,
        until=until,
        request_id=request_id,
        reference=reference,
        corrects=corrects,
        form=formed[0],
        more=formed[1],
        release=release,
    )
    return enter_all([line], actor=actor, now=now)[0]


def enter_all(lines: Sequence[NewLine], *, actor: Actor, now: datetime) -> list[Disclosure]:
    """New lines with their entries, in a few statements however many. Returns the rows as stored."""
    rows = [_row(line, actor, now) for line in lines]
    drafts = [_draft(line, row.pk, actor) for line, row in zip(lines, rows, strict=True)]
    eids = bulk.append_all(drafts)
    for row, eid in zip(rows, eids, strict=True):
        row.audit_eid = eid
    _number([(str(line.patient.pk), eid) for line, eid in zip(lines, eids, strict=True)], actor)
    if len(rows) > 1:
        # Numbers in hand, PostgreSQL takes the rows as arrays: a fraction of the statement's text.
        for row, seq in zip(rows, _numbers(len(rows)), strict=True):
            row.seq = seq
    return Disclosure.objects.bulk_create(rows)


def _numbers(count: int) -> list[int]:
    """The next numbers of the ledger's order, after the entries: see the exports' horizon."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [SEQUENCE, count])
        return [number for (number,) in cursor.fetchall()]


def _row(line: NewLine, actor: Actor, now: datetime) -> Disclosure:
    row = Disclosure(id=uuid4(), patient=line.patient, site_id=line.patient.site_id)
    row.request_id, row.corrects, row.release = line.request_id, line.corrects, line.release
    row.basis, row.disclosed_on, row.disclosed_until = line.basis, line.on, line.until
    row.facts, row.form, row.more = line.facts, line.form, line.more
    row.recorded_by, row.recorded_by_name, row.recorded_at = actor.id, actor.name, now
    return row


def _draft(line: NewLine, pk: UUID, actor: Actor) -> bulk.Draft:
    corrects = line.corrects
    return bulk.Draft(
        name=events.DISCLOSURE_CORRECTED if corrects else events.DISCLOSURE_RECORDED,
        actor=actor,
        patient=str(line.patient.pk),
        request=line.reference,
        obj=log.Obj("disclosure", str(pk), None),
        recipient=line.facts.recipient_name,
        purpose=line.facts.purpose or None,
        after={"basis": line.basis, "disclosed_on": str(line.on)},
        extra={"corrects": str(corrects.pk)} if corrects else None,
        day=line.on,
        zone=line.patient.site.time_zone,
        openable=True,
    )


def _number(of: Sequence[tuple[str, UUID]], actor: Actor) -> None:
    """An entry of its own says which of the person's disclosures this is, and which came before.

    So that a disclosure left out shows to an auditor; and apart from the disclosure's own entry, so
    that what a patient may open shows no hole where a suspended line stands.
    """
    given = log.number_all(of)
    bulk.append_all(
        [
            bulk.Draft(
                name=events.DISCLOSURE_NUMBERED,
                actor=actor,
                patient=patient,
                extra={"of": str(eid), "seq": number, "prev": str(before or "")},
            )
            for (patient, eid), (number, before) in zip(of, given, strict=True)
        ]
    )


def tell_count(patient: str, *, actor: Actor, reference: str, listed: int) -> None:
    """An accounting is given: how many disclosures there are by number, the last one's entry, and
    how many were listed. For auditors; nothing of it is shown to the patient."""
    count, last = log.numbered(patient)
    extra = {"disclosures": count, "last": str(last or ""), "listed": listed}
    log.append(
        events.ACCOUNTING_COUNTED, actor=actor, patient=patient, request=reference, extra=extra
    )
