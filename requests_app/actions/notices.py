"""The notice of privacy practices: published in versions, acknowledged by patients (164.520)."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import uuid4

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.notices import copies
from requests_app.notices import selectors as notices
from requests_app.notices.elements import elements
from requests_app.notices.models import (
    Acknowledgment,
    Channel,
    Effort,
    NoticeReceipt,
    NoticeVersion,
    Outcome,
)
from requests_app.people.models import Patient
from requests_app.permissions import Permission, require
from requests_app.questions import EXAMPLE_ID, choice, day, many, text, yes_no


@dataclass(frozen=True)
class ElementAnswer:
    """What the publisher says of one required element."""

    element: str = text(
        name="the element", question="Which element?", max_length=64, example="header"
    )
    present: bool = yes_no(name="whether it is there", question="Is it in the notice?")
    where: str | None = text(
        name="where it stands", question="Where?", max_length=200, optional=True
    )


@dataclass(frozen=True)
class Publish:
    """A version of the notice, whole, with the publishing checklist."""

    text: str = text(
        name="the text of the notice",
        question="The whole text of the notice",
        max_length=100_000,
        multiline=True,
    )
    published_on: date = day(
        name="the day of publication",
        question="On which day was it, or is it, first printed or published?",
        not_future=True,
    )
    effective_on: date = day(
        name="the first day in effect", question="From which day is it in effect?"
    )
    holds_part2: bool = yes_no(
        name="whether you hold part 2 records",
        question="Does the practice hold records of substance use disorder treatment under 42 CFR "
        "part 2?",
        example=False,
    )
    raises_funds: bool = yes_no(
        name="whether you raise funds",
        question="Does the practice intend to contact patients to raise funds?",
        example=False,
    )
    checklist: tuple[ElementAnswer, ...] | None = many(
        ElementAnswer,
        name="the checklist",
        question="Which of the required elements are in it, and where?",
        max_items=100,
        optional=True,
    )

    def problems(self) -> list[Problem]:
        """164.520(b)(1)(viii): a notice is not in effect before it is published."""
        found = []
        if self.effective_on < self.published_on:
            found.append(
                Problem(
                    "/effective_on",
                    "A notice takes effect on the day it is published or later "
                    "(45 CFR 164.520(b)(1)(viii)).",
                )
            )
        known, seen = {element.id for element in elements()}, set()
        for position, answer in enumerate(self.checklist or ()):
            at = f"/checklist/{position}/element"
            if answer.element not in known:
                found.append(Problem(at, "Choose one of the elements of the checklist."))
            if answer.element in seen:
                found.append(Problem(at, "Answer each element once."))
            seen.add(answer.element)
        return found


@dataclass(frozen=True)
class Acknowledged:
    """What came of the effort to get a patient's acknowledgment (164.520(c)(2)(ii))."""

    patient: str = text(
        name="the patient", question="Which patient?", max_length=64, example=EXAMPLE_ID
    )
    outcome: Outcome = choice(
        Outcome,
        name="what came of it",
        question="Was receipt of the notice acknowledged?",
        example=Outcome.SIGNED,
    )
    effort: str | None = text(
        name="what was done and why there is none",
        question="If not: what was done to get it, and why was it not got?",
        max_length=1000,
        multiline=True,
        optional=True,
    )
    on: date | None = day(
        name="the day", question="On which day, if not today?", not_future=True, optional=True
    )

    def problems(self) -> list[Problem]:
        """An acknowledgment that was not got needs the effort and the reason."""
        if self.outcome == Outcome.NOT_OBTAINED and not self.effort:
            sentence = (
                "Enter what was done to get it and why it was not got (45 CFR 164.520(c)(2)(ii))."
            )
            return [Problem("/effort", sentence)]
        if self.outcome == Outcome.CONFIRMED:
            sentence = "Only the patient confirms in this service. Choose how you got it yourself."
            return [Problem("/outcome", sentence)]
        return []


@dataclass(frozen=True)
class Confirm:
    """For whom the account confirms that the notice was received."""

    patient: str | None = text(
        name="the patient",
        question="For whom?",
        hint="Only if your account acts for several.",
        max_length=64,
        example=EXAMPLE_ID,
        optional=True,
    )


