"""Whoever is about to send asks first. Every answer is kept with its facts, and is an entry."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit.actors import Actor
from requests_app import questions, selectors
from requests_app.actions.disclosures import Held
from requests_app.deadlines.calendars import day_of, latest_day
from requests_app.disclosures.check.facts import Content, Line, Question, RecipientKind
from requests_app.disclosures.check.keep import Checked, Named, answer
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import BadInput, Problem
from requests_app.people import charts
from requests_app.people.models import Patient
from requests_app.permissions import Permission
from requests_app.practice.models import BusinessAssociate
from requests_app.questions import EXAMPLE_ID, choice, choices, day, in_order, many, text, yes_no
from requests_app.standing.authorizations import Authorization


@dataclass(frozen=True)
class Answer:
    """The answer to one of the questions a check gave back."""

    name: str = text(
        name="the name of the question", question="Which question?", max_length=64,
        example="in_custody",
    )  # fmt: skip
    answer: bool = yes_no(name="the answer", question="Yes or no?")


@dataclass(frozen=True)
class Service:
    """One billed service."""

    code: str = text(
        name="the billing code", question="Billing code", max_length=16, example="97110"
    )
    on: date | None = day(name="the day of service", question="Provided on which day?", optional=True)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One record, as the practice names it."""

    record: str = text(
        name="the record", question="Which record?", max_length=200,
        example="Visit of 12 January 2026, assessment",
    )  # fmt: skip


@dataclass(frozen=True)
class CheckDisclosure:
    """What somebody is about to disclose. What is left open comes back as a question."""

    patient: str = text(
        name="the patient", question="About whom?", max_length=64, example=EXAMPLE_ID
    )
    basis: str | None = text(
        name="the basis", question="On which basis?", max_length=16, optional=True, example="PAY"
    )
    recipient: str | None = text(
        name="who receives it", question="Who receives it?", max_length=200, optional=True,
        example="Example Health Plan",
    )  # fmt: skip
    recipient_kind: RecipientKind | None = choice(
        RecipientKind, name="what the recipient is", question="What is the recipient?",
        optional=True, example=RecipientKind.HEALTH_PLAN,
    )  # fmt: skip
    purpose: str | None = text(
        name="the purpose", question="For what purpose?", max_length=1000, multiline=True,
        optional=True, example="A claim for the visit of March 2",
    )  # fmt: skip
    contents: tuple[Content, ...] | None = choices(
        Content, name="the kinds of information", question="Which kinds of information?",
        optional=True, example=(Content.BILLING,),
    )  # fmt: skip
    services: tuple[Service, ...] | None = many(
        Service, name="the services", question="Which billed services?", max_items=100,
        optional=True,
    )  # fmt: skip
    service_from: date | None = day(
        name="the first day", question="Services from which day?", optional=True
    )
    service_until: date | None = day(
        name="the last day", question="Services until which day?", optional=True
    )
    items: tuple[Item, ...] | None = many(
        Item, name="the records", question="Which records?", max_items=100, optional=True
    )
    whole_record_because: str | None = text(
        name="why the whole record is needed", question="Why is the whole record needed?",
        max_length=1000, multiline=True, optional=True,
    )  # fmt: skip
    fundraising: bool | None = yes_no(
        name="whether it is for raising funds", question="Is it for raising funds?", optional=True,
        example=False,
    )  # fmt: skip
    emergency: bool | None = yes_no(
        name="whether it is an emergency", question="Is it for emergency treatment?",
        optional=True, example=False,
    )  # fmt: skip
    emergency_need: str | None = text(
        name="why it is needed", question="Why is it needed for the emergency treatment?",
        max_length=1000, multiline=True, optional=True,
    )  # fmt: skip
    authorization: str | None = text(
        name="the authorization", question="Which authorization?", max_length=64, optional=True,
        example=EXAMPLE_ID,
    )  # fmt: skip
    insurer_contests: bool | None = yes_no(
        name="whether the insurer contests",
        question="Does it go to the insurer that contests a claim or the policy?",
        optional=True, example=False,
    )  # fmt: skip
    business_associate: str | None = text(
        name="the business associate", question="Which business associate?", max_length=64,
        optional=True, example=EXAMPLE_ID,
    )  # fmt: skip
    standard_transaction: bool | None = yes_no(
        name="whether it is a standard transaction",
        question="Does it go as a standard transaction, such as an X12 claim?", optional=True,
    )  # fmt: skip
    excluded_answer: bool | None = yes_no(
        name="the deciding question",
        question="The answer to the basis's deciding question, if it has one",
        optional=True, example=False,
    )  # fmt: skip
    held: tuple[Held, ...] | None = many(
        Held, name="what the basis asks to be kept", question="What the basis asks to keep",
        optional=True,
    )  # fmt: skip
    answers: tuple[Answer, ...] | None = many(
        Answer, name="the answers", question="Answers to the questions a check gave back",
        max_items=100, optional=True,
    )  # fmt: skip

    def problems(self) -> list[Problem]:
        found = in_order(self.service_from, self.service_until, at="/service_until")
        if self.basis is not None and self.basis not in taxonomy().all:
            found.append(Problem("/basis", "Choose a basis from the list, or leave it open."))
        return found


