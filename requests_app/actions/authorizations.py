"""Authorizations are recorded as they are examined, and end by what becomes known. 45 CFR 164.508.

A defective one is kept with its defects and never relied on.  A consent to a treatment is no
authorization: it is filed as a document of the record, and the answer says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.deadlines.calendars import latest_day
from requests_app.errors import BadInput, NotFound, Problem
from requests_app.people.models import Patient
from requests_app.permissions import Permission, may, require
from requests_app.questions import EXAMPLE_ID, choice, day, text, yes_no
from requests_app.questions.amounts import instant
from requests_app.standing import examination
from requests_app.standing.authorizations import (
    Authorization,
    AuthorizationEnding,
    AuthorizationFacts,
    Cause,
    ConsentFacts,
    ConsentOnFile,
    EndingFacts,
    Paper,
)


class Combined(models.TextChoices):
    """What the paper is combined with (b)(3)."""

    NOTHING = "nothing", _("Nothing else")
    RESEARCH = "research", _("Another permission for research")
    OTHER_AUTHORIZATION = "other_authorization", _("Another authorization")
    CONDITIONED = (
        "conditioned_authorization",
        _("An authorization that care or coverage depends on"),
    )
    OTHER_DOCUMENT = "other_document", _("Any other document, such as a consent to a treatment")


class DependsOnIt(models.TextChoices):
    """What was made to depend on signing (b)(4)."""

    NOTHING = "nothing", _("Nothing")
    RESEARCH_TREATMENT = "research_treatment", _("Treatment that is part of the research")
    PLAN_ENROLLMENT = "plan_enrollment", _("Enrollment in a health plan, asked before enrolling")
    THIRD_PARTY_CARE = "third_party_care", _("Care given only to report to somebody else")
    CARE_OR_COVERAGE = "care_or_coverage", _("Other treatment, payment, enrollment or eligibility")


@dataclass(frozen=True)
class Record:
    """What stands on the paper. What does not stand there is left open, and is a finding."""

    patient: str = text(
        name="the patient", question="Whose information?", max_length=64, example=EXAMPLE_ID
    )
    paper: Paper = choice(Paper, name="what the paper is", question="What is the paper?")
    received_at: datetime = instant(
        name="when it was received",
        question="When did any office of the practice receive it?",
        example="2026-02-27T14:05:00-05:00",
    )
    description: str | None = text(
        name="the information", question="Which information?", max_length=1000,
        multiline=True, optional=True,
    )  # fmt: skip
    discloser: str | None = text(
        name="who may disclose", question="Who may make the disclosure?",
        max_length=400, optional=True,
    )  # fmt: skip
    recipient: str | None = text(
        name="who may receive", question="Who may receive it?", max_length=400, optional=True
    )
    purpose: str | None = text(
        name="the purpose", question="For what purpose?", max_length=400, optional=True
    )
    expires_on: date | None = day(
        name="the day it ends", question="On which day does it end?", optional=True
    )
    expires_with: str | None = text(
        name="the event it ends with", question="With which event does it end?",
        max_length=400, optional=True,
    )  # fmt: skip
    signed: bool = yes_no(name="whether it is signed", question="Is it signed?")
    signed_on: date | None = day(
        name="the day of signing", question="Which date stands beside the signature?",
        not_future=True, optional=True,
    )  # fmt: skip
    signed_by_representative: bool = yes_no(
        name="whether a representative signed",
        question="Did a personal representative sign?",
        example=False,
    )
    authority: str | None = text(
        name="the authority", question="How is the representative's authority described?",
        max_length=400, optional=True,
    )  # fmt: skip
    says_revocable: bool = yes_no(
        name="whether it speaks of revoking", question="Does it say that and how it can be revoked?"
    )
    says_conditions: bool = yes_no(
        name="whether it speaks of conditions",
        question="Does it say whether care or coverage depends on signing?",
    )
    says_redisclosure: bool = yes_no(
        name="whether it speaks of further disclosure",
        question="Does it say that the recipient may disclose it again?",
    )
    plain_language: bool = yes_no(
        name="whether it is in plain language", question="Is it in plain language?"
    )
    sought_by_practice: bool = yes_no(
        name="whether the practice asked for it",
        question="Did the practice ask for it?",
        example=False,
    )
    copy_given: bool | None = yes_no(
        name="whether a copy was given", question="Was a copy given?", optional=True
    )
    psychotherapy_notes: bool = yes_no(
        name="whether it is for psychotherapy notes",
        question="Is it for psychotherapy notes?",
        example=False,
    )
    marketing_paid: bool = yes_no(
        name="whether it is for paid marketing",
        question="Is it for marketing that somebody pays the practice for?",
        example=False,
    )
    says_marketing_paid: bool | None = yes_no(
        name="whether it says so", question="Does it say that the practice is paid?", optional=True
    )
    sale: bool = yes_no(
        name="whether it is for a sale", question="Is it for a sale of information?", example=False
    )
    says_sale: bool | None = yes_no(
        name="whether it says so", question="Does it say that the practice is paid?", optional=True
    )
    combined_with: Combined = choice(
        Combined, name="what it is combined with", question="What is it combined with?"
    )
    depends_on_it: DependsOnIt = choice(
        DependsOnIt, name="what depends on it", question="What was made to depend on signing?"
    )
    known_false: bool = yes_no(
        name="whether something in it is false",
        question="Is anything in it that matters known to be false?",
        example=False,
    )
    where_kept: str | None = text(
        name="where it is kept", question="Where is the paper kept?", max_length=400, optional=True
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be."""
        if self.signed_on and self.expires_on and self.expires_on < self.signed_on:
            yield Problem("/expires_on", "The day it ends must be on or after the day of signing.")


