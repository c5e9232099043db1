"""What the moves of a restriction ask, and what they put in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.disclosures import register
from requests_app.disclosures.models import DisclosureFacts
from requests_app.errors import Problem
from requests_app.kinds import clock, effects
from requests_app.kinds.base import Move
from requests_app.kinds.limbs import Facts, failed
from requests_app.kinds.models import Ground
from requests_app.letters.models import Provided
from requests_app.questions import choice, choices, day, in_order, text, yes_no
from requests_app.standing import restrictions
from requests_app.standing.restrictions import (
    Limit,
    OverrideFacts,
    Recipient,
    RestrictionKind,
    Scope,
)

AnyMove = Move[Any]


@dataclass(frozen=True)
class Hold:
    """Until when the claim is held."""

    item: str = text(
        name="the item or service", question="Which item or service?", max_length=400,
        example="Dry needling, one session",
    )  # fmt: skip
    visit_on: date = day(name="the day of the visit", question="On which day will it be paid?")


@dataclass(frozen=True)
class Again:
    """What has changed."""

    changed: str = text(
        name="what has changed", question="What has changed?", max_length=1000, multiline=True,
        example="I have paid for the whole visit",
    )  # fmt: skip


@dataclass(frozen=True)
class Agree:
    """To what the practice agrees."""

    information: str = text(
        name="what is restricted", question="What is restricted?", max_length=2000, multiline=True
    )
    limit: Limit = choice(
        Limit, name="what is limited", question="What is limited?", example=Limit.DISCLOSURE
    )
    recipients: tuple[Recipient, ...] = choices(
        Recipient, name="from whom", question="From whom is it kept?"
    )
    named: str | None = text(
        name="their names", question="Who exactly?", max_length=400, optional=True
    )
    codes: str | None = text(
        name="the billing codes", question="Billing codes, apart by commas", max_length=200,
        optional=True,
    )  # fmt: skip
    service_from: date | None = day(
        name="the first day", question="Services from which day?", optional=True
    )
    service_until: date | None = day(
        name="the last day", question="Services until which day?", optional=True
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be."""
        yield from in_order(self.service_from, self.service_until, at="/service_until")


