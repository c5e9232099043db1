"""The parts of a person's page: what each says, and whoever may read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from privacy_portal.pages.officer import (
    person_amended,
    person_charts,
    person_ledger,
    person_papers,
    standing,
)
from privacy_portal.pages.officer.standing import Asked, Section
from requests_app.permissions import Permission, may, require

Sections = Callable[[Asked], list[Section]]


@dataclass(frozen=True)
class Part:
    """One part: its words, its sections, and the permission for it beside that of the page."""

    words: str | Promise
    sections: Sections
    needs: Permission = Permission.READ_PATIENTS


PARTS: Mapping[str, Part] = {
    **{name: Part(words, made) for name, (words, made) in standing.PARTS.items()},
    "disclosures": Part(_("Disclosures"), person_ledger.sections, Permission.READ_DISCLOSURES),
    "amendments": Part(_("Amendments"), person_amended.sections),
    "papers": Part(_("Papers"), person_papers.sections, Permission.VERIFY_IDENTITY),
    "charts": Part(_("Charts and accounts"), person_charts.sections, Permission.MANAGE_PATIENTS),
}


def of(part: str, asked: Asked) -> list[Section]:
    """The sections of one part. Raises NotPermitted."""
    row = PARTS[part]
    require(asked.actor, row.needs, site=str(asked.row.site_id))
    return row.sections(asked)


def readable(actor: Actor) -> list[tuple[str, str | Promise]]:
    """The parts this actor may read at some site, by name and in words."""
    return [(name, part.words) for name, part in PARTS.items() if may(actor, part.needs)]
