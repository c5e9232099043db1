"""Charts of patients: two of one person linked, a part of a minor's kept from a parent."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import models, transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.disclosures.models import Disclosure
from requests_app.documents import selectors as documents
from requests_app.documents.models import Document
from requests_app.errors import BadInput, NotFound, NotNow
from requests_app.people import charts
from requests_app.people.charts import ChartLink, ChartLinkFacts
from requests_app.people.models import Patient
from requests_app.people.segments import MinorControls, Segment, SegmentFacts, SegmentItem
from requests_app.permissions import Permission, may, require
from requests_app.questions import EXAMPLE_ID, choice, text

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Link:
    """Which two charts, and what shows that they are one person's."""

    patient: str = text(
        name="the patient", question="Which chart?", max_length=64, example=EXAMPLE_ID
    )
    other: str = text(
        name="the other chart", question="Which other chart of the same person?", max_length=64
    )
    why: str = text(
        name="what shows it",
        question="What shows that both are one person's?",
        max_length=1000,
        multiline=True,
    )


@dataclass(frozen=True)
class Split:
    """Which part of the chart the minor controls, and why."""

    patient: str = text(
        name="the patient", question="Which patient?", max_length=64, example=EXAMPLE_ID
    )
    because: MinorControls = choice(
        MinorControls, name="why the minor controls it", question="Why does the minor control it?"
    )
    care: str = text(
        name="which care", question="Which care is it about?", max_length=1000, multiline=True
    )
    evidence: str | None = text(
        name="what shows it", question="What shows it?", max_length=1000, multiline=True,
        optional=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """What belongs to the part: a document, or a line of the ledger."""

    document: str | None = text(
        name="the document", question="Which document?", max_length=64, optional=True
    )
    disclosure: str | None = text(
        name="the line", question="Which line of the disclosure log?", max_length=64, optional=True
    )


def link(raw: object, *, actor: Actor, now: datetime) -> ChartLink:
    """Link two charts of one person; neither changes, and what stands on either holds for both."""
    require(actor, Permission.MANAGE_PATIENTS)
    asked = questions.parse(Link, raw, at="", today=now.date())
    with transaction.atomic():
        patient = _patient(asked.patient, at="/patient", actor=actor)
        other = _patient(asked.other, at="/other", actor=actor)
        if patient.pk == other.pk:
            raise BadInput.one("/other", "Name another chart than the first.")
        if other.pk in charts.same_person(patient.pk, at=now):
            raise NotNow("These charts are linked already.")
        first, second = sorted((patient, other), key=lambda one: one.pk)
        row = ChartLink.objects.create(
            id=uuid4(), one=first, other=second, facts=ChartLinkFacts(asked.why), in_force_from=now,
            recorded_by=actor.id, recorded_by_name=actor.name,
        )  # fmt: skip
        for chart, beside in ((first, second), (second, first)):
            _log(events.CHARTS_LINKED, row, chart.pk, actor, other=str(beside.pk))
    return row


def unlink(pk: str, *, actor: Actor, now: datetime) -> ChartLink:
    """End a link that turned out wrong. It stays on record for the time it was believed."""
    require(actor, Permission.MANAGE_PATIENTS)
    with transaction.atomic():
        row = _locked(ChartLink.objects.select_related("one", "other"), pk)
        if not (_at_work(row.one, actor) and _at_work(row.other, actor)):
            raise NotFound
        _end(row, now)
        for chart in (row.one_id, row.other_id):
            _log(events.CHARTS_UNLINKED, row, chart, actor)
    return row


def split(raw: object, *, actor: Actor, now: datetime) -> Segment:
    """Put on record that the minor controls a part of the chart (164.502(g)(3)(i))."""
    require(actor, Permission.DECIDE)
    asked = questions.parse(Split, raw, at="", today=now.date())
    with transaction.atomic():
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.DECIDE
        )
        row = Segment.objects.create(
            id=uuid4(), patient=patient, because=asked.because.value,
            facts=SegmentFacts(asked.care, asked.evidence or ""), in_force_from=now,
            recorded_by=actor.id, recorded_by_name=actor.name,
        )  # fmt: skip
        _log(events.SEGMENT_MADE, row, patient.pk, actor, because=row.because)
    return row


