"""What a browser sends for a dataclass of questions, turned into the body that `parse` takes.

Typed answers keep the form a person gave them (a date in three parts, dollars with a point); the raw
body is what the API would be sent.  Whatever is no such answer goes into the body as it was typed, so
that `parse`, the one reader, refuses it; a page then says the same in the words of its own fields.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from requests_app.questions import Choices, Day, Group, Many, Question, YesNo, questions_of
from requests_app.questions.amounts import Instant, Money, Whole
from requests_app.questions.wording import capital

Typed = Any
_DOLLARS = re.compile(r"\$?\s*([0-9][0-9,]*)(?:\.([0-9]{2}))?")
_DATE_PARTS = ("month", "day", "year")


def typed_of(details: type[Any], data: QueryDict, at: str = "") -> dict[str, Typed]:
    """What was typed for each question, as far as the form had it."""
    return {
        name: _typed(question, data, f"{at}.{name}" if at else name)
        for name, question in questions_of(details).items()
    }


def _typed(question: Question, data: QueryDict, at: str) -> Typed:
    if isinstance(question, Many):
        return _rows(question, data, at)
    if isinstance(question, Group):
        return typed_of(question.details, data, at)
    if isinstance(question, Choices):
        return data.getlist(at)
    if isinstance(question, Day | Instant):
        parts = (*_DATE_PARTS, "time") if isinstance(question, Instant) else _DATE_PARTS
        return {part: data.get(f"{at}.{part}", "").strip() for part in parts}
    return data.get(at, "").replace("\r\n", "\n")


def _rows(question: Many, data: QueryDict, at: str) -> list[Typed]:
    """The items in order, without those that were left blank or taken away."""
    numbers = {
        key.removeprefix(f"{at}.").partition(".")[0] for key in data if key.startswith(f"{at}.")
    }
    there = sorted({int(one) for one in numbers if one.isdecimal() and len(one) < 4})
    kept = [one for one in there if data.get("remove") != f"{at}.{one}"]
    rows = [typed_of(question.details, data, f"{at}.{number}") for number in kept]
    return [row for row in rows if not blank(row)][: question.max_items]


def blank(typed: Typed) -> bool:
    """Whether nothing at all was typed here."""
    if isinstance(typed, Mapping):
        return all(blank(inner) for inner in typed.values())
    if isinstance(typed, list | tuple):
        return all(blank(inner) for inner in typed)
    return typed in (None, "")


def raw_of(details: type[Any], typed: Mapping[str, Typed], *, zone: str) -> dict[str, Any]:
    """The body for `parse`; `zone` is where a time of day was meant."""
    found = {
        name: _raw(question, typed.get(name), zone)
        for name, question in questions_of(details).items()
    }
    return {name: value for name, value in found.items() if value is not None}


def _raw(question: Question, typed: Typed, zone: str) -> Any:
    if blank(typed):
        return {} if isinstance(question, Group) and not _leaves_out(question) else None
    if isinstance(question, Many):
        return [raw_of(question.details, row, zone=zone) for row in typed]
    if isinstance(question, Group):
        return raw_of(question.details, typed, zone=zone)
    if isinstance(question, Day):
        return day_text(typed)
    if isinstance(question, Instant):
        return _instant_text(typed, zone)
    if isinstance(question, YesNo):
        return {"true": True, "false": False}.get(typed, typed)
    if isinstance(question, Money):
        return _cents(typed)
    if isinstance(question, Whole):
        return int(typed) if typed.strip().isdecimal() and len(typed) < 12 else typed
    return typed


def _leaves_out(question: Group) -> bool:
    return question.optional or isinstance(question, Many)


def day_text(parts: Mapping[str, str]) -> str:
    """Year, month and day as a body writes a day; incomplete when a part is."""
    year, month, day = parts.get("year", ""), parts.get("month", ""), parts.get("day", "")
    return f"{year}-{month:0>2}-{day:0>2}" if year and month and day else f"{year}-{month}-{day}-"


def _instant_text(parts: Mapping[str, str], zone: str) -> str:
    text = f"{day_text(parts)}T{parts.get('time', '')}"
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except ValueError:
        return text


def _cents(typed: str) -> int | str:
    found = _DOLLARS.fullmatch(typed.strip())
    if not found or len(typed) > 20:
        return typed
    return int(found.group(1).replace(",", "")) * 100 + int(found.group(2) or 0)


def typed_from(details: type[Any], raw: Mapping[str, Any], *, zone: str) -> dict[str, Typed]:
    """What would have been typed for a body: the way back, for a page that is filled in already."""
    return {
        name: _untold(question, raw[name], zone)
        for name, question in questions_of(details).items()
        if raw.get(name) is not None
    }


def _untold(question: Question, raw: Any, zone: str) -> Typed:
    if isinstance(question, Many):
        return [typed_from(question.details, row, zone=zone) for row in raw]
    if isinstance(question, Group):
        return typed_from(question.details, raw, zone=zone)
    if isinstance(question, Day):
        return _parts(str(raw))
    if isinstance(question, Instant):
        local = datetime.fromisoformat(str(raw)).astimezone(ZoneInfo(zone))
        return _parts(local.date().isoformat()) | {"time": f"{local:%H:%M}"}
    if isinstance(question, YesNo):
        return {True: "true", False: "false"}.get(raw, "")
    if isinstance(question, Money):
        return f"{raw // 100}.{raw % 100:02d}"
    return str(raw) if isinstance(question, Whole) else raw


def _parts(day: str) -> dict[str, str]:
    year, month, number = [*day.split("-"), "", ""][:3]
    return {"year": year, "month": month.lstrip("0"), "day": number.lstrip("0")}


def sentence_for(question: Question, name: str, typed: Typed) -> str | None:
    """What is wrong in the words of a page's own fields; None where the reader's words fit."""
    called = {"name": question.name_for(name), "Name": capital(question.name_for(name))}
    if isinstance(question, YesNo) and typed not in ("true", "false"):
        return _("Choose yes or no: %(name)s") % called
    if isinstance(question, Money) and not blank(typed) and isinstance(_cents(typed), str):
        return _("%(Name)s must be an amount in dollars, like 35 or 35.50") % called
    if isinstance(question, Day | Instant) and not blank(typed):
        return _date_sentence(question, typed, called)
    return None


def _date_sentence(
    question: Question, typed: Mapping[str, str], called: dict[str, str]
) -> str | None:
    words = {"month": _("a month"), "day": _("a day"), "year": _("a year"), "time": _("a time")}
    missing = [str(words[part]) for part in words if part in typed and not typed[part]]
    if missing:
        said = missing[0] if len(missing) == 1 else _("%(first)s and %(second)s") % {
            "first": ", ".join(missing[:-1]), "second": missing[-1]}  # fmt: skip
        return _("%(Name)s must include %(missing)s") % (called | {"missing": said})
    if not re.fullmatch(r"[0-9]{4}", typed.get("year", "")):
        return _("%(Name)s must have a year of four digits, like 2026") % called
    if not re.fullmatch(r"[0-9]{1,2}", typed.get("day", "")):
        return _("%(Name)s must have a day that is a number, like 14") % called
    return None
