"""The practice, its sites, and its dated facts: added, ended, never overwritten."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import available_timezones

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.errors import BadInput, NotNow
from requests_app.permissions import Permission, require
from requests_app.practice import selectors as set_up
from requests_app.practice.models import (
    BusinessAssociate,
    Dated,
    Designation,
    Duty,
    Practice,
    RecordSet,
    Site,
)
from requests_app.questions import EXAMPLE_ID, choice, day, text

D = TypeVar("D", bound=Dated)


@dataclass(frozen=True)
class PracticeAnswers:
    """The covered entity as its notice names it."""

    name: str = text(
        name="the name of the practice",
        question="Name of the practice",
        max_length=200,
        example="Example Physical Therapy",
    )
    address: str = text(
        name="the address",
        question="Address",
        max_length=400,
        example="1 Example Street, Sampletown, NC 00000",
    )
    telephone: str = text(
        name="the telephone", question="Telephone", max_length=40, example="919-555-0100"
    )
    email: str = text(
        name="the e-mail", question="E-mail", max_length=254, example="office@example.org"
    )


@dataclass(frozen=True)
class SiteAnswers:
    """A place of the practice, with what decides the law and the day."""

    name: str = text(
        name="the name of the site",
        question="Name of the site",
        max_length=200,
        example="Second Street",
    )
    address: str = text(
        name="the address",
        question="Address",
        max_length=400,
        example="2 Example Street, Sampletown, NC 00000",
    )
    state: str = text(name="the state", question="State, two letters", max_length=2, example="NC")
    time_zone: str = text(
        name="the time zone", question="Time zone", max_length=64, example="America/New_York"
    )


@dataclass(frozen=True)
class Designate:
    """Who holds a duty from a day on."""

    duty: Duty = choice(Duty, name="the duty", question="For which duty?")
    title: str = text(
        name="the title",
        question="Title of the person or office",
        max_length=200,
        example="Privacy official",
    )
    name: str | None = text(
        name="the name", question="Name", max_length=200, optional=True, example="Olive Officer"
    )
    telephone: str = text(
        name="the telephone", question="Telephone", max_length=40, example="919-555-0101"
    )
    email: str | None = text(
        name="the e-mail",
        question="E-mail",
        max_length=254,
        optional=True,
        example="privacy@example.org",
    )
    account: str | None = text(
        name="the account", question="Account", max_length=64, example=EXAMPLE_ID, optional=True
    )
    in_force_from: date = day(name="the first day", question="From which day?")


@dataclass(frozen=True)
class RecordSetAnswers:
    """A designated record set (164.524(e)(1))."""

    site: str = text(name="the site", question="Site", max_length=64, example=EXAMPLE_ID)
    name: str = text(
        name="the name of the record set",
        question="Name",
        max_length=200,
        example="Billing records",
    )
    where_kept: str = text(
        name="where it is kept", question="Where is it kept?", max_length=400, example="Cabinet 2"
    )
    holder_title: str = text(
        name="the title of the holder",
        question="Title of whoever keeps it",
        max_length=200,
        example="Office manager",
    )
    in_force_from: date = day(name="the first day", question="From which day?")


@dataclass(frozen=True)
class AssociateAnswers:
    """A business associate and its contract."""

    name: str = text(name="the name", question="Name", max_length=200, example="Example Shredding")
    service: str = text(
        name="the service", question="What does it do?", max_length=400, example="Destroys paper"
    )
    contact_name: str = text(
        name="the contact", question="Contact", max_length=200, example="Shelly Example"
    )
    telephone: str = text(
        name="the telephone", question="Telephone", max_length=40, example="919-555-0160"
    )
    email: str | None = text(
        name="the e-mail",
        question="E-mail",
        max_length=254,
        optional=True,
        example="shelly@example.org",
    )
    in_force_from: date = day(name="the first day of the contract", question="Contract from?")


@dataclass(frozen=True)
class End:
    """The last day in force."""

    in_force_until: date = day(name="the last day", question="Until which day?")


def set_practice(raw: object, *, actor: Actor, now: datetime) -> Practice:
    """Enter or change the practice's own name and contacts."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(PracticeAnswers, raw, at="", today=now.date())
    with transaction.atomic():
        row = Practice.objects.select_for_update().first() or Practice(id=uuid4())
        row.name, row.address = asked.name, asked.address
        row.telephone, row.email = asked.telephone, asked.email
        row.save()
        _log(events.PRACTICE_CHANGED, row.pk, "practice", actor)
    return row


