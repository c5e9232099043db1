"""Whoever writes to patients asks first; outside senders are given lists of whom not to write to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from secrets import token_hex
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
from django.db import IntegrityError, transaction

from audit import log
from audit.actors import Actor, system
from requests_app import events, questions, selectors
from requests_app.actions.check import Answer
from requests_app.deadlines.calendars import day_of, latest_day
from requests_app.disclosures.check import keep, load
from requests_app.disclosures.check.facts import Against, Paper, Stands, Way
from requests_app.disclosures.check.models import CheckMade, Kept, Subject
from requests_app.disclosures.check.sending import (
    SendDecision,
    SendFacts,
    SendQuestion,
    decide_sending,
)
from requests_app.errors import BadInput
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import SERVICE, Found, Matter, register
from requests_app.kinds.base import Kind
from requests_app.kinds.models import Request
from requests_app.people import charts
from requests_app.people.models import Patient
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice
from requests_app.questions import EXAMPLE_ID, choice, many, text, yes_no
from requests_app.standing import opt_outs, preferences, reliance, stop_lists
from requests_app.standing.authorizations import Authorization
from requests_app.standing.opt_outs import Sending
from requests_app.standing.preferences import Means, PreferenceFacts
from requests_app.standing.stop_lists import StopList, Stopped

_JSON = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True)
class CheckCommunication:
    """What would be sent to the patient, and how."""

    patient: str = text(name="the patient", question="To whom?", max_length=64, example=EXAMPLE_ID)
    sending: Sending = choice(
        Sending, name="what is sent", question="What is sent?", example=Sending.BILL
    )
    means: Means = choice(Means, name="the means", question="By which means?", example=Means.POST)
    address: str | None = text(
        name="the address",
        question="To which address, e-mail address or number?",
        hint="Left open, it is the one on file.",
        max_length=400,
        optional=True,
        example="1 Example Street, Sampletown, NC 00000",
    )
    paid_by_others: bool | None = yes_no(
        name="whether others pay", question="Does somebody outside pay us to send it, or for it?",
        optional=True, example=False,
    )  # fmt: skip
    face_to_face_or_gift: bool | None = yes_no(
        name="whether it is face to face or a gift",
        question="Is it said face to face, or a promotional gift of nominal value?",
        optional=True, example=False,
    )  # fmt: skip
    authorization: str | None = text(
        name="the authorization", question="Which authorization, if it is marketing?",
        max_length=64, optional=True, example=EXAMPLE_ID,
    )  # fmt: skip
    answers: tuple[Answer, ...] | None = many(
        Answer, name="the answers", question="Answers to the questions a check gave back",
        optional=True,
    )  # fmt: skip


@dataclass(frozen=True)
class CheckedSending:
    """The answer, the facts it rests on, and the row that keeps both."""

    decision: SendDecision
    facts: SendFacts
    row: CheckMade


def ask(raw: object, *, actor: Actor, now: datetime) -> CheckedSending:
    """Answer, keep and log one question. Raises BadInput, NotPermitted."""
    asked = questions.parse(CheckCommunication, raw, at="", today=latest_day(now))
    with transaction.atomic():
        patient = selectors.patient_in_brief(
            asked.patient, at="/patient", actor=actor, permission=Permission.ASK_CHECK
        )
        facts = _facts(asked, patient, now)
        decision = decide_sending(facts)
        row = keep.keep(
            patient.pk,
            subject=Subject.COMMUNICATION,
            code=asked.sending.value,
            verdict=decision.verdict.value,
            kept=Kept(_JSON.encode(facts).decode(), _JSON.encode(decision).decode()),
            said={"extra": _said(asked, decision)},
            actor=actor,
            now=now,
        )
    return CheckedSending(decision, facts, row)


def _said(asked: CheckCommunication, decision: SendDecision) -> dict[str, Any]:
    return {
        "sending": asked.sending.value,
        "means": asked.means.value,
        "verdict": decision.verdict.value,
        "reasons": " ".join(one.code for one in decision.reasons),
        "records": " ".join(dict.fromkeys(one.record for one in decision.reasons if one.record)),
    }


# --- the facts -------------------------------------------------------------------------------------
def _facts(asked: CheckCommunication, patient: Patient, now: datetime) -> SendFacts:
    stop = opt_outs.stopped(patient.pk, asked.sending, at=now)
    return SendFacts(
        asked=SendQuestion(
            at=now,
            sending=asked.sending,
            means=asked.means,
            address=asked.address or "",
            paid_by_others=asked.paid_by_others,
            face_to_face_or_gift=asked.face_to_face_or_gift,
            answers={one.name: one.answer for one in asked.answers or ()},
        ),
        stop=_stands(stop) if stop else None,
        way=load.way(patient.pk, at=now),
        unconfirmed=_unconfirmed(patient, now),
        notice=load.look(patient.pk, on=day_of(now, patient.site.time_zone), at=now).notice,
        paper=_paper(asked.authorization, patient, now),
    )


def _stands(stop: opt_outs.Stop) -> Stands:
    return Stands(
        answer="no", sentence=stop.sentence, citation=stop.citation, record=str(stop.because)
    )


def _unconfirmed(patient: Patient, now: datetime) -> tuple[Way, ...]:
    """Wishes that name this patient and of whom nobody has confirmed yet that it is the patient."""
    person = charts.same_person(patient.pk, at=now)
    rows = Request.objects.filter(
        kind=preferences.KIND, patient_id__in=person, representative=None,
        identity_confirmed_at=None, answered_at=None,
    )  # fmt: skip
    return tuple(
        _way(row.reference, preferences.asked_facts(cast(Kind, row).details)) for row in rows
    )


def _way(record: str, facts: PreferenceFacts) -> Way:
    return Way(
        record=record,
        means=tuple(one.value for one in facts.means),
        address=facts.address,
        email=facts.email,
        telephone=facts.telephone,
        never=facts.never,
        only_about=facts.only_about,
    )


def _paper(asked: str | None, patient: Patient, now: datetime) -> Paper | None:
    if asked is None:
        return None
    pk = selectors.uuid_at(asked, at="/authorization")
    rows = Authorization.objects.select_related("patient__site")
    found = rows.filter(pk=pk, patient_id__in=charts.same_person(patient.pk, at=now)).first()
    if found is None:
        sentence = "This patient has no authorization under that id."
        raise BadInput.one("/authorization", sentence)
    against = reliance.relied_on_allowed(found, now).reasons
    return Paper(
        record=str(found.pk),
        recipient=found.facts.recipient,
        description=found.facts.description,
        against=tuple(
            Against(sentence=one.sentence, citation=one.citation, record=one.record)
            for one in against
        ),
    )


# --- lists for outside senders -----------------------------------------------------------------------
def _day_has_begun(now: datetime) -> Iterable[Found]:
    """Today's lists, from the beginning of the day at the practice. Those of a day missed are not."""
    if not practice.open_sites():
        return []
    zone = ZoneInfo(practice.zone())
    today = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    return [Found(SERVICE, today)]


