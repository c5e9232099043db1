"""A request is filed: by the person it concerns, or taken down by staff for somebody."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec

from audit.actors import Actor
from requests_app import questions, selectors
from requests_app.actions import door
from requests_app.actions.whole import whole
from requests_app.deadlines import extensions, packs
from requests_app.deadlines.calendars import day_of, latest_day
from requests_app.errors import BadInput, NotFound, NotNow
from requests_app.kinds import registry
from requests_app.kinds.base import Kind, Move, Nothing
from requests_app.kinds.models import Asker, Channel, Filed, Request, Wishes
from requests_app.people.models import Patient, Representative
from requests_app.people.references import new_reference
from requests_app.permissions import Permission, may, require
from requests_app.practice import selectors as practice
from requests_app.practice.models import Site
from requests_app.questions import EXAMPLE_ID, choice, group, text, yes_no
from requests_app.questions.amounts import instant

#: The channel of whoever files without an account: verification follows filing, and the answer goes
#: by another way than this service.
WITHOUT_ACCOUNT = "visitor"


@dataclass(frozen=True)
class AskerAnswers:
    """Who asks, when the account is not tied to a chart or when staff take it down."""

    name: str = text(name="your full name", question="Full name", max_length=200)
    birth_date: date | None = questions.day(
        name="the date of birth", question="Date of birth", not_future=True, optional=True
    )
    contact: str | None = text(
        name="how to reach you",
        question="Telephone, e-mail or address",
        max_length=400,
        optional=True,
    )
    on_behalf: str | None = text(
        name="for whom you ask",
        question="If for somebody else, who and why",
        max_length=400,
        optional=True,
    )


@dataclass(frozen=True)
class WishesAnswers:
    """What an office must know before it answers: whether and how this person can be reached."""

    safe_to_write: bool | None = yes_no(
        name="whether it is safe to write to you",
        question="Is it safe to write to you here?",
        hint="If somebody else could read it and you do not want that, choose no. We then wait for "
        "you to call or to look here.",
        optional=True,
    )
    language: str | None = text(
        name="the language",
        question="In which language should we answer, if not in English?",
        max_length=60,
        optional=True,
        example="Spanish",
    )
    interpreter: bool | None = yes_no(
        name="whether you need an interpreter",
        question="Do you need an interpreter when we talk? It costs you nothing.",
        optional=True,
    )
    large_print: bool | None = yes_no(
        name="whether you want large print",
        question="Do you want letters in large print?",
        optional=True,
    )


@dataclass(frozen=True)
class FileOwn:
    """What comes with a request a person files for themself or as a representative."""

    patient: str | None = text(
        name="whose records", question="For whom?", hint="Only if your account acts for several.",
        max_length=64, example=EXAMPLE_ID, optional=True,
    )  # fmt: skip
    site: str | None = text(
        name="the site", question="Which site?", max_length=64, example=EXAMPLE_ID, optional=True
    )
    asker: AskerAnswers | None = group(
        AskerAnswers, name="who asks", question="Who asks?", optional=True
    )
    for_somebody_else: bool | None = yes_no(
        name="whether it is for somebody else",
        question="Is it for somebody for whom your account does not act?",
        example=False,
        optional=True,
    )
    wishes: WishesAnswers | None = group(
        WishesAnswers, name="how to reach you", question="How can we reach you?", optional=True
    )


@dataclass(frozen=True)
class FileForSomebody:
    """What staff write down beside the request itself."""

    channel: Channel = choice(Channel, name="how it came in", question="How did it come in?")
    received_at: datetime = instant(
        name="when it was received",
        question="When did any office of the practice receive it?",
    )
    asker: AskerAnswers = group(AskerAnswers, name="who asks", question="Who asks?")
    wishes: WishesAnswers | None = group(
        WishesAnswers, name="how to reach them", question="How can we reach them?", optional=True
    )
    patient: str | None = text(
        name="the patient",
        question="Whose records, if already found?",
        max_length=64,
        example=EXAMPLE_ID,
        optional=True,
    )
    representative: str | None = text(
        name="the representative",
        question="Which representative asks?",
        max_length=64,
        example=EXAMPLE_ID,
        optional=True,
    )
    site: str | None = text(
        name="the site", question="Which site?", max_length=64, example=EXAMPLE_ID, optional=True
    )
    follows: str | None = text(
        name="the earlier request",
        question="Which earlier request does it go on from, if any? Give its reference.",
        max_length=24,
        example=None,
        optional=True,
    )


@dataclass(frozen=True)
class FileForAnybody(FileForSomebody):
    """The same, where whoever asks need not give a name."""

    asker: AskerAnswers | None = group(  # type: ignore[assignment]
        AskerAnswers, name="who asks", question="Who asks, if they say?", optional=True
    )


def intake(kind: type[Kind]) -> type[FileForSomebody]:
    """What staff write down beside a request of this kind."""
    return FileForAnybody if kind.ANONYMOUS else FileForSomebody


def file(raw: object, *, actor: Actor, now: datetime) -> Kind:
    """File a request of any kind.

    raw  {"kind", "details", and the fields of FileOwn or, from staff, of FileForSomebody}
    The clock starts at receipt.  Raises BadInput, NotPermitted, NotNow; nothing is then stored.
    """
    kind, details, rest = split(raw)
    with whole():
        if may(actor, Permission.FILE_FOR_OTHERS):
            return _for_somebody(kind, details, rest, actor=actor, now=now)
        require(actor, Permission.FILE_OWN)
        return _own(kind, details, rest, actor=actor, now=now)


def split(raw: object) -> tuple[type[Kind], object, dict[str, Any]]:
    """The kind that is asked for, its details as they came, and what came beside them."""
    if not isinstance(raw, dict):
        raise BadInput.one("", "Send one JSON object.")
    rest = dict(raw)
    kind = registry.kind_asked(rest.pop("kind", None))
    return kind, rest.pop("details", {}), rest


def _own(
    kind: type[Kind], details: object, rest: dict[str, Any], *, actor: Actor, now: datetime
) -> Kind:
    asked = questions.parse(FileOwn, rest, at="", today=latest_day(now))
    other = bool(asked.for_somebody_else)
    link = None if other else selectors.link_for(actor, asked.patient, now=now)
    site = link.site if link else _site(asked.site)
    today = day_of(now, site.time_zone)
    _require_set_up(today)
    if link is None and asked.asker is None and not kind.ANONYMOUS:
        raise BadInput.one("/asker", "Enter who asks: it is not known from your account.")
    request = kind(
        kind=kind.name,
        site=site,
        patient_id=link.patient_id if link else None,
        representative_id=link.representative_id if link else None,
        channel=Channel.PORTAL,
        received_at=now,
        received_on=today,
        filed=replace(
            filed(kind, details, asked.asker, today=today, received=today),
            wishes=_wishes(asked.wishes),
            without_account=actor.via == WITHOUT_ACCOUNT,
        ),
    )
    known = link is not None and "file_signed_in" in kind.moves()
    return born(request, "file_signed_in" if known else "file", actor=actor, now=now)


def _for_somebody(
    kind: type[Kind], details: object, rest: dict[str, Any], *, actor: Actor, now: datetime
) -> Kind:
    asked = questions.parse(intake(kind), rest, at="", today=latest_day(now))
    patient = selectors.patient_at(
        asked.patient, at="/patient", actor=actor, permission=Permission.FILE_FOR_OTHERS
    )
    site = patient.site if patient else _site(asked.site)
    require(actor, Permission.FILE_FOR_OTHERS, site=str(site.pk))
    if asked.received_at > now:
        raise BadInput.one("/received_at", "When it was received must be now or in the past.")
    received_on = day_of(asked.received_at, site.time_zone)
    today = day_of(now, site.time_zone)
    extensions.check_received(
        received_on, entered=today, kind=kind.name, policies=packs.policies(), at="/received_at"
    )
    request = kind(
        kind=kind.name,
        site=site,
        patient=patient,
        representative=_representative(asked.representative, patient),
        follows=_earlier(asked.follows, kind, actor=actor, now=now),
        channel=asked.channel,
        received_at=asked.received_at,
        received_on=received_on,
        filed=replace(
            filed(kind, details, asked.asker, today=today, received=received_on),
            wishes=_wishes(asked.wishes),
        ),
    )
    return born(request, "file", actor=actor, now=now)


def born(
    request: Kind, name: str, *, actor: Actor, now: datetime, filed_by: str | None = None
) -> Kind:
    """Bring the request into the world by this move, every guard of it asked."""
    request.reference = new_reference()
    request.filed_by = filed_by or actor.id
    request.entered_at = now
    request.version = 0
    move: Move[Any] = Move(request, actor, now, Nothing())
    spec = request.moves()[name]
    for check in spec.checks:
        check(move)
    return door.carry_out(move, spec)


def filed(
    kind: type[Kind], details: object, asker: AskerAnswers | None, *, today: date, received: date
) -> Filed:
    """What was asked, read as this kind reads it. Raises BadInput below /details."""
    parsed = questions.parse(kind.Details, details, at="/details", today=today)
    kind.check_details(parsed, received=received)
    who = asker_of(asker) if asker is not None else Asker()
    return Filed(asker=who, details=msgspec.to_builtins(parsed))


def asker_of(answers: AskerAnswers) -> Asker:
    """Who asks, as it is kept with the request."""
    return Asker(
        name=answers.name,
        birth_date=str(answers.birth_date or ""),
        contact=answers.contact or "",
        on_behalf=answers.on_behalf or "",
    )


def _wishes(asked: WishesAnswers | None) -> Wishes:
    if asked is None:
        return Wishes()
    return Wishes(
        safe_to_write=asked.safe_to_write,
        language=asked.language or "",
        interpreter=bool(asked.interpreter),
        large_print=bool(asked.large_print),
    )


def _site(asked: str | None) -> Site:
    sites = {str(site.pk): site for site in practice.open_sites()}
    if asked is None and len(sites) == 1:
        return next(iter(sites.values()))
    if asked not in sites:
        raise BadInput.one("/site", "Choose the site of the practice this is about.")
    return sites[asked]


def _representative(asked: str | None, patient: Patient | None) -> Representative | None:
    if asked is None:
        return None
    return selectors.representative_at(asked, patient, at="/representative")


def _earlier(asked: str | None, kind: type[Kind], *, actor: Actor, now: datetime) -> Request | None:
    """A new request has its own receipt and clock; the link only says where it goes on from."""
    if asked is None:
        return None
    try:
        reference = selectors.reference_or_not_found(asked)
        rows = selectors.visible_requests(actor, now=now).filter(kind=kind.name)
        return selectors.one(rows.filter(reference=reference))
    except NotFound:
        sentence = "There is no such request here. Look at the reference again."
        raise BadInput.one("/follows", sentence) from None


def _require_set_up(today: date) -> None:
    if not practice.set_up_complete(on=today):
        raise NotNow(
            "The practice has not finished setting up this service. Call the practice to make your "
            "request; it counts from the moment they have it."
        )
