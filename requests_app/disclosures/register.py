"""The one way lines come into the ledger: the rows and their log entries, in the caller's transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import connection

from audit import bulk, loading, log
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


class NewLine(NamedTuple):
    """One line to be; `patient` comes with its site. A tuple: thousands are made at once.

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
    return enter_one(line, actor=actor, now=now)


def enter_one(line: NewLine, *, actor: Actor, now: datetime) -> Disclosure:
    """One new line with its entry. Returns the row as stored."""
    pk = uuid4()
    (eid,) = _logged([line], [str(pk)], actor)
    row = _row(line, pk, eid, actor, now)
    row.save(force_insert=True)
    return row


def enter_all(lines: Sequence[NewLine], *, actor: Actor, now: datetime) -> list[UUID]:
    """New lines with their entries, in a few statements however many; the ids of the lines."""
    if len(lines) > 1:
        one_at_a_time()
    ids = [uuid4() for _ in lines]
    rows = list(map(str, ids))
    eids = _logged(lines, rows, actor)
    facts, more = Disclosure.facts.field.sealer(), Disclosure.more.field.sealer()
    # The numbers are taken after the entries: see the exports' horizon.
    loading.store(
        Disclosure,
        _COLUMNS,
        (
            (
                pk, seq, line.patient.pk, line.patient.site_id, line.request_id, line.basis,
                line.on, line.until, facts(line.facts, row), str(line.form),
                more(line.more, row) if line.more else None, line.release,
                line.corrects.pk if line.corrects else None, actor.id, actor.name, now, eid,
            )
            for line, pk, row, seq, eid in zip(
                lines, ids, rows, _numbers(len(ids)), eids, strict=True
            )
        ),
    )  # fmt: skip
    return ids


_COLUMNS = (
    "id", "seq", "patient", "site", "request", "basis", "disclosed_on", "disclosed_until", "facts",
    "form", "more", "release", "corrects", "recorded_by", "recorded_by_name", "recorded_at",
    "audit_eid",
)  # fmt: skip


def one_at_a_time() -> None:
    """Whoever enters lines about several people in one transaction does it alone.

    Each person's lines are numbered one transaction after another.  Two that number several people
    in another order each would wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('requests_app.register'))")


def _logged(lines: Sequence[NewLine], rows: Sequence[str], actor: Actor) -> list[UUID]:
    """The entries of these lines, whose ids are `rows`, and their numbers among each person's; the
    ids of the entries."""
    people = _people(lines)
    with bulk.together() as entries:
        eids = entries.add_all(
            [
                _draft(line, actor, row=row, patient=person, zone=zone)
                for line, row, (person, zone) in zip(lines, rows, people, strict=True)
            ]
        )
        of = [(person, eid) for (person, _), eid in zip(people, eids, strict=True)]
        entries.add_all(_numbered(of, actor))
    return eids


def _people(lines: Sequence[NewLine]) -> list[tuple[str, str]]:
    """Whom each line is about, as text, and the time zone of their site. Each is looked at once."""
    known = {id(line.patient): line.patient for line in lines}
    told = {at: (str(one.pk), one.site.time_zone) for at, one in known.items()}
    return [told[id(line.patient)] for line in lines]


def _numbers(count: int) -> list[int]:
    """The next numbers of the ledger's order, after the entries: see the exports' horizon."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [SEQUENCE, count])
        return [number for (number,) in cursor.fetchall()]


def _row(line: NewLine, pk: UUID, eid: UUID, actor: Actor, now: datetime) -> Disclosure:
    row = Disclosure(id=pk, patient=line.patient, site_id=line.patient.site_id, audit_eid=eid)
    row.request_id, row.corrects, row.release = line.request_id, line.corrects, line.release
    row.basis, row.disclosed_on, row.disclosed_until = line.basis, line.on, line.until
    row.facts, row.form, row.more = line.facts, line.form, line.more
    row.recorded_by, row.recorded_by_name, row.recorded_at = actor.id, actor.name, now
    return row


def _draft(line: NewLine, actor: Actor, *, row: str, patient: str, zone: str) -> bulk.Draft:
    corrects = line.corrects
    return bulk.Draft(
        name=events.DISCLOSURE_CORRECTED if corrects else events.DISCLOSURE_RECORDED,
        actor=actor,
        patient=patient,
        request=line.reference,
        obj=log.Obj("disclosure", row, None),
        recipient=line.facts.recipient_name,
        purpose=line.facts.purpose or None,
        after={"basis": line.basis, "disclosed_on": str(line.on)},
        extra={"corrects": str(corrects.pk)} if corrects else None,
        day=line.on,
        zone=zone,
        openable=True,
    )


def _numbered(of: Sequence[tuple[str, UUID]], actor: Actor) -> list[bulk.Draft]:
    """An entry of its own says which of the person's disclosures this is, and which came before.

    So that a disclosure left out shows to an auditor; and apart from the disclosure's own entry, so
    that what a patient may open shows no hole where a suspended line stands.
    """
    return [
        bulk.Draft(
            name=events.DISCLOSURE_NUMBERED,
            actor=actor,
            patient=patient,
            extra={"of": str(eid), "seq": number, "prev": str(before or "")},
        )
        for (patient, eid), (number, before) in zip(of, log.number_all(of), strict=True)
    ]


def tell_count(patient: str, *, actor: Actor, reference: str, listed: int) -> None:
    """An accounting is given: how many disclosures there are by number, the last one's entry, and
    how many were listed. For auditors; nothing of it is shown to the patient."""
    count, last = log.numbered(patient)
    extra = {"disclosures": count, "last": str(last or ""), "listed": listed}
    log.append(
        events.ACCOUNTING_COUNTED, actor=actor, patient=patient, request=reference, extra=extra
    )