class Learned(models.TextChoices):
    """What the practice may come to know of, other than by a request of the individual."""

    KNOWN = Cause.KNOWN.value, _("It was revoked in writing, elsewhere")
    EVENT = Cause.EVENT.value, _("The event with which it ends has happened")


@dataclass(frozen=True)
class End:
    """How an authorization has ended without a request."""

    cause: Learned = choice(Learned, name="how it ended", question="How did it end?")
    at: datetime = instant(
        name="since when",
        question="Since when does the practice know?",
        example="2026-02-27T14:05:00-05:00",
    )
    words: str = text(
        name="what shows it", question="What shows it?", max_length=1000, multiline=True
    )


@dataclass(frozen=True)
class Recorded:
    """What became of the paper: an authorization in the register, or a consent filed beside it."""

    authorization: Authorization | None = None
    consent: ConsentOnFile | None = None

    @property
    def sentence(self) -> str:
        """What whoever recorded it is told."""
        if self.authorization is None:
            return str(
                _(
                    "This is a consent, not an authorization. It was filed as a document of the record."
                )
            )
        if self.authorization.defects:
            return str(_("It was kept with its defects. Nothing may be disclosed on it."))
        return str(_("It was recorded and holds everything the rule asks for."))


def record(raw: object, *, actor: Actor, now: datetime) -> Recorded:
    """Examine and record a signed paper. Raises NotPermitted, BadInput."""
    require(actor, Permission.WORK_REQUESTS)
    asked = questions.parse(Record, raw, at="", today=latest_day(now))
    if asked.received_at > now:
        raise BadInput.one("/received_at", "When it was received must be now or in the past.")
    with transaction.atomic():
        patient = selectors.patient_named(
            asked.patient, at="/patient", actor=actor, permission=Permission.WORK_REQUESTS
        )
        if asked.paper is not Paper.AUTHORIZATION:
            return Recorded(consent=_file_consent(asked, patient, actor=actor, now=now))
        return Recorded(authorization=_record(asked, patient, actor=actor, now=now))


def end(authorization_id: str, raw: object, *, actor: Actor, now: datetime) -> AuthorizationEnding:
    """Record that one has ended by its event, or is known to have been revoked elsewhere (b)(2)."""
    require(actor, Permission.WORK_REQUESTS)
    asked = questions.parse(End, raw, at="", today=latest_day(now))
    if asked.at > now:
        raise BadInput.one("/at", "Since when must be now or in the past.")
    with transaction.atomic():
        rows = Authorization.objects.select_related("patient")
        found = selectors.one(rows.filter(pk=selectors.uuid_or_not_found(authorization_id)))
        if not may(actor, Permission.WORK_REQUESTS, site=str(found.patient.site_id)):
            raise NotFound
        row = AuthorizationEnding.objects.create(
            authorization=found,
            at=asked.at,
            cause=asked.cause.value,
            facts=EndingFacts(asked.words),
            recorded_by=actor.id,
            recorded_at=now,
        )
        extra = {"cause": row.cause, "at": asked.at.isoformat()}
        _log(events.AUTHORIZATION_ENDED, "authorization", found, actor, extra)
    return row


def _record(asked: Record, patient: Patient, *, actor: Actor, now: datetime) -> Authorization:
    term = examination.term(
        signed_on=asked.signed_on, expires_on=asked.expires_on, state=patient.site.state
    )
    row = Authorization.objects.create(
        id=uuid4(),
        patient=patient,
        in_force_from=asked.received_at,
        last_day=term.last_day,
        defects=[found.code for found in examination.defects(asked)],
        facts=_facts(asked, term.citation),
        recorded_by=actor.id,
        recorded_at=now,
    )
    extra = {"defects": " ".join(row.defects)}
    _log(events.AUTHORIZATION_RECORDED, "authorization", row, actor, extra)
    return row


def _facts(asked: Record, limit: str) -> AuthorizationFacts:
    return AuthorizationFacts(
        description=asked.description or "",
        discloser=asked.discloser or "",
        recipient=asked.recipient or "",
        purpose=asked.purpose or "",
        signed_on=asked.signed_on,
        expires_on=asked.expires_on,
        expires_with=asked.expires_with or "",
        authority=asked.authority or "",
        depends_on_it=asked.depends_on_it.value,
        combined_with=asked.combined_with.value,
        duties=tuple(found.code for found in examination.duties(asked)),
        limit=limit,
        where_kept=asked.where_kept or "",
    )


def _file_consent(asked: Record, patient: Patient, *, actor: Actor, now: datetime) -> ConsentOnFile:
    row = ConsentOnFile.objects.create(
        id=uuid4(),
        patient=patient,
        paper=asked.paper.value,
        facts=ConsentFacts(asked.description or "", asked.signed_on, asked.where_kept or ""),
        recorded_by=actor.id,
        recorded_at=now,
    )
    _log(events.CONSENT_FILED, "consent", row, actor, {"paper": row.paper})
    return row


def _log(
    name: str,
    thing: str,
    row: Authorization | ConsentOnFile,
    actor: Actor,
    extra: dict[str, str],
) -> None:
    log.append(
        name,
        actor=actor,
        patient=str(row.patient_id),
        obj=log.Obj(thing, str(row.pk), None),
        extra=extra,
    )
