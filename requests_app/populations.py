"""Populations an auditor samples from: for each, the rows of a date range, and what each opens.

One row of the table a population, with the lines of OCR's audit protocol that ask for it.  A sample is
drawn by a stated seed, so that whoever doubts it draws the same one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.disclosures.check import facts as kept_facts
from requests_app.disclosures.check.models import CheckMade, Subject
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.kinds.models import Decision, Request
from requests_app.letters.models import Letter
from requests_app.log_review import selectors as log_reviews
from requests_app.log_review.models import LogReview
from requests_app.notices.models import Acknowledgment
from requests_app.people.endings import RepresentativeEnding
from requests_app.people.models import IdentityCheck, Refusal, Representative
from requests_app.permissions import Permission, require, sites_for
from requests_app.standing.authorizations import Authorization
from requests_app.standing.involved import PersonInvolved
from requests_app.standing.objections import ObjectionInForce
from requests_app.standing.opt_outs import Material, OptOut, Sending
from requests_app.standing.preferences import CommunicationPreference

Facts = dict[str, str | None]
#: When every request to keep something from a plan has had to be listed (the Omnibus rule).
RESTRICTIONS_SINCE = date(2013, 9, 23)


class Evidence(Enum):
    """Where a row's evidence is read."""

    REQUEST = "request"
    DISCLOSURE = "disclosure"
    REPRESENTATIVES = "representatives"
    AUTHORIZATIONS = "authorizations"
    PREFERENCES = "preferences"
    NONE = "none"  # all of it is in the row's own facts


@dataclass(frozen=True)
class Population:
    """One population.

    lines     of the audit protocol that ask for it
    rows      those this actor may see
    on        the column of its day; `site` leads to the site, empty where the rows are sifted already
    evidence  where it is read, and `of`: the reference or id by which
    """

    name: str
    title: str
    lines: tuple[int, ...]
    rows: "Rows"
    on: str
    site: str
    evidence: Evidence
    of: Callable[[Any], str]
    facts: Callable[[Any], Facts]


@dataclass(frozen=True)
class Sample:
    """What was drawn: how many there are, and the rows, in the order of the draw."""

    population: Population
    count: int
    rows: tuple[Any, ...]


def sample(
    name: str,
    *,
    actor: Actor,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    seed: str = "",
    size: int = 25,
) -> Sample:
    """Up to `size` rows of the range, drawn by the seed. KeyError for a population there is not."""
    require(actor, Permission.EXPORT_DISCLOSURES)
    require(actor, Permission.READ_REQUESTS)
    population = POPULATIONS[name]
    found = _between(population, _of_sites(population, actor, now), since, until)
    ids = sorted(found.values_list("pk", flat=True), key=lambda pk: _draw(seed, pk))
    chosen = {row.pk: row for row in found.filter(pk__in=ids[:size])}
    return Sample(population, len(ids), tuple(chosen[pk] for pk in ids[:size]))


def _draw(seed: str, pk: object) -> bytes:
    """The place of a row in the draw: the same for everybody who knows the seed."""
    return sha256(f"{seed}\0{pk}".encode()).digest()


def _of_sites(population: Population, actor: Actor, now: datetime) -> QuerySet[Any]:
    rows = population.rows(actor, now)
    sites = sites_for(actor, Permission.READ_REQUESTS)
    if sites is None or not population.site:
        return rows
    return rows.filter(**{f"{population.site}__in": sites})


def _between(
    population: Population, rows: QuerySet[Any], since: date | None, until: date | None
) -> QuerySet[Any]:
    by_day = population.on if population.on.endswith("_on") else f"{population.on}__date"
    by_day = "on" if population.on == "on" else by_day
    asked = {f"{by_day}__gte": since, f"{by_day}__lte": until}
    return rows.filter(**{name: day for name, day in asked.items() if day is not None})


# --- rows ----------------------------------------------------------------------------------------
Rows = Callable[[Actor, datetime], QuerySet[Any]]


def _all(rows: QuerySet[Any]) -> Rows:
    return lambda _actor, _now: rows.all()


def _requests(**wanted: Any) -> Rows:
    return lambda actor, now: selectors.visible_requests(actor, now=now).filter(**wanted)


def _reviews(actor: Actor, _now: datetime) -> QuerySet[Any]:
    """All of them, to whoever reads all of the log; entries are not sorted by site."""
    if sites_for(actor, Permission.READ_LOG) is not None:
        return LogReview.objects.none()
    return log_reviews.readable(actor)