def ask(raw: object, *, actor: Actor, now: datetime) -> Checked:
    """Answer, keep and log one question. Raises BadInput, NotPermitted."""
    asked = questions.parse(CheckDisclosure, raw, at="", today=latest_day(now))
    with transaction.atomic():
        found = name(asked, actor=actor, permission=Permission.ASK_CHECK, now=now)
        return answer(found, actor=actor, now=now)


def name(
    asked: CheckDisclosure, *, actor: Actor, permission: Permission, now: datetime, at: str = ""
) -> Named:
    """Load what the question names. Raises BadInput below `at`, at the pointer of what is not there."""
    patient = selectors.patient_in_brief(
        asked.patient, at=f"{at}/patient", actor=actor, permission=permission
    )
    return named(asked, patient, now=now, at=at)


def named(asked: CheckDisclosure, patient: Patient, *, now: datetime, at: str = "") -> Named:
    """The same for a patient that is known."""
    return Named(
        patient,
        _question(asked, at=now, today=day_of(now, patient.site.time_zone)),
        _authorization(asked.authorization, patient, now, at=f"{at}/authorization"),
        _associate(asked.business_associate, f"{at}/business_associate"),
    )


def _question(asked: CheckDisclosure, *, at: datetime, today: date) -> Question:
    return Question(
        at=at,
        today=today,
        basis=asked.basis or "",
        recipient=asked.recipient or "",
        recipient_kind=asked.recipient_kind,
        purpose=asked.purpose or "",
        contents=asked.contents or (),
        lines=tuple(Line(code=one.code, on=one.on) for one in asked.services or ()),
        records=tuple(one.record for one in asked.items or ()),
        first_day=asked.service_from,
        last_day=asked.service_until,
        whole_record_because=asked.whole_record_because or "",
        fundraising=asked.fundraising,
        emergency=bool(asked.emergency),
        emergency_need=asked.emergency_need or "",
        insurer_contests=bool(asked.insurer_contests),
        standard_transaction=bool(asked.standard_transaction),
        excluded_answer=asked.excluded_answer,
        held={one.name: one.value for one in asked.held or ()},
        answers={one.name: one.answer for one in asked.answers or ()},
    )


def _authorization(
    asked: str | None, patient: Patient, now: datetime, *, at: str
) -> Authorization | None:
    if asked is None:
        return None
    pk = selectors.uuid_at(asked, at=at)
    person = charts.same_person(patient.pk, at=now)
    rows = Authorization.objects.select_related("patient__site")
    rows = rows.filter(pk=pk, patient_id__in=person)
    found = rows.first()
    if found is None:
        sentence = "This patient has no authorization under that id."
        raise BadInput.one(at, sentence)
    return found


def _associate(asked: str | None, at: str) -> BusinessAssociate | None:
    if asked is None:
        return None
    pk = selectors.uuid_at(asked, at=at)
    found = BusinessAssociate.objects.filter(pk=pk).first()
    if found is None:
        sentence = "There is no business associate under that id."
        raise BadInput.one(at, sentence)
    return found
