"""Documents as a page lists them: those of a request, and those of a person where no request is."""

from typing import Any

from django.template.defaultfilters import filesizeformat

from audit.actors import Actor
from privacy_portal.pages.officer import wording
from requests_app.documents import content, rules
from requests_app.documents.models import Document, Sort, Stage
from requests_app.errors import NotPermitted


def line(row: Document, zone: str, *, actor: Actor) -> dict[str, Any]:
    """One document, and what this person can do with it; `zone` is that of its times."""
    kept, given = row.stage == Stage.KEPT, row.released_at
    return {
        "id": str(row.pk),
        "name": row.facts.name,
        "description": row.facts.description,
        "came_with": rules.came_with(row) or "",
        "sort": Sort(row.sort).label,
        "stage": Stage(row.stage).label,
        "since": wording.moment(row.announced_at, zone),
        "size": filesizeformat(row.size) if row.size else "",
        "ending": content.BY_NAME[row.type].ending if row.type else "",
        "kept": kept,
        "erase": _erase(row, actor) if kept and given is None else "",
        "erased": row.erased.why if row.erased else "",
        "releasable": kept and row.sort == Sort.RELEASE and given is None,
        "released": wording.moment(given, zone) if given else "",
    }


def _erase(row: Document, actor: Actor) -> str:
    """The errand by which this person deletes it; none for who may not."""
    try:
        rules.check_erase(rules.owner_of(row), actor)
    except NotPermitted:
        return ""
    return "erase-document" if row.patient_id is None else "erase-paper"