def publish(raw: object, *, actor: Actor, now: datetime) -> NoticeVersion:
    """Keep a version whole, with its hash and checklist. What it lacks is flagged, not refused."""
    asked = questions.parse(Publish, raw, at="", today=now.date())
    require(actor, Permission.MANAGE_PRACTICE)
    with transaction.atomic():
        _fits_between(asked.effective_on)
        row = NoticeVersion.objects.create(
            id=uuid4(),
            text=asked.text,
            sha256=sha256(asked.text.encode()).hexdigest(),
            published_on=asked.published_on,
            effective_on=asked.effective_on,
            holds_part2=asked.holds_part2,
            raises_funds=asked.raises_funds,
            checklist=_checklist(asked),
            recorded_by=actor.id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        log.append(
            events.NOTICE_PUBLISHED,
            actor=actor,
            obj=log.Obj("notice", str(row.pk), None),
            after={"sha256": row.sha256, "effective_on": str(row.effective_on)},
            extra={"lacks": len(notices.lacks(row, on=asked.effective_on))},
        )
    return row


def acknowledge(raw: object, *, actor: Actor, now: datetime) -> Acknowledgment:
    """Staff record an acknowledgment, or the effort without one; of the version then in force."""
    asked = questions.parse(Acknowledged, raw, at="", today=now.date())
    with transaction.atomic():
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.FILE_FOR_OTHERS
        )
        on = asked.on or day_of(now, patient.site.time_zone)
        return _record(
            patient, asked.outcome, on=on, effort=asked.effort or "", actor=actor, now=now
        )


def confirm(raw: object, *, actor: Actor, now: datetime) -> Acknowledgment:
    """The patient confirms in this service that the notice in force was received."""
    asked = questions.parse(Confirm, raw, at="", today=now.date())
    require(actor, Permission.FILE_OWN)
    with transaction.atomic():
        link = selectors.link_for(actor, asked.patient, now=now)
        if link is None:
            raise NotNow(
                "Your account is not tied to a patient yet, so there is nobody to confirm for."
            )
        on = day_of(now, link.site.time_zone)
        patient = Patient.objects.get(pk=link.patient_id)
        return _record(patient, Outcome.CONFIRMED, on=on, effort="", actor=actor, now=now)


def _record(
    patient: Patient, outcome: Outcome, *, on: date, effort: str, actor: Actor, now: datetime
) -> Acknowledgment:
    notice = notices.in_force(on=on)
    if notice is None:
        raise NotNow(
            "No notice was in force here on that day: publish the practice's notice first.",
            citation="45 CFR 164.520(a)(1)",
        )
    _tie(patient, notice, outcome, on=on, actor=actor, now=now)
    row = Acknowledgment.objects.create(
        id=uuid4(),
        patient=patient,
        notice=notice,
        outcome=outcome,
        effort=Effort(effort),
        on=on,
        recorded_by=actor.id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )
    log.append(
        events.NOTICE_ACKNOWLEDGED,
        actor=actor,
        patient=str(patient.pk),
        obj=log.Obj("acknowledgment", str(row.pk), None),
        after={"outcome": outcome.value, "notice_sha256": notice.sha256},
    )
    return row


def _tie(
    patient: Patient,
    notice: NoticeVersion,
    outcome: Outcome,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Who was asked to acknowledge a version has received it; in an emergency it may come after."""
    if outcome == Outcome.EMERGENCY:
        return
    if not NoticeReceipt.objects.filter(patient=patient, notice=notice).exists():
        channel = Channel.PORTAL if outcome == Outcome.CONFIRMED else Channel.HANDED
        copies.receipt(patient, notice, channel=channel, on=on, actor=actor, now=now)


def _checklist(asked: Publish) -> dict[str, dict[str, object]]:
    return {
        answer.element: {"present": answer.present, "where": answer.where or ""}
        for answer in asked.checklist or ()
    }


def _fits_between(effective_on: date) -> None:
    """Which notice was in force on a day has one answer: no version slips in between two others."""
    days = sorted(NoticeVersion.objects.values_list("effective_on", flat=True))
    if days and days[0] <= effective_on <= days[-1]:
        raise BadInput.one(
            "/effective_on",
            "Another version was in effect from that day or took effect later. Enter a later day.",
        )
