"""Questions whose answer is an id of ours: a person chooses by name, never types an id."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from privacy_portal.pages.fields import Field, Option
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import people
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.people.models import Patient
from requests_app.people.selectors import representatives
from requests_app.practice.models import BusinessAssociate, Site
from requests_app.standing.selectors import authorizations

Lines = Iterable[tuple[str, str]]


def _sites(patient: Patient | None, now: datetime) -> Lines:
    return ((str(one.pk), one.name) for one in Site.objects.filter(closed_on=None).order_by("name"))


def _workers(patient: Patient | None, now: datetime) -> Lines:
    return people.workers(now=now)


def _reviewers(patient: Patient | None, now: datetime) -> Lines:
    return people.reviewers(now=now)


def _bases(patient: Patient | None, now: datetime) -> Lines:
    return ((code, f"{row.title} ({row.citation})") for code, row in taxonomy().all.items())


def _associates(patient: Patient | None, now: datetime) -> Lines:
    rows = BusinessAssociate.objects.filter(in_force_until=None).order_by("name")
    return ((str(row.pk), row.name) for row in rows)


def _authorizations(patient: Patient | None, now: datetime) -> Lines:
    rows = authorizations(patient, at=now) if patient else ()
    return ((str(row.pk), f"{row.facts.recipient}: {row.facts.description}") for row in rows)


def _representatives(patient: Patient | None, now: datetime) -> Lines:
    rows = representatives(patient).filter(recognised=True) if patient else ()
    return ((str(row.pk), row.facts.name) for row in rows)


#: The name of a question → what can be chosen.
OFFERED: Mapping[str, Callable[[Patient | None, datetime], Lines]] = {
    "site": _sites,
    "person": _workers,
    "account": _workers,
    "reviewer": _reviewers,
    "basis": _bases,
    "business_associate": _associates,
    "authorization": _authorizations,
    "representative": _representatives,
}


def fields(form: Form, *, now: datetime, patient: Patient | None = None) -> list[Field]:
    """The fields of a form, with a list to choose from where an id is asked."""
    return [_offered(one, patient, now) for one in form.fields]


def _offered(field: Field, patient: Patient | None, now: datetime) -> Field:
    lines = OFFERED.get(field.name)
    if lines is None or field.template != "parts/fields/text.html":
        return field
    return among(field, lines(patient, now))


def among(field: Field, lines: Lines) -> Field:
    """The field as a list to choose from."""
    first = _("None") if field.optional else _("Choose")
    options = [("", first), *lines]
    return replace(
        field,
        template="officer/parts/select.html",
        options=[Option("", value, words, value == field.value) for value, words in options],
    )
