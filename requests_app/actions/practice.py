"""The practice and its dated facts: added, ended, never overwritten."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import uuid4

from django.db import transaction

from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.actions.dated import D, add_row, end_former, end_row, log_change
from requests_app.errors import BadInput, Problem
from requests_app.permissions import Permission, require
from requests_app.practice.models import (
    BusinessAssociate,
    Designation,
    Duty,
    Practice,
    RecordSet,
    Site,
)
from requests_app.questions import EXAMPLE_ID, choice, day, text


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
    quiet_from: str | None = text(
        name="when the quiet hours begin",
        question="From when is the office not written to?",
        hint="Hours and minutes, such as 20:00. Left out: at any time. What is urgent never waits.",
        max_length=5,
        example="20:00",
        optional=True,
    )
    quiet_until: str | None = text(
        name="when the quiet hours end",
        question="Until when?",
        max_length=5,
        example="07:00",
        optional=True,
    )

    def problems(self) -> list[Problem]:
        hours = {"/quiet_from": self.quiet_from, "/quiet_until": self.quiet_until}
        found = [
            Problem(at, "Enter a time of day with hours and minutes, such as 20:00.")
            for at, said in hours.items()
            if said is not None and not _TIME.fullmatch(said)
        ]
        if not found and (self.quiet_from is None) != (self.quiet_until is None):
            at = "/quiet_from" if self.quiet_from is None else "/quiet_until"
            return [Problem(at, "Enter both the beginning and the end, or neither.")]
        return found


_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


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
        row.quiet_from, row.quiet_until = _time(asked.quiet_from), _time(asked.quiet_until)
        row.save()
        log_change(events.PRACTICE_CHANGED, row.pk, "practice", actor)
    return row


def _time(said: str | None) -> time | None:
    return None if said is None else time.fromisoformat(said)


def designate(raw: object, *, actor: Actor, now: datetime) -> Designation:
    """Say who holds a duty from a day on; whoever held it before holds it until the day before."""
    require(actor, Permission.MANAGE_PRACTICE)
    asked = questions.parse(Designate, raw, at="", today=now.date())
    account = selectors.uuid_at(asked.account, at="/account") if asked.account else None
    with transaction.atomic():
        held = Designation.objects.select_for_update().filter(duty=asked.duty.value)
        end_former(held, asked.in_force_from, actor)
        return add_row(
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
        return add_row(
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
        return add_row(
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
        end_row(row, asked.in_force_until, at="/in_force_until", actor=actor)
    return row