def _make_lists(row: FallsDue, now: datetime) -> str:
    return "made" if make_stop_lists(now=now) else "nothing"


STOP_LISTS = Matter("stop_lists", act=_make_lists, finds=_day_has_begun)
register(STOP_LISTS)


def make_stop_lists(*, now: datetime) -> int:
    """Make today's lists, each once, as the day is at the practice; how many were made."""
    sites = practice.open_sites()
    if not sites:
        return 0
    today = day_of(now, sites[0].time_zone)
    there = set(StopList.objects.filter(made_on=today).values_list("sending", flat=True))
    return sum(_make(one, today=today, now=now) for one in Sending if one.value not in there)


def _make(sending: Sending, *, today: Any, now: datetime) -> bool:
    """One list and its entry; False when another scheduler was faster."""
    numbers = stop_lists.stopped(sending, at=now)
    try:
        with transaction.atomic():
            row = StopList.objects.create(
                id=uuid4(),
                sending=sending,
                made_on=today,
                made_at=now,
                count=len(numbers),
                stopped=Stopped(numbers, token_hex(32)),
            )
            log.append(
                events.STOP_LIST_MADE,
                actor=system("stop_lists"),
                obj=log.Obj("stop_list", str(row.pk), None),
                extra={"sending": sending.value, "count": row.count},
            )
    except IntegrityError:
        return False
    return True