@dataclass(frozen=True)
class AgreeInPart(Agree):
    """And to what it does not."""

    not_agreed: str = text(
        name="what is not agreed to", question="What is not agreed to?", max_length=2000,
        multiline=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Refuse:
    """The practice needs no reason; what it writes here stays on record."""

    reason: str | None = text(
        name="the reason",
        question="Why, for the record?",
        hint="The letter does not repeat it.",
        max_length=1000,
        multiline=True,
        optional=True,
    )


@dataclass(frozen=True)
class Emergency:
    """What was used or disclosed for emergency treatment."""

    information: str = text(
        name="what was used or disclosed", question="What was used or disclosed?",
        max_length=1000, multiline=True,
    )  # fmt: skip
    need: str = text(
        name="why it was needed", question="Why was it needed for the emergency treatment?",
        max_length=1000, multiline=True,
    )  # fmt: skip
    provider: str | None = text(
        name="the provider",
        question="To which provider, if it left the practice?",
        max_length=200,
        optional=True,
    )
    asked: bool = yes_no(
        name="whether the provider was asked",
        question="Was that provider asked not to use or disclose it further?",
        hint="If not yet, ask now and record it: the duty stays open until then.",
    )


@dataclass(frozen=True)
class Asked:
    """How the provider was asked."""

    how: str = text(
        name="how they were asked", question="Whom did you ask, and how?", max_length=1000,
        multiline=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Reversed:
    """How the payment failed."""

    how: str = text(
        name="how the payment failed", question="How did the payment fail?", max_length=1000,
        multiline=True,
    )  # fmt: skip


@dataclass(frozen=True)
class MadeGood:
    """How it was paid after all."""

    how: str = text(
        name="how it was paid", question="How was it paid?", max_length=1000, multiline=True
    )


@dataclass(frozen=True)
class Effort:
    """A reasonable effort to be paid before anything goes to the plan (78 FR 5629)."""

    effort: str = text(
        name="what was done", question="What was done to be paid?", max_length=1000, multiline=True,
    )  # fmt: skip
    tried_on: date = day(name="the day of the last effort", question="When, last?", not_future=True)


class EndRoute(models.TextChoices):
    """How the individual ends it."""

    IN_WRITING = "in_writing", _("In writing")
    ORALLY = "orally", _("Orally")


@dataclass(frozen=True)
class EndAtRequest:
    """The individual's own word, as it is documented."""

    how: EndRoute = choice(EndRoute, name="how it was said", question="How was it said?")
    words: str = text(
        name="what was said", question="What was said or written?", max_length=1000, multiline=True
    )


@dataclass(frozen=True)
class EndByNotice:
    """How the individual is informed."""

    provided: Provided = choice(
        Provided,
        name="how the letter is provided",
        question="How does the individual get the letter?",
    )


def keep_out_of_pocket(move: Move[Facts]) -> None:
    given = move.input
    effects.record_decision(move, "agree_out_of_pocket", given=given.item, note=_paid(given))
    scope = Scope(
        information=given.item,
        recipients=(Recipient.HEALTH_PLAN.value,),
        named=given.plans,
        codes=_codes(given.codes),
        service_from=given.service_from,
        service_until=given.service_until or given.service_from,
        reveals=given.reveals or "",
        already_sent=given.already_sent or "",
    )
    restrictions.begin(move, RestrictionKind.OUT_OF_POCKET, scope)


def keep_failed_limbs(move: Move[Facts]) -> None:
    limbs = tuple(Ground(one.code, move.input.item, one.why) for one in failed(move.input))
    effects.record_decision(move, "not_qualifying", grounds=limbs, note=_paid(move.input))


def keep_freely(move: Move[Any], *, note: str = "") -> None:
    given = move.input
    name = "agree_in_part" if note else "agree"
    effects.record_decision(move, name, given=given.information, note=note)
    scope = Scope(
        information=given.information,
        recipients=tuple(one.value for one in given.recipients),
        named=given.named or "",
        limit=given.limit.value,
        codes=_codes(given.codes),
        service_from=given.service_from,
        service_until=given.service_until,
    )
    restrictions.begin(move, RestrictionKind.DISCRETIONARY, scope)


def keep_emergency(move: Move[Emergency]) -> None:
    given = move.input
    effects.record_decision(move, "emergency", given=given.information, note=given.need)
    facts = OverrideFacts(given.information, given.need, given.provider or "")
    restrictions.record_override(move, facts, asked=given.asked)
    if given.provider:
        _into_the_ledger(move, given.provider)
        if not given.asked:
            clock.remind_on(move, move.today)


def keep_asked(move: Move[Asked]) -> None:
    effects.record_decision(move, "ask_no_further_use", note=move.input.how)
    restrictions.overrides_unasked(move.request.pk).update(asked_at=move.now)
    clock.looked_at(move)


def keep_end_for_later(move: Move[EndByNotice]) -> None:
    effects.record_decision(move, "end_by_notice", note=move.input.provided.value)
    restrictions.end_for_later(move, informed_at=informed_at(move))


def informed_at(move: AnyMove) -> datetime:
    """When the individual knows: at once, or at the end of the day on which the post arrives."""
    if move.input.provided != Provided.POST:
        return move.now
    zone = ZoneInfo(move.request.site.time_zone)
    return datetime.combine(clock.provided_on(move), time.max, zone)


def _paid(facts: Facts) -> str:
    """The facts of the payment, as they are kept beside the decision."""
    return f"price {facts.price}, paid {facts.paid}, by {facts.payer.value}, {facts.payment.value}"


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())


def _into_the_ledger(move: Move[Emergency], provider: str) -> None:
    request, given = move.request, move.input
    assert request.patient is not None  # agreed to, so matched and confirmed
    register.enter(
        request.patient,
        facts=DisclosureFacts(
            recipient_name=provider,
            description=given.information,
            purpose="Emergency treatment despite a restriction (45 CFR 164.522(a)(1)(iii))",
        ),
        basis="TRT",
        on=move.today,
        actor=move.actor,
        now=move.now,
        request_id=request.pk,
        reference=request.reference,
    )
