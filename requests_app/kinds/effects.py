"""What moves write beside the state. Called from a kind's transitions, after every guard."""

from datetime import date
from typing import Any

from requests_app.disclosures import register
from requests_app.disclosures.models import DisclosureFacts
from requests_app.documents import erasing
from requests_app.errors import NotNow
from requests_app.kinds.base import Move
from requests_app.kinds.models import Decision, DecisionFacts, Ground, Involvement, Part
from requests_app.messages.models import Direction, Message, MessageText
from requests_app.people.models import CheckEvidence, IdentityCheck

AnyMove = Move[Any]


def record_identity(move: AnyMove) -> None:
    """Keep the check and mark the request; the patient is the one the check was made against."""
    IdentityCheck.objects.create(
        patient_id=move.request.subject,
        request_id=move.request.pk,
        method=move.input.method,
        passed=True,
        evidence=CheckEvidence(move.input.evidence, move.input.authority or ""),
        checked_by=move.actor.id,
        checked_by_name=move.actor.name,
        checked_at=move.now,
    )
    move.request.identity_confirmed_at = move.now
    erasing.after_verification(move)


def record_decision(
    move: AnyMove,
    name: str,
    *,
    given: str = "",
    grounds: tuple[Ground, ...] = (),
    elsewhere: str = "",
    note: str = "",
    period: tuple[date, date] | tuple[None, None] = (None, None),
    items: tuple[int, ...] = (),
    cents: int | None = None,
) -> Decision:
    """Keep who decided what, on which grounds, with which licence."""
    return Decision.objects.create(
        request_id=move.request.pk,
        version=move.version,
        move=name,
        grounds=[ground.code for ground in grounds],
        facts=DecisionFacts(
            given=given,
            grounds=grounds,
            elsewhere=elsewhere,
            note=note,
            period_from=period[0],
            period_until=period[1],
            items=items,
            cents=cents,
        ),
        decided_by=move.actor.id,
        decided_by_name=move.actor.name,
        licence=move.actor.licence,
        decided_at=move.now,
    )


def involve(move: AnyMove, person: str, part: Part) -> None:
    """Note the part a person takes in a denial. One person, one part, for ever."""
    row, _ = Involvement.objects.get_or_create(
        request_id=move.request.pk, person=person, defaults={"part": part}
    )
    if row.part != part:
        raise NotNow(
            "Whoever took part in the denial cannot review it, nor the other way round.",
            citation="45 CFR 164.524(d)(4)",
        )


def write_message(move: AnyMove, direction: Direction, body: str) -> None:
    """Put the words of a question or an answer among the request's messages."""
    Message.objects.create(
        request_id=move.request.pk,
        direction=direction,
        text=MessageText(body),
        written_by=move.actor.id,
        written_by_name=move.actor.name,
        written_at=move.now,
    )


def record_release(move: AnyMove) -> None:
    """What goes to the individual, or where they direct, is a line of the ledger; never accountable."""
    request, given = move.request, move.input
    assert request.patient is not None  # confirmed before: rules.identity_confirmed
    to, address = _recipient(move)
    register.enter(
        request.patient,
        facts=DisclosureFacts(
            recipient_name=to,
            recipient_address=address,
            description=given.given,
            purpose="At the individual's request (access)",
            held=_held(move),
        ),
        basis="DRCT" if given.directed else "IND",
        on=given.given_on or move.today,
        actor=move.actor,
        now=move.now,
        request_id=request.pk,
        reference=request.reference,
    )


def _recipient(move: AnyMove) -> tuple[str, str]:
    directive = move.request.details.directive
    if move.input.directed:
        return directive.name, move.input.address or directive.send_to
    own = move.request.representative_id is None
    name = "The individual" if own else "The personal representative"
    return name, move.input.address or ""


def _held(move: AnyMove) -> dict[str, str]:
    """What the basis must hold, and that the risk of e-mail in the clear was told before."""
    request, given = move.request, move.input
    facts = {
        "request": request.reference,
        "verification": f"Confirmed {request.identity_confirmed_at:%Y-%m-%d}",
        "channel": given.channel.value,
    }
    if given.directed:
        facts["directive"] = f"In the request {request.reference}"
    if given.channel.value == "email_clear":
        facts["risk_told"] = "before sending" if given.warned else "when it was asked for"
    return facts


def grounds_of(move: AnyMove) -> tuple[Ground, ...]:
    """The grounds of the input in the form they are kept in."""
    return tuple(Ground(g.code.value, g.withheld, g.explanation) for g in move.input.grounds)