def _decisions(*moves: str) -> Rows:
    def rows(actor: Actor, now: datetime) -> QuerySet[Any]:
        seen = selectors.visible_requests(actor, now=now).values("pk")
        return Decision.objects.filter(move__in=moves, request__in=seen).select_related("request")

    return rows


def _letters_under_a_preference(actor: Actor, now: datetime) -> QuerySet[Any]:
    """What went to patients while a preference of theirs was in force."""
    standing = CommunicationPreference.objects.filter(
        Q(in_force_until__isnull=True) | Q(in_force_until__gt=OuterRef("sent_at")),
        patient=OuterRef("request__patient"),
        in_force_from__lte=OuterRef("sent_at"),
    )
    seen = selectors.visible_requests(actor, now=now).values("pk")
    rows = Letter.objects.filter(Exists(standing), request__in=seen)
    return rows.select_related("request")


def _of_patients(rows: QuerySet[Any]) -> Rows:
    """What hangs on a request, if on any, only where that request may be seen."""

    def seen(actor: Actor, now: datetime) -> QuerySet[Any]:
        requests = selectors.visible_requests(actor, now=now).values("pk")
        found = rows.filter(Q(request__isnull=True) | Q(request__in=requests))
        return found.select_related("request")

    return seen


def _disclosures(*citations: str) -> Rows:
    """Lines on the bases of these rules that no correction has replaced."""

    def rows(_actor: Actor, _now: datetime) -> QuerySet[Any]:
        codes = [one.code for one in taxonomy().all.values() if one.citation.startswith(citations)]
        return Disclosure.objects.filter(basis__in=codes, corrected_by__isnull=True)

    return rows


# --- facts ---------------------------------------------------------------------------------------
def _request_facts(row: Request) -> Facts:
    return {
        "reference": row.reference,
        "kind": row.kind,
        "state": row.state,
        "received_on": str(row.received_on),
        "due_on": str(row.due_on) if row.due_on else None,
        "answered_on": str(row.answered_on) if row.answered_on else None,
    }


def _representative_facts(row: Representative) -> Facts:
    facts, refusal = row.facts, row.facts.refusal or Refusal()
    return {
        "kind": row.kind,
        "name": facts.name,
        "evidence": facts.evidence,
        "scope": facts.scope,
        "why": refusal.why,
        "facts": refusal.facts,
        "judged_by": refusal.judged_by,
        "decided_at": row.decided_at.isoformat(),
    }


def _ending_facts(row: RepresentativeEnding) -> Facts:
    who = row.representative
    return {
        "kind": who.kind,
        "name": who.facts.name,
        "scope": who.facts.scope,
        "why": row.why,
        "facts": row.facts.facts,
        "judged_by": row.facts.judged_by,
        "decided_by": row.decided_by_name,
        "decided_at": row.decided_at.isoformat(),
    }


def _letter_facts(row: Letter) -> Facts:
    return {"template": row.template, "provided": row.provided, "sent_at": row.sent_at.isoformat()}


def _authorization_facts(row: Authorization) -> Facts:
    return {
        "recipient": row.facts.recipient,
        "description": row.facts.description,
        "defects": " ".join(row.defects),
        "received_at": row.in_force_from.isoformat(),
    }


def _check_facts(row: IdentityCheck) -> Facts:
    return {
        "method": row.method,
        "evidence": row.evidence.evidence,
        "authority": row.evidence.authority,
        "checked_by": row.checked_by_name,
        "checked_at": row.checked_at.isoformat(),
    }


def _acknowledgment_facts(row: Acknowledgment) -> Facts:
    return {
        "outcome": row.outcome,
        "effort": row.effort.words,
        "on": str(row.on),
        "recorded_by": row.recorded_by_name,
    }


def _decision_facts(row: Decision) -> Facts:
    return {
        "move": row.move,
        "grounds": " ".join(row.grounds),
        "decided_by": row.decided_by_name,
        "licence": row.licence,
        "decided_at": row.decided_at.isoformat(),
    }


def _disclosure_facts(row: Disclosure) -> Facts:
    held = {f"held_{name}": value for name, value in row.facts.held.items()}
    return {
        "basis": row.basis,
        "disclosed_on": str(row.disclosed_on),
        "recipient": row.facts.recipient_name,
        "purpose": row.facts.purpose,
        **held,
    }


def _review_facts(row: LogReview) -> Facts:
    signed, second = getattr(row, "signature", None), getattr(row, "second", None)
    finding = None if signed is None or log_reviews.withheld(row) else signed.finding
    return {
        "covers_from": row.covers_from.isoformat(),
        "covers_until": row.covers_until.isoformat(),
        "reviewer": row.begun_by_name,
        "signed_at": signed.signed_at.isoformat() if signed else None,
        "finding": finding.words if finding else None,
        "done": finding.done if finding else None,
        "countersigned_by": second.signed_by_name if second else None,
    }


