"""Releases planned for later: checked when planned, and again at the moment of sending.

Asked "due and not yet acted", like every sweep: safe to repeat, and from several schedulers.  What
the check does not let go at that moment is stopped, and the plan with it, until somebody has looked.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from audit import log
from audit.actors import Actor, system
from requests_app import events, questions, selectors
from requests_app.actions import check
from requests_app.actions.check import CheckDisclosure
from requests_app.deadlines.calendars import day_of, latest_day
from requests_app.disclosures import register
from requests_app.disclosures.check import keep
from requests_app.disclosures.check.findings import Decision
from requests_app.disclosures.check.keep import Checked, Named
from requests_app.disclosures.models import Disclosure, DisclosureFacts
from requests_app.disclosures.planned import (
    Outcome,
    Planned,
    PlannedRelease,
    ReleaseInstant,
    next_instant,
)
from requests_app.disclosures.taxonomy import HeldFrom, taxonomy
from requests_app.errors import BadInput, NotFound, NotNow, Problem
from requests_app.falling_due.models import FallsDue
from requests_app.falling_due.registry import Found, Matter
from requests_app.falling_due.registry import register as register_matters
from requests_app.outbox import Audience, Topic, tell_once
from requests_app.permissions import Permission, may, require, sites_for
from requests_app.questions import group, text
from requests_app.questions.amounts import instant, whole


@dataclass(frozen=True)
class PlanRelease:
    """What is to be released, when, and what the ledger will say of it."""

    check: CheckDisclosure = group(CheckDisclosure, question="What is to be disclosed?")
    description: str = text(
        name="what is disclosed", question="What is disclosed? A brief description",
        max_length=1000, multiline=True, example="Visit notes of 2025",
    )  # fmt: skip
    recipient_address: str | None = text(
        name="the recipient's address", question="Their address, if known", max_length=400,
        optional=True, example="4 Example Street, Sampletown, NC 00000",
    )  # fmt: skip
    at: datetime = instant(name="when", question="When is it sent, the first time?")
    every_days: int | None = whole(
        name="the interval", question="Every how many days, if it returns?", least=1, most=366,
        optional=True, example=7,
    )  # fmt: skip

    def problems(self) -> list[Problem]:
        if self.check.basis is None:
            return [Problem("/check/basis", "Choose the basis: without one nothing is planned.")]
        return []


def plan(raw: object, *, actor: Actor, now: datetime) -> PlannedRelease:
    """Plan a release. Raises NotNow when the check does not let it go; nothing is then planned."""
    require(actor, Permission.RECORD_DISCLOSURE)
    asked = questions.parse(PlanRelease, raw, at="", today=latest_day(now))
    if asked.at < now:
        raise BadInput.one("/at", "The moment must be now or in the future.")
    with transaction.atomic():
        permission = Permission.RECORD_DISCLOSURE
        named = check.name(asked.check, actor=actor, permission=permission, now=now, at="/check")
        checked = keep.answer(named, actor=actor, now=now)
        _let_go(checked.decision)
        return _planned(raw, asked, checked, named, actor=actor, now=now)


def call_off(release_id: str, *, actor: Actor, now: datetime) -> PlannedRelease:
    """Nothing more of it is sent. Raises NotFound, NotNow."""
    require(actor, Permission.RECORD_DISCLOSURE)
    with transaction.atomic():
        rows = PlannedRelease.objects.select_for_update(of=("self",), no_key=True)
        rows = rows.select_related("patient")
        row = selectors.one(rows.filter(pk=selectors.uuid_or_not_found(release_id)))
        if not may(actor, Permission.RECORD_DISCLOSURE, site=str(row.patient.site_id)):
            raise NotFound
        if row.in_force_until is not None:
            raise NotNow("Nothing more of this is going to be sent.")
        row.instants.filter(acted_at=None).update(acted_at=now, outcome=Outcome.CALLED_OFF)
        _end(row, now)
        _log(events.RELEASE_CALLED_OFF, row, actor)
    return row


def visible(actor: Actor) -> QuerySet[PlannedRelease]:
    """The plans of the sites whose disclosures the actor may read."""
    require(actor, Permission.READ_DISCLOSURES)
    sites = sites_for(actor, Permission.READ_DISCLOSURES)
    rows = PlannedRelease.objects.prefetch_related("instants")
    return rows if sites is None else rows.filter(patient__site_id__in=sites)


def one(release_id: str, *, actor: Actor) -> PlannedRelease:
    """One plan the actor may see, or NotFound."""
    rows = visible(actor).filter(pk=selectors.uuid_or_not_found(release_id))
    return selectors.one(rows)


# --- at the moment of sending ------------------------------------------------------------------------
def _come(now: datetime) -> Iterable[Found]:
    """The sendings whose moment has come."""
    due = ReleaseInstant.objects.filter(acted_at__isnull=True, at__lte=now)
    due = due.filter(release__in_force_until=None).order_by("at", "id")
    return [Found(release, at) for release, at in due.values_list("release_id", "at")]


def _at_its_moment(fallen: FallsDue, now: datetime) -> str:
    """One sending, unless it was called off in the meantime."""
    # The plan first: whoever calls it off holds its row, and then there is nothing left to send.
    plans = PlannedRelease.objects.select_for_update(no_key=True).filter(in_force_until=None)
    if not plans.filter(pk=fallen.subject).exists():
        return Outcome.CALLED_OFF
    rows = ReleaseInstant.objects.select_related("release__patient__site")
    rows = rows.filter(release=fallen.subject, at=fallen.at, acted_at__isnull=True)
    row = rows.select_for_update(no_key=True, of=("self",)).first()
    return Outcome.CALLED_OFF if row is None else _send(row, now)


SENDING = Matter("sending", act=_at_its_moment, finds=_come)
register_matters(SENDING)


def _send(row: ReleaseInstant, now: datetime) -> Outcome:
    """Check anew, on what is on record at this moment; then the ledger, or a stop."""
    actor, release = system("releases"), row.release
    asked = _asked(release, today_of=now)
    named = check.named(asked, release.patient, now=now)
    facts, decision = keep.weigh(named)
    if decision.verdict.lets_go:
        line = _into_the_ledger(release, asked, named, actor=actor, now=now)
        made = keep.kept(named, facts, decision, actor=actor, now=now, beside=line)
        _acted(row, Outcome.RELEASED, made, now, line)
        _again(row, now)
        _log(events.RELEASE_SENT, release, actor, made, line)
        return Outcome.RELEASED
    made = keep.kept(named, facts, decision, actor=actor, now=now)
    _acted(row, Outcome.STOPPED, made, now)
    _end(release, now)
    _log(events.RELEASE_STOPPED, release, actor, made)
    tell_once(Topic.STOPPED, Audience.OFFICER, now=now)
    return Outcome.STOPPED


def _acted(
    row: ReleaseInstant,
    outcome: Outcome,
    made: Checked,
    now: datetime,
    line: Disclosure | None = None,
) -> None:
    row.acted_at, row.outcome, row.check_made, row.disclosure = now, outcome, made.row, line
    row.save(update_fields=["acted_at", "outcome", "check_made", "disclosure"])


def _again(row: ReleaseInstant, now: datetime) -> None:
    release = row.release
    if release.every_days is None:
        _end(release, now)
        return
    zone = release.patient.site.time_zone
    following = next_instant(row.at, release.every_days, now=now, zone=zone)
    ReleaseInstant.objects.create(release=release, at=following)


def _into_the_ledger(
    release: PlannedRelease, asked: CheckDisclosure, named: Named, *, actor: Actor, now: datetime
) -> Disclosure:
    """The line of this sending. What the check found out itself is held with it."""
    plan = release.plan
    basis = taxonomy().basis(release.basis)
    told = {one.name: one.value for one in asked.held or ()}
    by_check = {
        hold.field: f"Checked at {now.isoformat()}: {_what(hold.field, named)}"
        for hold in basis.must_hold
        if hold.source is HeldFrom.CHECK
    }
    facts = DisclosureFacts(
        recipient_name=asked.recipient or "",
        recipient_address=plan.recipient_address,
        description=plan.description,
        purpose=asked.purpose or basis.title,
        held=told | by_check,
        excluded_answer=asked.excluded_answer,
    )
    on = day_of(now, release.patient.site.time_zone)
    return register.enter(
        release.patient, facts=facts, basis=release.basis, on=on, actor=actor, now=now
    )


def _what(field: str, named: Named) -> str:
    rows = {"authorization": named.authorization, "business_associate": named.associate}
    row = rows.get(field)
    return str(row.pk) if row is not None else "nothing stands against it"


# --- how a plan is made --------------------------------------------------------------------------------
def _let_go(decision: Decision) -> None:
    """A check that does not let it go blocks the plan; the check itself tells the reasons."""
    if decision.verdict.lets_go:
        return
    stops = [one for one in decision.reasons if one.stops]
    words = (
        "The check does not let this go. Ask the check for its reasons."
        if stops
        else "The check has open questions. Ask the check, and send its answers along."
    )
    refused = NotNow(words, citation=stops[0].citation if stops else "")
    refused.extra = {"verdict": decision.verdict.value, "overridable": decision.overridable}
    raise refused


def _planned(
    raw: object, asked: PlanRelease, checked: Checked, named: Named, *, actor: Actor, now: datetime
) -> PlannedRelease:
    assert isinstance(raw, dict)  # it was parsed
    row = PlannedRelease(id=uuid4(), patient=named.patient, basis=asked.check.basis or "")
    row.plan = Planned(
        asked=json.dumps(raw["check"], sort_keys=True, separators=(",", ":")),
        description=asked.description,
        recipient_address=asked.recipient_address or "",
    )
    row.every_days, row.check_made, row.in_force_from = asked.every_days, checked.row, now
    row.planned_by, row.planned_by_name = actor.id, actor.name
    row.save(force_insert=True)
    ReleaseInstant.objects.create(release=row, at=asked.at)
    _log(events.RELEASE_PLANNED, row, actor, checked)
    return row


def _asked(release: PlannedRelease, *, today_of: datetime) -> CheckDisclosure:
    """The question as it was asked. The answers of people then do not grow old; the registers do."""
    raw = json.loads(release.plan.asked)
    return questions.parse(CheckDisclosure, raw, at="", today=latest_day(today_of))


def _end(row: PlannedRelease, now: datetime) -> None:
    row.in_force_until = now
    row.save(update_fields=["in_force_until"])


def _log(
    name: str,
    row: PlannedRelease,
    actor: Actor,
    made: Checked | None = None,
    line: Disclosure | None = None,
) -> None:
    extra = {"basis": row.basis}
    if made is not None:
        extra |= {"check": str(made.row.pk), "verdict": made.decision.verdict.value}
    if line is not None:
        extra["disclosure"] = str(line.pk)
    log.append(
        name,
        actor=actor,
        patient=str(row.patient_id),
        obj=log.Obj("planned_release", str(row.pk), None),
        extra=extra,
    )