def mark(pk: str, raw: object, *, actor: Actor, now: datetime) -> SegmentItem:
    """Say that a document or a line of the ledger belongs to the part; it goes to no parent then."""
    require(actor, Permission.MANAGE_PATIENTS)
    asked = questions.parse(Mark, raw, at="", today=now.date())
    if bool(asked.document) == bool(asked.disclosure):
        raise BadInput.one("/document", "Name one document, or one line of the disclosure log.")
    with transaction.atomic():
        segment = _locked(Segment.objects.select_related("patient"), pk)
        if not _at_work(segment.patient, actor):
            raise NotFound
        if segment.in_force_until is not None:
            raise NotNow("This part of the chart has been opened again.")
        item = SegmentItem(id=uuid4(), segment=segment, marked_by=actor.id, marked_at=now)
        person = charts.same_person(segment.patient_id, at=now)
        if asked.document:
            item.document_id = _document(asked.document, person)
        else:
            item.disclosure_id = _disclosure(asked.disclosure or "", person)
        of = (
            {"document": item.document_id} if asked.document else {"disclosure": item.disclosure_id}
        )
        same = SegmentItem.objects.filter(segment=segment, **of)
        found = same.first()
        if found is not None:
            return found
        item.save(force_insert=True)
        what = {
            "document": str(item.document_id or ""),
            "disclosure": str(item.disclosure_id or ""),
        }
        _log(events.SEGMENT_MARKED, segment, segment.patient_id, actor, **what)
    return item


def join(pk: str, *, actor: Actor, now: datetime) -> Segment:
    """End a split: the part is as the rest of the chart from now on."""
    require(actor, Permission.DECIDE)
    with transaction.atomic():
        row = _locked(Segment.objects.select_related("patient"), pk)
        if not may(actor, Permission.DECIDE, site=str(row.patient.site_id)):
            raise NotFound
        _end(row, now)
        _log(events.SEGMENT_ENDED, row, row.patient_id, actor)
    return row


def _patient(asked: str, *, at: str, actor: Actor) -> Patient:
    return selectors.patient_named(asked, at=at, actor=actor, permission=Permission.MANAGE_PATIENTS)


def _at_work(patient: Patient, actor: Actor) -> bool:
    return may(actor, Permission.MANAGE_PATIENTS, site=str(patient.site_id))


def _locked(rows: "models.QuerySet[Row]", pk: str) -> Row:
    found = rows.select_for_update(of=("self",)).filter(pk=selectors.uuid_or_not_found(pk))
    return selectors.one(found)


def _end(row: ChartLink | Segment, now: datetime) -> None:
    if row.in_force_until is not None:
        raise NotNow("This has been ended already.")
    row.in_force_until = now
    row.save(update_fields=["in_force_until"])


def _document(asked: str, person: frozenset[UUID]) -> UUID:
    pk = selectors.uuid_at(asked, at="/document")
    if not Document.objects.filter(documents.of_whom(person), pk=pk).exists():
        raise BadInput.one("/document", "This patient has no document under that id.")
    return pk


def _disclosure(asked: str, person: frozenset[UUID]) -> UUID:
    pk = selectors.uuid_at(asked, at="/disclosure")
    if not Disclosure.objects.filter(pk=pk, patient__in=person).exists():
        raise BadInput.one("/disclosure", "This patient has no line under that id.")
    return pk


def _log(name: str, row: models.Model, patient: UUID, actor: Actor, **after: str) -> None:
    log.append(
        name,
        actor=actor,
        patient=str(patient),
        obj=log.Obj(row._meta.model_name or "", str(row.pk)),
        after=after or None,
    )