def _named(people: Any) -> str:
    return "; ".join(f"{one.name} ({one.relation})" if one.relation else one.name for one in people)


def _stands(row: Any) -> Facts:
    until = row.in_force_until or row.lapses_at
    return {
        "since": row.in_force_from.isoformat(),
        "until": until.isoformat() if until else None,
        "recorded_at": row.recorded_at.isoformat(),
    }


def _objection_facts(row: ObjectionInForce) -> Facts:
    facts = {"scope": row.scope, "to": _named(row.facts.people), "parts": row.facts.parts}
    return facts | _stands(row)


def _involved_facts(row: PersonInvolved) -> Facts:
    facts = row.facts
    return {
        "ground": row.ground,
        "name": facts.name,
        "relation": facts.relation,
        "part": facts.part,
        "judged_by": facts.by_whom,
        "recorded_by": row.recorded_by_name,
        **_stands(row),
    }


def _opt_out_facts(row: OptOut) -> Facts:
    return {"material": row.material, **_stands(row)}


def _check_made_facts(row: CheckMade) -> Facts:
    asked = kept_facts.read(row.kept.facts).asked
    return {
        "basis": row.code,
        "verdict": row.verdict,
        "recipient": asked.recipient,
        "purpose": asked.purpose,
        "because": asked.whole_record_because,
        "asked_at": row.asked_at.isoformat(),
    }


def _sending_facts(row: CheckMade) -> Facts:
    return {"sent": row.code, "verdict": row.verdict, "asked_at": row.asked_at.isoformat()}


def _of_its_request(row: Any) -> str:
    return str(row.request.reference) if row.request else ""


def _own(row: Any) -> str:
    return str(row.pk)


def _patients(row: Any) -> str:
    return str(row.patient_id)


def _reference(row: Request) -> str:
    return row.reference


def _of_request(row: Any) -> str:
    return str(row.request.reference)


# --- the table -----------------------------------------------------------------------------------
def _of_rule(name: str, title: str, lines: tuple[int, ...], *citations: str) -> Population:
    cited = tuple(f"45 CFR {one}" for one in citations)
    return Population(
        name, title, lines, _disclosures(*cited), "disclosed_on", "site_id", Evidence.DISCLOSURE,
        _own, _disclosure_facts,
    )  # fmt: skip


def _of_kind(name: str, title: str, lines: tuple[int, ...], kind: str) -> Population:
    return Population(
        name, title, lines, _requests(kind=kind), "received_on", "", Evidence.REQUEST, _reference,
        _request_facts,
    )  # fmt: skip


def _of_people(name: str, title: str, line: int, *, recognised: bool) -> Population:
    rows = Representative.objects.filter(recognised=recognised)
    return Population(
        name, title, (line,), _all(rows), "decided_at", "patient__site_id",
        Evidence.REPRESENTATIVES, _patients, _representative_facts,
    )  # fmt: skip


def _of_decisions(name: str, title: str, lines: tuple[int, ...], *moves: str) -> Population:
    return Population(
        name, title, lines, _decisions(*moves), "decided_at", "", Evidence.REQUEST, _of_request,
        _decision_facts,
    )  # fmt: skip


