"""What is asked of an export: a filter, a form, and for whom. Without the last it does not start."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.errors import Problem
from requests_app.questions import choice, day, group, in_order, text, yes_no
from requests_app.questions.wording import EXAMPLE_ID


class Format(models.TextChoices):
    """The forms of the file."""

    CSV = "csv", _("A table that every spreadsheet opens (CSV)")
    NDJSON = "ndjson", _("One object a line, for programs (NDJSON)")
    XLSX = "xlsx", _("An Excel workbook (XLSX)")
    PDF = "pdf", _("Pages to read and print (PDF)")


class Whom(models.TextChoices):
    """Who will read it. Showing records to the last two is a disclosure about every patient in it."""

    OWN_AUDITOR = "own_auditor", _("The practice's own auditor")
    CONTRACTED_AUDITOR = "contracted_auditor", _("An auditor under a business associate contract")
    OVERSIGHT_AGENCY = "oversight_agency", _("A health oversight agency (164.512(d))")
    SECRETARY = "secretary", _("The Secretary of Health and Human Services (164.502(a)(2)(ii))")


DISCLOSED_TO = {Whom.OVERSIGHT_AGENCY: "OVS", Whom.SECRETARY: "SEC"}


@dataclass(frozen=True)
class ForWhom:
    """Who will read the file, and on what ground."""

    whom: Whom = choice(
        Whom, name="who will read it", question="Who will read it?", example=Whom.OWN_AUDITOR
    )
    name: str = text(
        name="the name", question="Their name", max_length=200, example="Audra Auditor"
    )
    address: str | None = text(
        name="the address", question="Their address", max_length=400, optional=True,
        example="6 Example Street",
    )  # fmt: skip
    authority: str | None = text(
        name="the authority",
        question="Under which law does the agency ask?",
        max_length=400,
        optional=True,
        example="The state's licensing law",
    )
    letter: str | None = text(
        name="the written request",
        question="Where is the copy of the written request kept?",
        max_length=200,
        optional=True,
        example="Folder 7, letter of May 11",
    )
    contract: str | None = text(
        name="the contract",
        question="Which business associate contract?",
        max_length=200,
        optional=True,
        example="Example Audits, 2025",
    )

    def problems(self) -> Iterable[Problem]:
        """What each sort of reader must be on record with."""
        if self.whom is Whom.OVERSIGHT_AGENCY and not self.authority:
            yield Problem("/authority", "Enter the law under which the agency asks.")
        if self.whom in DISCLOSED_TO and not self.letter:
            yield Problem("/letter", "Enter where the copy of the written request is kept.")
        if self.whom is Whom.CONTRACTED_AUDITOR and not self.contract:
            yield Problem("/contract", "Enter the business associate contract.")


_FOR_WHOM = {"name": "for whom", "question": "For whom is it?"}


def _format() -> Any:
    return choice(Format, name="the format", question="In which form?", example=Format.CSV)


def _since(what: str) -> Any:
    return day(
        name="the first day", question=f"From which day of {what}?", optional=True,
        example=date(2020, 1, 1),
    )  # fmt: skip


def _until(what: str) -> Any:
    return day(
        name="the last day", question=f"Until which day of {what}?", optional=True,
        example=date(2026, 3, 27),
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What every export is asked: in which form, for whom, and which days."""

    format: Format = _format()
    for_whom: ForWhom = group(ForWhom, name="for whom", question="For whom is it?")
    since: date | None = _since("the register")
    until: date | None = _until("the register")

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        yield from in_order(self.since, self.until, at="/until")

    def filter(self) -> dict[str, str]:
        """What was asked but the form and for whom, as text by name."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        left = {name: value for name, value in given.items() if name not in ("format", "for_whom")}
        return {name: str(value) for name, value in left.items() if value is not None}


@dataclass(frozen=True)
class ExportDisclosures(Asked):
    """Which lines of the disclosure log."""

    patient: str | None = text(
        name="the patient", question="About whom only?", max_length=64, optional=True,
        example=EXAMPLE_ID,
    )  # fmt: skip
    recipient: str | None = text(
        name="the recipient",
        question="To whom only? Words of the recipient's name",
        max_length=200,
        optional=True,
        example="county",
    )
    basis: str | None = text(
        name="the basis",
        question="On which basis only?",
        max_length=16,
        optional=True,
        example="PH",
    )
    accountable: bool | None = yes_no(
        name="whether it stands in an accounting",
        question="Only those that stand in an accounting, or only those that do not?",
        optional=True,
    )


@dataclass(frozen=True)
class ExportRequests(Asked):
    """Which requests, by the day they were received."""

    kind: str | None = text(
        name="the kind", question="Of which kind only?", max_length=32, optional=True,
        example="access",
    )  # fmt: skip
    patient: str | None = text(
        name="the patient", question="About whom only?", max_length=64, optional=True,
        example=EXAMPLE_ID,
    )  # fmt: skip


@dataclass(frozen=True)
class ExportEntries(Asked):
    """Which entries of the log, and why they are opened."""

    reason: str = text(
        name="the reason", question="Why are these entries opened?", hint="Kept in the log.",
        max_length=400, example="Yearly review of who read the disclosure log",
    )  # fmt: skip
    facet: str | None = text(
        name="the facet",
        question="Found by what? subject, actor, name or request",
        max_length=16,
        optional=True,
        example="name",
    )
    value: str | None = text(
        name="the value", question="Which one?", max_length=100, optional=True,
        example="read:disclosures:listed",
    )  # fmt: skip

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        yield from super().problems()
        if bool(self.facet) != bool(self.value):
            yield Problem("/value", "Enter by what entries are found, and which one.")
        if self.facet and self.facet not in ("subject", "actor", "name", "request"):
            yield Problem("/facet", "Choose subject, actor, name or request.")
