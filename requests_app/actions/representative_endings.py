"""Somebody recognised as personal representative is treated so no longer (164.502(g)(5))."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.complaints import watch
from requests_app.errors import NotFound, NotNow, Problem
from requests_app.people.endings import EndingFacts, RepresentativeEnding
from requests_app.people.grounds import Why
from requests_app.people.models import AccountLink, Representative
from requests_app.permissions import Permission, may, require
from requests_app.questions import choice, text


@dataclass(frozen=True)
class Decline:
    """The ground, the facts it rests on, and whose judgment it is: asked of a refusal and an ending."""

    why: Why = choice(
        Why,
        name="the ground",
        question="On what ground are they not treated as the representative?",
    )
    facts: str = text(
        name="the facts",
        question="What are the facts?",
        hint="Kept for the record, and never shown to this person.",
        max_length=2000,
        multiline=True,
    )
    judged_by: str | None = text(
        name="whose judgment it is",
        question="Which professional judged it not to be in the patient's best interest?",
        hint="Their name. Asked for where abuse, neglect or danger is the ground.",
        max_length=200,
        optional=True,
        example="Dr. Lee Example",
    )

    def problems(self) -> list[Problem]:
        """(g)(5)(ii): to refuse somebody with authority is a professional's judgment."""
        if self.why.refuses and not self.judged_by:
            sentence = "Enter whose professional judgment it is (45 CFR 164.502(g)(5)(ii))."
            return [Problem("/judged_by", sentence)]
        return []


def end(pk: str, raw: object, *, actor: Actor, now: datetime) -> RepresentativeEnding:
    """End a recognition from this moment: accounts are untied, and open requests go no further."""
    require(actor, Permission.DECIDE)
    asked = questions.parse(Decline, raw, at="", today=now.date())
    with transaction.atomic():
        row = selectors.one(
            Representative.objects.select_related("patient").filter(
                pk=selectors.uuid_or_not_found(pk)
            )
        )
        if not may(actor, Permission.DECIDE, site=str(row.patient.site_id)):
            raise NotFound
        if not row.recognised or RepresentativeEnding.objects.filter(representative=row).exists():
            raise NotNow("This person is not recognised as representative.")
        ended = RepresentativeEnding.objects.create(
            representative=row,
            why=asked.why.value,
            facts=EndingFacts(asked.facts, asked.judged_by or ""),
            decided_by=actor.id,
            decided_by_name=actor.name,
            decided_at=now,
        )
        ties = AccountLink.objects.filter(representative=row, ended_at__isnull=True)
        accounts = list(ties.values_list("account", flat=True))
        untied = ties.update(ended_at=now, ended_by=actor.id)
        thing = log.Obj("representative", str(row.pk))
        log.append(
            events.REPRESENTATIVE_ENDED,
            actor=actor,
            patient=str(row.patient_id),
            obj=thing,
            after={"why": ended.why, "accounts_untied": untied},
        )
        hit = watch.Hit(patient=row.patient_id, accounts=accounts)
        watch.note_act("end_representative", thing, hit, actor=actor, now=now)
    return ended
