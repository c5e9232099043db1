"""Entries of the log as these pages show them: without anything protected, until it is revealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from audit.log import Opened
from privacy_portal.pages.auditor.event_words import in_words
from privacy_portal.pages.parts import Cell, SummaryRow, Table, Tag, Tick, Tone, local

#: One colour a meaning: what was refused or failed stands out, the rest is as it should be.
_OUTCOMES = {
    "success": Tag(_("Done"), Tone.NEUTRAL),
    "refused": Tag(_("Refused"), Tone.WAITING),
    "failure": Tag(_("Failed"), Tone.LATE),
}


def table(entries: list[Opened], *, caption: str, zone: str) -> Table:
    """The entries as a table; the first column leads to the entry."""
    return Table(
        "entries", caption,
        (_("When"), _("What happened"), _("Who"), _("Request"), _("Outcome"), _("Choose")),
        [_row(one, zone) for one in entries],
        empty=_("Nothing fits. Take something out of the search, or look for earlier days."),
    )  # fmt: skip


def _row(one: Opened, zone: str) -> tuple[Cell, ...]:
    entry = one.entry
    about = {"reference": entry.request} if entry.request else {}
    when = f"{_at(one, zone)} · {one.eid.hex[-6:]}"
    return (
        Cell(when, href=reverse("audit_entry", args=[one.eid])),
        Cell(in_words(entry.name), under=entry.name),
        Cell(_who(one), under=", ".join(role.replace("_", " ") for role in entry.actor.roles)),
        Cell(entry.request or "", href=_searched(**about) if about else ""),
        Cell("", tag=outcome(entry.outcome)),
        Cell("", tick=Tick("entry", str(one.eid), _("Choose %(entry)s") % {"entry": when})),
    )


def outcome(word: str) -> Tag:
    return _OUTCOMES.get(word, Tag(word.capitalize(), Tone.NEUTRAL))


def shown(one: Opened, zone: str) -> list[SummaryRow]:
    """What says nothing about a patient."""
    entry = one.entry
    return [
        SummaryRow(_("When"), [_at(one, zone)]),
        SummaryRow(_("What happened"), [in_words(entry.name), entry.name]),
        SummaryRow(_("Outcome"), [outcome(entry.outcome).words]),
        SummaryRow(_("Who"), [_who(one), ", ".join(entry.actor.roles)]),
        SummaryRow(_("By way of"), [entry.actor.via]),
        SummaryRow(_("Request"), [entry.request] if entry.request else []),
        SummaryRow(_("Id of the entry"), [str(one.eid)]),
    ]


def revealed(one: Opened) -> list[SummaryRow]:
    """All the rest of it."""
    entry = one.entry
    rows: list[tuple[str, Any]] = [
        (_("Patient"), entry.patient),
        (_("Acting for"), entry.acting_for),
        (_("About"), f"{entry.object.type} {entry.object.id}" if entry.object else None),
        (_("Reason"), entry.reason),
        (_("Purpose"), entry.purpose),
        (_("Recipient"), entry.recipient),
        (_("Before"), _facts(entry.before)),
        (_("After"), _facts(entry.after)),
        (_("More"), _facts(entry.extra)),
        (_("Network address"), entry.network.address if entry.network else None),
    ]
    return [SummaryRow(key, [str(value)]) for key, value in rows if value]


def _facts(given: Mapping[str, Any] | None) -> str | None:
    return json.dumps(dict(given), ensure_ascii=False, sort_keys=True) if given else None


def _at(one: Opened, zone: str) -> str:
    return str(formats.date_format(local(one.entry.at, zone), "M j, Y, H:i:s"))


def _who(one: Opened) -> str:
    """The name the record shows; a patient's account has none, and says only that it is one."""
    actor = one.entry.actor
    return actor.name or (_("An account without a name") if actor.id else "")


def _searched(**about: str) -> str:
    return f"{reverse('audit_log')}?{urlencode(about | {'search': '1'})}"


@dataclass(frozen=True)
class Choice:
    """One line of a select."""

    value: str
    words: str
    chosen: bool
