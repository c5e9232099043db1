"""Questions whose answer is an id of ours: a person chooses by name, never types an id."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.api.disclosures import PURPOSE
from privacy_portal.api.reading import logged
from privacy_portal.pages.fields import Field, Option
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import people
from privacy_portal.pages.parts import short_day
from requests_app import events
from requests_app.disclosures import selectors as ledger
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.documents import selectors as documents
from requests_app.documents.models import Document, Stage
from requests_app.documents.rules import may_list
from requests_app.people import charts
from requests_app.people.models import Patient
from requests_app.people.selectors import representatives
from requests_app.practice.models import BusinessAssociate, Site
from requests_app.standing.selectors import authorizations

Lines = Iterable[tuple[str, str]]
_MOST = 50


@dataclass(frozen=True)
class Asked:
    """Of whom, when, and who chooses."""

    patient: Patient | None
    now: datetime
    actor: Actor | None = None


def _sites(asked: Asked) -> Lines:
    return ((str(one.pk), one.name) for one in Site.objects.filter(closed_on=None).order_by("name"))


def _workers(asked: Asked) -> Lines:
    return people.workers(now=asked.now)


def _reviewers(asked: Asked) -> Lines:
    return people.reviewers(now=asked.now)


def _bases(asked: Asked) -> Lines:
    return ((code, f"{row.title} ({row.citation})") for code, row in taxonomy().all.items())


def _held(asked: Asked) -> Lines:
    """What any basis asks to be kept, by its name, in the words of its question."""
    wanted = {one.field: one.question for row in taxonomy().all.values() for one in row.must_hold}
    return sorted(wanted.items(), key=lambda one: one[1])


def _associates(asked: Asked) -> Lines:
    rows = BusinessAssociate.objects.filter(in_force_until=None).order_by("name")
    return ((str(row.pk), row.name) for row in rows)


def _authorizations(asked: Asked) -> Lines:
    rows = authorizations(asked.patient, at=asked.now) if asked.patient else ()
    return ((str(row.pk), f"{row.facts.recipient}: {row.facts.description}") for row in rows)


def _representatives(asked: Asked) -> Lines:
    rows = representatives(asked.patient).filter(recognised=True) if asked.patient else ()
    return ((str(row.pk), row.facts.name) for row in rows)


def _disclosures(asked: Asked) -> Lines:
    """The newest lines about the person. Showing them is an entry of the log."""
    if asked.patient is None or asked.actor is None:
        return []
    about = {"patient": asked.patient.pk, "purpose": PURPOSE}
    with logged(events.READ_DISCLOSURES, asked.actor, **about) as seen:
        person = charts.same_person(asked.patient.pk, at=asked.now)
        rows = ledger.visible(asked.actor).filter(patient_id__in=person).order_by("-seq")[:_MOST]
        lines = [
            (str(row.pk), f"{row.seq}: {short_day(row.disclosed_on)}, {row.facts.recipient_name}")
            for row in rows
        ]
        seen += [pk for pk, _words in lines]
    return lines


def _documents(asked: Asked) -> Lines:
    """The documents of the person that the one who chooses may list."""
    if asked.patient is None or asked.actor is None:
        return []
    person = charts.same_person(asked.patient.pk, at=asked.now)
    about = documents.of_whom(person)
    rows = Document.objects.filter(about, stage=Stage.KEPT).select_related(*documents.TOLD_BY)
    actor, now = asked.actor, asked.now
    return [
        (str(row.pk), f"{short_day(row.announced_at.date())}: {row.facts.name}")
        for row in rows.order_by("-announced_at", "-id")[:_MOST]
        if may_list(row, actor, now=now)
    ]


#: The name of a question, without the numbers of rows → what can be chosen.
OFFERED: Mapping[str, Callable[[Asked], Lines]] = {
    "site": _sites,
    "person": _workers,
    "account": _workers,
    "reviewer": _reviewers,
    "basis": _bases,
    "held.name": _held,
    "business_associate": _associates,
    "authorization": _authorizations,
    "representative": _representatives,
    "document": _documents,
    "disclosure": _disclosures,
    "disclosures.disclosure": _disclosures,
}


def fields(
    form: Form, *, now: datetime, patient: Patient | None = None, actor: Actor | None = None
) -> list[Field]:
    """The fields of a form, with a list to choose from where an id is asked."""
    asked = Asked(patient, now, actor)
    return [_offered(one, asked, form.prefix) for one in form.fields]


def _offered(field: Field, asked: Asked, prefix: str) -> Field:
    if field.fields:
        inner = [_offered(one, asked, prefix) for one in field.fields]
        return replace(field, fields=inner)
    if field.items:
        items = [
            replace(item, fields=[_offered(one, asked, prefix) for one in item.fields])
            for item in field.items
        ]
        return replace(field, items=items)
    lines = OFFERED.get(_plain(field.name.removeprefix(prefix)))
    if lines is None or field.template != "parts/fields/text.html":
        return field
    return among(field, lines(asked))


def _plain(name: str) -> str:
    """`held.0.name` as `held.name`."""
    return ".".join(part for part in name.split(".") if not part.isdecimal())


def among(field: Field, lines: Lines) -> Field:
    """The field as a list to choose from."""
    first = _("None") if field.optional else _("Choose")
    options = [("", first), *lines]
    return replace(
        field,
        template="officer/parts/select.html",
        options=[Option("", value, words, value == field.value) for value, words in options],
    )
