"""Of one person: papers on record where no request is, which show who may act for them."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.api.reading import logged
from privacy_portal.pages.officer import add_paper, shelf
from privacy_portal.pages.officer.standing import Asked, Section
from requests_app import events
from requests_app.documents import selectors
from requests_app.documents.models import Document


def sections(asked: Asked) -> list[Section]:
    """One shelf: the papers of every chart of the person that the actor's sites reach."""
    heading = _("Papers that show who may act for them")
    empty = Section("papers", heading, [], "45 CFR 164.502(g), 164.514(h)", _adds(asked))
    return [replace(empty, documents=[_line(row, asked) for row in _read(asked)])]


def _read(asked: Asked) -> list[Document]:
    """Reading the list is an entry of the log, as by the API."""
    with logged(events.READ_DOCUMENTS, asked.actor, patient=asked.row.pk) as seen:
        rows = selectors.of_person(asked.person, actor=asked.actor, now=asked.now)
        seen += [str(row.pk) for row in rows]
    return rows


def _line(row: Document, asked: Asked) -> dict[str, Any]:
    return shelf.line(row, asked.row.site.time_zone, actor=asked.actor)


def _adds(asked: Asked) -> list[tuple[str, str]]:
    if not add_paper.sorts(asked.row, actor=asked.actor, now=asked.now):
        return []
    return [(reverse("office_add_patient_paper", args=[asked.row.pk]), _("Add a paper"))]
