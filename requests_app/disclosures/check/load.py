"""The facts of a check, from PostgreSQL, in a number of queries that does not grow.

One statement says which registers hold anything about the patient at all; only those are opened.
Its questions are wider than what is then opened: whatever could matter at that instant is looked at.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Q
from msgspec.structs import replace

from requests_app.deadlines.calendars import day_of
from requests_app.disclosures.check.facts import (
    Against,
    Associate,
    Dispute,
    Facts,
    Notice,
    Paper,
    Question,
    RecipientKind,
    Restricted,
    Stands,
    Way,
)
from requests_app.disclosures.check.restricted import codes_in
from requests_app.kinds.models import Request
from requests_app.letters.models import Letter
from requests_app.people import charts
from requests_app.people.models import Patient, Representative
from requests_app.practice.models import BusinessAssociate
from requests_app.practice.selectors import in_force as on_day
from requests_app.standing import (
    amendment_links,
    involved,
    objections,
    opt_outs,
    preferences,
    reliance,
    restrictions,
)
from requests_app.standing.amendment_links import (
    AmendmentLink,
    AmendmentPaper,
    Outcome,
    PaperKind,
)
from requests_app.standing.authorizations import Authorization
from requests_app.standing.involved import PersonInvolved
from requests_app.standing.objections import ObjectionInForce, Scope
from requests_app.standing.opt_outs import OptOut, Sending
from requests_app.standing.preferences import CommunicationPreference
from requests_app.standing.restrictions import AgreedRestriction, RestrictionKind

_HOLDING = ", ".join(f"'{state}'" for state in restrictions.HOLDING)
#: The registers a check looks into, and what of each is about a patient.
REGISTERS: dict[type[models.Model], str] = {
    AgreedRestriction: "",
    Request: (
        "AND held.kind = 'restriction' AND (held.state IN "  # noqa: S608 - names of states
        f"({_HOLDING}) OR EXISTS (SELECT 1 FROM "
        "requests_app_statusrow AS row WHERE row.request_id = held.id AND row.at > %(at)s))"
    ),
    AmendmentLink: "AND held.outcome = 'disputed'",
    ObjectionInForce: "",
    PersonInvolved: "",
    Representative: "",
    CommunicationPreference: "",
    OptOut: "",
}


#: A dispute goes along once one of these was added; a summary may stand for those that are carried.
_GOES_ALONG = {PaperKind.STATEMENT, PaperKind.WISH}
_CARRIED = {PaperKind.STATEMENT, PaperKind.REBUTTAL}


@dataclass(frozen=True, slots=True)
class About:
    """What is known before anything is opened: every chart of the person, registers, the notice."""

    person: frozenset[UUID]
    holds: frozenset[type[models.Model]]
    notice: Notice | None


def facts(
    patient: Patient,
    asked: Question,
    *,
    authorization: Authorization | None = None,
    associate: BusinessAssociate | None = None,
) -> Facts:
    """Everything the decision rests on, as it stood at `asked.at`. `patient.site` is loaded."""
    about = look(patient.pk, on=asked.today, at=asked.at)
    found = Facts(asked=asked, notice=about.notice)
    if AgreedRestriction in about.holds or Request in about.holds:
        found = replace(found, restricted=_restricted(patient, asked, about))
    if AmendmentLink in about.holds:
        found = replace(found, disputes=_disputes(patient.pk, asked))
    if CommunicationPreference in about.holds and asked.recipient_kind == RecipientKind.PATIENT:
        found = replace(found, way=way(patient.pk, at=asked.at))
    if asked.basis in {"FAM", "DIR", "IND"}:
        found = _people(found, patient, about)
    if asked.fundraising and OptOut in about.holds:
        found = replace(found, no_fundraising=_opted_out(patient.pk, asked.at))
    if authorization is not None:
        found = replace(found, paper=_paper(authorization, asked))
    if associate is not None:
        found = replace(found, associate=_associate(associate, asked.today))
    return found


# --- which registers ---------------------------------------------------------------------------
#: Whether another chart was ever linked to this one: then what stands on either holds for both.
_LINKED = (
    "EXISTS (SELECT 1 FROM requests_app_chartlink AS link "
    "WHERE link.one_id {person} OR link.other_id {person})"
)
#: How a row is told to be about the person; of one chart, the usual, it is planned once for all.
_ONE, _SEVERAL = "= %(person)s", "= ANY(%(person)s)"


@cache
def _statement(person: str) -> str:
    held = ", ".join(
        f"EXISTS (SELECT 1 FROM {model._meta.db_table} AS held "  # noqa: S608 - names of tables
        f"WHERE held.patient_id {person} {more})"
        for model, more in REGISTERS.items()
    )
    linked = _LINKED.format(person=person)
    return (
        f"SELECT {held}, {linked}, notice.id, notice.said, notice.describes FROM (SELECT 1) AS one "  # noqa: S608
        "LEFT JOIN LATERAL (SELECT id, describes, "
        "coalesce((checklist->'fundraising'->>'present')::boolean, false) AND raises_funds AS said "
        "FROM requests_app_noticeversion WHERE effective_on <= %(on)s "
        "ORDER BY effective_on DESC LIMIT 1) AS notice ON true"
    )


def look(patient: UUID, *, on: date, at: datetime) -> About:
    """Which registers hold anything about the person, and the notice in force that day."""
    about, linked = _look(frozenset({patient}), on=on, at=at)
    if not linked:
        return about
    return _look(charts.same_person(patient, at=at), on=on, at=at)[0]


def _look(person: frozenset[UUID], *, on: date, at: datetime) -> tuple[About, bool]:
    charts_of = list(person)
    one = len(charts_of) == 1
    asked = {"person": charts_of[0] if one else charts_of, "on": on, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_statement(_ONE if one else _SEVERAL), asked)
        *held, linked, notice, said, describes = cursor.fetchone()
    holds = frozenset(model for model, there in zip(REGISTERS, held, strict=True) if there)
    return About(person, holds, _notice(notice, said, describes)), linked


def _notice(pk: UUID | None, said: bool, describes: Any) -> Notice | None:
    if pk is None:
        return None
    # A cursor of Django's hands over jsonb as text.
    told = json.loads(describes) if isinstance(describes, str) else describes
    return Notice(record=str(pk), fundraising=said, describes=None if told is None else tuple(told))


# --- restrictions and held claims --------------------------------------------------------------
def _restricted(patient: Patient, asked: Question, about: About) -> tuple[Restricted, ...]:
    found: list[Restricted] = []
    zone = patient.site.time_zone
    if AgreedRestriction in about.holds:
        found += [
            _agreed(one, zone)
            for one in restrictions.in_force(patient.pk, at=asked.at, person=about.person)
        ]
    if Request in about.holds:
        found += [
            _hold(one)
            for one in restrictions.claim_holds(patient.pk, at=asked.at, person=about.person)
        ]
    return tuple(found)


def _agreed(one: restrictions.InForce, zone: str) -> Restricted:
    scope = one.scope
    return Restricted(
        record=one.reference,
        kind=one.kind.value,
        information=scope.information,
        recipients=scope.recipients,
        named=scope.named,
        limit=scope.limit,
        codes=scope.codes,
        reveals=scope.reveals,
        first_day=scope.service_from,
        last_day=scope.service_until,
        covers_until=day_of(one.covers_until, zone) if one.covers_until else None,
    )


def _hold(one: restrictions.ClaimHold) -> Restricted:
    return Restricted(
        record=one.reference,
        kind=RestrictionKind.OUT_OF_POCKET.value,
        information=one.information,
        recipients=(restrictions.Recipient.HEALTH_PLAN.value,),
        codes=codes_in(one.information),
        first_day=one.service_on,
        last_day=one.service_on,
        held=True,
    )


# --- what goes along, people, ways -------------------------------------------------------------
def _disputes(patient: UUID, asked: Question) -> tuple[Dispute, ...]:
    """Disputed records of which something goes along, told apart by what stands in the clear."""
    links = amendment_links.links(patient, at=asked.at).filter(outcome=Outcome.DISPUTED)
    rows = [(link.request_id, link) for link in links if link.request_id is not None]
    requests = [request for request, _ in rows]
    papers: dict[UUID, list[AmendmentPaper]] = defaultdict(list)
    letters: dict[tuple[UUID, int], list[Letter]] = defaultdict(list)
    added = AmendmentPaper.objects.filter(request_id__in=requests, added_at__lte=asked.at)
    for paper in added.order_by("added_at", "version").defer("text"):
        papers[paper.request_id].append(paper)
    for letter in Letter.objects.filter(request_id__in=requests).defer("text"):
        letters[letter.request_id, letter.version].append(letter)
    return tuple(
        _dispute(link, papers[request], letters[request, link.version])
        for request, link in rows
        if {paper.what for paper in papers[request]} & _GOES_ALONG
    )


def _dispute(link: AmendmentLink, added: list[AmendmentPaper], denial: list[Letter]) -> Dispute:
    carried = [paper for paper in added if paper.what in _CARRIED]
    last = max([*(one.added_at for one in carried), *(one.sent_at for one in denial)], default=None)
    summaries = [one.added_at for one in added if one.what == PaperKind.SUMMARY]
    assert link.request is not None
    titles = ("Request for amendment", "Denial", *(PaperKind(one.what).label for one in carried))
    return Dispute(
        record=link.request.reference,
        item=link.facts.record,
        papers=tuple(dict.fromkeys(map(str, titles))),
        summary=bool(summaries) and (last is None or max(summaries) >= last),
    )


def _people(found: Facts, patient: Patient, about: About) -> Facts:
    asked = found.asked
    someone = about.holds & {ObjectionInForce, PersonInvolved, Representative}
    if asked.recipient and someone:
        said = involved.may_speak(patient, asked.recipient, at=asked.at)
        found = replace(found, speaking=_said(said))
    elif asked.basis == "IND" and asked.recipient_kind == RecipientKind.REPRESENTATIVE:
        nobody = Stands(answer="ask", sentence="", citation="45 CFR 164.502(g)")
        found = replace(found, speaking=nobody)
    if ObjectionInForce not in about.holds:
        return found
    scope = Scope.DIRECTORY if asked.basis == "DIR" else Scope.DISASTER_RELIEF
    rows = objections.objections(patient.pk, scope, at=asked.at)
    words = "The patient has objected to this."
    return replace(
        found,
        objections=tuple(
            Stands(answer="no", sentence=words, citation=scope.citation, record=str(row.pk))
            for row in rows
        ),
    )


def _said(said: involved.MaySpeak) -> Stands:
    return Stands(
        answer=said.answer.value,
        sentence=said.sentence,
        citation=said.citation,
        part=said.part,
        record=str(said.because) if said.because else "",
    )


def way(patient: UUID, *, at: datetime) -> Way | None:
    """How the patient asked to be reached, if a preference counts at that instant."""
    row = preferences.in_force(patient, representative=None, at=at)
    if row is None:
        return None
    facts = row.facts
    return Way(
        record=str(row.pk),
        means=tuple(one.value for one in facts.means),
        address=facts.address,
        email=facts.email,
        telephone=facts.telephone,
        never=facts.never,
        only_about=facts.only_about,
    )


def _opted_out(patient: UUID, at: datetime) -> Stands | None:
    stop = opt_outs.stopped(patient, Sending.FUNDRAISING, at=at)
    if stop is None:
        return None
    return Stands(
        answer="no", sentence=stop.sentence, citation=stop.citation, record=str(stop.because)
    )


# --- what the question names ---------------------------------------------------------------------
def _paper(row: Authorization, asked: Question) -> Paper:
    against = reliance.relied_on_allowed(row, asked.at, insurer_contests=asked.insurer_contests)
    return Paper(
        record=str(row.pk),
        recipient=row.facts.recipient,
        description=row.facts.description,
        against=tuple(Against(sentence=one.sentence, citation=one.citation, record=one.record)
                      for one in against.reasons),
    )  # fmt: skip


def _associate(row: BusinessAssociate, today: date) -> Associate:
    standing = BusinessAssociate.objects.filter(Q(pk=row.pk) & on_day(today)).exists()
    return Associate(record=str(row.pk), name=row.name, in_force=standing)
