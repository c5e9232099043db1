"""An answer in words: what stands on check answers, on a request's page and in its record."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from privacy_portal.pages.parts import SummaryRow, short_day
from requests_app.questions import (
    Choice,
    Choices,
    Day,
    Group,
    Many,
    Question,
    YesNo,
    questions_of,
)
from requests_app.questions.amounts import Instant, Money


def rows(details: type[Any], raw: Mapping[str, Any], *, zone: str = "UTC") -> list[SummaryRow]:
    """Every question of a dataclass that was answered, as rows without a link."""
    questions = questions_of(details)
    return [
        SummaryRow(str(question.question), values(question, raw[name], zone=zone))
        for name, question in questions.items()
        if raw.get(name) not in (None, "", [], {})
    ]


def values(question: Question, raw: Any, *, zone: str = "UTC") -> list[str]:
    """One answer as the lines a person reads; none when there is none."""
    if raw in (None, "", [], {}):
        return []
    if isinstance(question, Many):
        return [line for row in raw for line in _inside(question, row, zone)]
    if isinstance(question, Group):
        return _inside(question, raw, zone)
    if isinstance(question, Choices):
        return [_label(question, one) for one in raw]
    return [_one(question, raw, zone)]


def _one(question: Question, raw: Any, zone: str) -> str:
    if isinstance(question, Choice):
        return _label(question, raw)
    if isinstance(question, YesNo):
        return _("Yes") if raw is True else _("No")
    if isinstance(question, Day):
        return _day(raw)
    if isinstance(question, Instant):
        return _instant(raw, zone)
    if isinstance(question, Money):
        return f"${raw / 100:,.2f}" if isinstance(raw, int) else str(raw)
    return str(raw)


def _inside(question: Group, raw: Mapping[str, Any], zone: str) -> list[str]:
    return [
        f"{inner.question} {line}"
        if str(inner.question).endswith("?")
        else f"{inner.question}: {line}"
        for name, inner in questions_of(question.details).items()
        for line in values(inner, raw.get(name), zone=zone)
    ]


def _label(question: Choice, raw: Any) -> str:
    found = next((one for one in question.enum if one.value == raw), None)
    return question.label(found) if found else str(raw)


def _day(raw: Any) -> str:
    try:
        return short_day(raw if isinstance(raw, date) else date.fromisoformat(raw))
    except ValueError:
        return str(raw)


def _instant(raw: Any, zone: str) -> str:
    at = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    there = at.astimezone(ZoneInfo(zone))
    return f"{short_day(there.date())}, {there:%H:%M}"