def add_site(raw: object, *, actor: Actor, now: datetime) -> Site:
    """Add a site; its state picks the law, its time zone the day."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(SiteAnswers, raw, at="", today=now.date())
    if asked.time_zone not in available_timezones():
        raise BadInput.one("/time_zone", "Choose a time zone such as America/New_York.")
    if not (asked.state.isascii() and asked.state.isalpha() and len(asked.state) == 2):
        raise BadInput.one("/state", "Enter the state as two letters, such as NC.")
    practice = Practice.objects.first()
    if practice is None:
        raise NotNow("Enter the practice first.")
    with transaction.atomic():
        row = Site.objects.create(
            id=uuid4(),
            practice=practice,
            name=asked.name,
            address=asked.address,
            state=asked.state.upper(),
            time_zone=asked.time_zone,
        )
        _log(events.SITE_ADDED, row.pk, "site", actor)
    return row


def designate(raw: object, *, actor: Actor, now: datetime) -> Designation:
    """Say who holds a duty from a day on; whoever held it before holds it until the day before."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(Designate, raw, at="", today=now.date())
    account = selectors.uuid_at(asked.account, at="/account") if asked.account else None
    with transaction.atomic():
        _end_former(asked, actor)
        return _add(
            Designation,
            actor=actor,
            now=now,
            duty=asked.duty.value,
            title=asked.title,
            name=asked.name or "",
            telephone=asked.telephone,
            email=asked.email or "",
            account=account,
            in_force_from=asked.in_force_from,
        )


def add_record_set(raw: object, *, actor: Actor, now: datetime) -> RecordSet:
    """List a designated record set."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(RecordSetAnswers, raw, at="", today=now.date())
    site = Site.objects.filter(pk=selectors.uuid_at(asked.site, at="/site")).first()
    if site is None:
        raise BadInput.one("/site", "Choose a site of the practice.")
    with transaction.atomic():
        return _add(
            RecordSet,
            actor=actor,
            now=now,
            site=site,
            name=asked.name,
            where_kept=asked.where_kept,
            holder_title=asked.holder_title,
            in_force_from=asked.in_force_from,
        )


def add_associate(raw: object, *, actor: Actor, now: datetime) -> BusinessAssociate:
    """Put a business associate and the start of its contract on file."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(AssociateAnswers, raw, at="", today=now.date())
    with transaction.atomic():
        return _add(
            BusinessAssociate,
            actor=actor,
            now=now,
            name=asked.name,
            service=asked.service,
            contact_name=asked.contact_name,
            telephone=asked.telephone,
            email=asked.email or "",
            in_force_from=asked.in_force_from,
        )


def end(table: type[D], pk: str, raw: object, *, actor: Actor, now: datetime) -> D:
    """Give a dated fact its last day. Once: a second time raises NotNow."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(End, raw, at="", today=now.date())
    found = selectors.uuid_or_not_found(pk)
    with transaction.atomic():
        row = selectors.one(table._default_manager.select_for_update(of=("self",)).filter(pk=found))
        _end(row, asked.in_force_until, at="/in_force_until", actor=actor)
    return row


def _end_former(asked: Designate, actor: Actor) -> None:
    held = Designation.objects.select_for_update().filter(duty=asked.duty.value)
    # "Who, on that day" has one answer for ever: what has ended is not written over.
    if held.filter(in_force_until__gte=asked.in_force_from).exists():
        raise BadInput.one(
            "/in_force_from", "Somebody else held this duty on that day. Begin later."
        )
    former = held.filter(in_force_until__isnull=True).first()
    if former is not None:
        _end(former, asked.in_force_from - timedelta(days=1), at="/in_force_from", actor=actor)


def _end(row: Dated, until: date, *, at: str, actor: Actor) -> None:
    if row.in_force_until is not None:
        raise NotNow("This has an end already. Add a new one instead.")
    if until < row.in_force_from:
        raise BadInput.one(
            at, f"The day must be after {row.in_force_from:%B %-d, %Y}, when it began."
        )
    row.in_force_until = until
    row.save(update_fields=["in_force_until"])
    _log(events.FACT_ENDED, row.pk, type(row).__name__.lower(), actor, until=str(until))


def _add(table: type[D], *, actor: Actor, now: datetime, **facts: Any) -> D:
    row = table(id=uuid4(), recorded_by=actor.id, recorded_at=now, **facts)
    row.save(force_insert=True)
    _log(events.FACT_ADDED, row.pk, table.__name__.lower(), actor)
    return row


def _log(name: str, pk: Any, what: str, actor: Actor, **after: str) -> None:
    set_up.forget()
    log.append(name, actor=actor, obj=log.Obj(what, str(pk), None), after=after or None)
