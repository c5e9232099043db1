"""The forms a line of the ledger can take, and what each must say (164.528(b)(2) to (4))."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from requests_app.disclosures.models import Contact, Disclosure, Form, More, Research
from requests_app.disclosures.taxonomy import Hold, taxonomy
from requests_app.errors import Problem
from requests_app.questions import group, text
from requests_app.questions.amounts import whole

#: Research under 512(i) may be told in the short form from so many individuals on.
SHORT_FORM_FROM = 50
_SERIES = ("45 CFR 164.512", "45 CFR 164.502(a)(2)(ii)")
_RESEARCH = "45 CFR 164.512(i)"


@dataclass(frozen=True)
class SeriesAnswers:
    """How often the same went to the same recipient for the same purpose."""

    count: int = whole(
        name="how many", question="How many disclosures were there?", least=2, most=100_000
    )
    frequency: str | None = text(
        name="how often", question="How often?", max_length=100, optional=True, example="weekly"
    )


@dataclass(frozen=True)
class ContactAnswers:
    """Whom a patient can turn to."""

    name: str = text(name="the name", question="Who?", max_length=200, example="Example University")
    address: str = text(
        name="the address", question="Address", max_length=400, example="5 Example Street"
    )
    telephone: str = text(
        name="the telephone", question="Telephone", max_length=40, example="919-555-0170"
    )


@dataclass(frozen=True)
class ResearchAnswers:
    """What may be told of research on fifty or more individuals."""

    individuals: int = whole(
        name="how many individuals",
        question="About how many individuals may information have gone?",
        least=1,
        most=100_000_000,
        example=200,
    )
    protocol: str = text(
        name="the protocol",
        question="The name of the protocol or research activity",
        max_length=400,
        example="Example registry of back pain",
    )
    purpose: str = text(
        name="what it is for",
        question="What is it for, and how were records chosen? In plain language",
        max_length=2000,
        multiline=True,
        example="To learn which treatment helps; all adults treated for back pain",
    )
    information: str = text(
        name="the information", question="Which type of information?", max_length=1000,
        multiline=True, example="Diagnoses and treatments",
    )  # fmt: skip
    sponsor: ContactAnswers = group(
        ContactAnswers, name="the sponsor", question="Who sponsored the research?"
    )
    researcher: ContactAnswers = group(
        ContactAnswers, name="the researcher", question="Which researcher received it?"
    )


def form_of(
    series: SeriesAnswers | None, research: ResearchAnswers | None
) -> tuple[Form, More | None]:
    """The form, and what it says beside the usual facts."""
    if series is not None:
        return Form.SERIES, More(count=series.count, frequency=series.frequency or "")
    if research is None:
        return Form.ONE, None
    told = Research(
        protocol=research.protocol,
        purpose=research.purpose,
        information=research.information,
        sponsor=_contact(research.sponsor),
        researcher=_contact(research.researcher),
    )
    return Form.RESEARCH, More(count=research.individuals, research=told)


def _contact(given: ContactAnswers) -> Contact:
    return Contact(given.name, given.address, given.telephone)


def problems(
    series: SeriesAnswers | None,
    research: ResearchAnswers | None,
    *,
    basis: str | None,
    until: date | None,
) -> Iterator[Problem]:
    """Forms that the law does not allow here, or that lack a day."""
    known = taxonomy().all.get(basis or "")
    citation = known.citation if known else ""
    if series and research:
        yield Problem("/research", "Enter either a series or research, not both.")
    if series and not citation.startswith(_SERIES):
        yield Problem(
            "/series", "Only what goes to the Secretary or rests on 164.512 can be a series."
        )
    if series and until is None:
        yield Problem("/disclosed_until", "Enter the day of the last one of the series.")
    if research and not citation.startswith(_RESEARCH):
        yield Problem("/research", "Choose a basis of research without authorization.")
    if research and research.individuals < SHORT_FORM_FROM:
        yield Problem(
            "/research/individuals",
            f"For fewer than {SHORT_FORM_FROM}, record each disclosure by itself.",
        )


def missing(row: Disclosure) -> tuple[Hold, ...]:
    """What the basis asks to be kept and the line does not hold. It is listed all the same."""
    if not row.basis:
        return ()
    held = row.facts.held
    wanted = taxonomy().basis(row.basis).must_hold
    return tuple(one for one in wanted if not held.get(one.field, "").strip())
