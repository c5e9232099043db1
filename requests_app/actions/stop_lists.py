"""A stop list is handed to a sender, and that is an entry: to whom, how many lines, which bytes."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.actors import Actor
from requests_app import events, questions, selectors
from requests_app.deadlines.calendars import latest_day
from requests_app.errors import BadInput
from requests_app.permissions import Permission, require, sites_for
from requests_app.practice.models import BusinessAssociate
from requests_app.practice.selectors import in_force
from requests_app.questions import EXAMPLE_ID, choice, text
from requests_app.standing import stop_lists
from requests_app.standing.stop_lists import StopList


class Form(StrEnum):
    """The forms of the file."""

    NDJSON = "ndjson"
    CSV = "csv"


class NameBy(StrEnum):
    """How patients stand on it."""

    TOKEN = "token"  # noqa: S105 - a keyed hash; matches only what the sender already has
    RECORD_NUMBER = "record_number"


@dataclass(frozen=True)
class GiveStopList:
    """In which form, for whom."""

    form: Form = choice(
        Form,
        name="the form",
        question="In which form?",
        labels={Form.NDJSON: _("One object a line, for programs (NDJSON)"),
                Form.CSV: _("A table that every spreadsheet opens (CSV)")},
    )  # fmt: skip
    name_by: NameBy = choice(
        NameBy,
        name="how patients are named",
        question="By keyed tokens, or by record number?",
        labels={NameBy.TOKEN: _("Keyed tokens"), NameBy.RECORD_NUMBER: _("Record numbers")},
        hint="With tokens a sender learns only about those it already has on its own list.",
    )
    business_associate: str | None = text(
        name="the business associate",
        question="For which business associate? Left open: for our own office.",
        max_length=64,
        optional=True,
        example=EXAMPLE_ID,
    )


@dataclass(frozen=True)
class Given:
    """The file, and the key of its tokens, empty where it has none."""

    row: StopList
    form: Form
    content: bytes
    key: str


def listed(actor: Actor) -> list[StopList]:
    """The newest list of each sending."""
    _everywhere(actor)
    return sorted(stop_lists.newest().values(), key=lambda row: row.sending)


def give(list_id: str, raw: object, *, actor: Actor, now: datetime) -> Given:
    """One list as a file. Raises NotFound, NotPermitted, BadInput."""
    _everywhere(actor)
    asked = questions.parse(GiveStopList, raw, at="", today=latest_day(now))
    with transaction.atomic():
        row = selectors.one(StopList.objects.filter(pk=selectors.uuid_or_not_found(list_id)))
        associate = _associate(asked.business_associate, now)
        content = _FORMS[asked.form](_names(row, asked.name_by), asked.name_by.value)
        log.append(
            events.STOP_LIST_GIVEN,
            actor=actor,
            obj=log.Obj("stop_list", str(row.pk), None),
            recipient=associate.name if associate else None,
            extra={
                "sending": row.sending,
                "count": row.count,
                "named_by": asked.name_by.value,
                "sha256": sha256(content).hexdigest(),
            },
        )
    key = row.stopped.key if asked.name_by is NameBy.TOKEN else ""
    return Given(row, asked.form, content, key)


def _everywhere(actor: Actor) -> None:
    """A list covers the whole practice: who is limited to some of its sites is not given it."""
    require(actor, Permission.GIVE_STOP_LISTS)
    if sites_for(actor, Permission.GIVE_STOP_LISTS) is not None:
        require(actor, Permission.GIVE_STOP_LISTS, site="")


def _associate(asked: str | None, now: datetime) -> BusinessAssociate | None:
    if asked is None:
        return None
    pk = selectors.uuid_at(asked, at="/business_associate")
    found = BusinessAssociate.objects.filter(in_force(now.date()), pk=pk).first()
    if found is None:
        sentence = "No contract with a business associate under that id is in force today."
        raise BadInput.one("/business_associate", sentence)
    return found


def _names(row: StopList, by: NameBy) -> list[str]:
    kept = row.stopped
    if by is NameBy.RECORD_NUMBER:
        return list(kept.record_numbers)
    return sorted(stop_lists.token(number, key=kept.key) for number in kept.record_numbers)


def _csv(names: list[str], column: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[column], *([name] for name in names)])
    return out.getvalue().encode()


def _ndjson(names: list[str], column: str) -> bytes:
    """Ends with a line that says how many, so that a cut file is seen to be cut."""
    lines: list[dict[str, object]] = [{column: name} for name in names]
    lines.append({"end": {"count": len(names)}})
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


_FORMS = {Form.CSV: _csv, Form.NDJSON: _ndjson}