_ROWS = (
    _of_people(
        "representatives_recognised", "Representatives recognised", 3, recognised=True
    ),
    _of_people("representatives_refused", "Representatives refused", 4, recognised=False),
    Population(
        "representatives_ended", "Representatives recognised no longer", (4,),
        _all(RepresentativeEnding.objects.select_related("representative")), "decided_at",
        "representative__patient__site_id", Evidence.REPRESENTATIVES,
        lambda row: _patients(row.representative), _ending_facts,
    ),
    _of_kind(
        "communication_requests", "Requests for confidential communications", (5, 54),
        "confidential_communications",
    ),
    Population(
        "communications_sent", "What was sent while a preference was in force", (6,),
        _letters_under_a_preference, "sent_at", "", Evidence.REQUEST, _of_request, _letter_facts,
    ),
    Population(
        "authorizations", "Authorizations", (11, 12, 13, 14), _all(Authorization.objects.all()),
        "in_force_from", "patient__site_id", Evidence.AUTHORIZATIONS, _patients,
        _authorization_facts,
    ),
    _of_rule("directory", "Disclosures to the directory", (15, 16), "164.510(a)"),
    _of_rule("told_family", "Disclosures to family and others", (17, 18, 19, 20), "164.510(b)"),
    Population(
        "objections", "Objections to the directory, to telling family, to disaster relief",
        (15, 16, 17, 19, 20), _of_patients(ObjectionInForce.objects.all()), "in_force_from",
        "patient__site_id", Evidence.REQUEST, _of_its_request, _objection_facts,
    ),
    Population(
        "people_involved", "People involved in care, and on which ground", (17, 18, 20),
        _of_patients(PersonInvolved.objects.all()), "in_force_from", "patient__site_id",
        Evidence.REQUEST, _of_its_request, _involved_facts,
    ),
    _of_rule("required_by_law", "Disclosures required by law", (21,), "164.512(a)"),
    _of_rule("public_health", "Disclosures for public health", (22,), "164.512(b)"),
    _of_rule("abuse_reports", "Reports of abuse and neglect", (23,), "164.512(b)(1)(ii)", "164.512(c)"),
    _of_rule("oversight", "Disclosures to oversight agencies", (24,), "164.512(d)"),
    _of_rule("judicial", "Disclosures in legal proceedings", (25,), "164.512(e)"),
    _of_rule(
        "law_enforcement", "Disclosures to law enforcement", (26, 27, 28, 29, 30, 31), "164.512(f)"
    ),
    _of_rule("decedents", "Disclosures to coroners and funeral directors", (32,), "164.512(g)"),
    _of_rule("organ_procurement", "Disclosures for organ donation", (33,), "164.512(h)"),
    _of_rule("research", "Disclosures for research", (34, 35), "164.512(i)"),
    _of_rule("government", "Disclosures for government functions", (36, 37, 38), "164.512(k)"),
    _of_rule("workers_compensation", "Disclosures for workers' compensation", (39,), "164.512(l)"),
    Population(
        "whole_records", "Checks about a whole record, with the reason given", (41,),
        _all(CheckMade.objects.filter(subject=Subject.DISCLOSURE, whole_record=True)), "asked_at",
        "patient__site_id", Evidence.NONE, _own, _check_made_facts,
    ),
    Population(
        "fundraising_opt_outs", "Who is not asked for funds any more", (43,),
        _of_patients(OptOut.objects.filter(material=Material.FUNDRAISING)), "in_force_from",
        "patient__site_id", Evidence.REQUEST, _of_its_request, _opt_out_facts,
    ),
    Population(
        "fundraising_checks", "Checks before something was sent to raise funds", (43,),
        _all(CheckMade.objects.filter(
            subject=Subject.COMMUNICATION, code=Sending.FUNDRAISING.value)), "asked_at",
        "patient__site_id", Evidence.NONE, _own, _sending_facts,
    ),
    _of_rule("limited_data_sets", "Limited data sets", (42,), "164.514(e)"),
    Population(
        "verifications", "Checks of identity and authority", (44,),
        _all(IdentityCheck.objects.all()), "checked_at", "patient__site_id", Evidence.NONE, _own,
        _check_facts,
    ),
    Population(
        "acknowledgments", "Acknowledgments of the notice, or the reason there is none", (46,),
        _all(Acknowledgment.objects.all()), "on", "patient__site_id", Evidence.NONE, _own,
        _acknowledgment_facts,
    ),
    _of_kind(
        "restrictions", f"Requests for restrictions, kept since {RESTRICTIONS_SINCE}", (50, 51),
        "restriction",
    ),
    _of_decisions(
        "restriction_ends", "Restrictions ended", (52,), "end_at_request", "end_by_notice", "lapse"
    ),
    _of_kind("access", "Requests for access", (57, 58, 59), "access"),
    _of_decisions("denials", "Denials, whole or in part", (61, 63, 71), "deny", "grant_in_part",
                  "accept_in_part"),
    _of_decisions("reviews", "Reviews of denials", (66,), "uphold", "reverse"),
    _of_kind("amendments", "Requests for amendment", (70, 71), "amendment"),
    _of_kind("accountings", "Requests for an accounting", (72, 73, 74, 75), "accounting"),
    _of_kind("complaints", "Complaints", (79, 80), "complaint"),
    Population(
        "log_reviews", "Regular reviews of the log, with their findings", (88, 94),
        _reviews, "covers_until", "", Evidence.NONE, _own, _review_facts,
    ),
)  # fmt: skip
_populations: dict[str, Population] = {one.name: one for one in _ROWS}
POPULATIONS: Mapping[str, Population] = MappingProxyType(_populations)


def register(one: Population) -> None:
    """Add a population whose rows lie on a floor above, while the program starts."""
    if one.name in _populations:
        raise ValueError(f"{one.name}: a population has a name of its own")
    _populations[one.name] = one
