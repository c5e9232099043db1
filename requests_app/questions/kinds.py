"""The kinds of question: each reads one raw answer strictly, and describes itself as a schema.

A reader returns the value, or NOTHING when it is wrong; what is wrong goes into the `Reading` with
its pointer.  Absent, `null` and blank are the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from django.utils import formats

from requests_app.questions import texts
from requests_app.questions.details import details_example, details_schema, read_details
from requests_app.questions.places import NOTHING, Place, Schema
from requests_app.questions.wording import SENTENCES, Fault, capital
from requests_app.words import Words, later, said

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _number(count: int) -> str:
    return str(formats.number_format(count, force_grouping=True))


@dataclass(frozen=True, kw_only=True)
class Question:
    """What every question has: see `wording.Wording`. `optional` answers may be left out."""

    question: Words
    hint: Words = ""
    name: Words = ""
    errors: Mapping[Fault, Words] = field(default_factory=dict)
    optional: bool = False
    example: Any = None

    absent: Fault = field(default=Fault.EMPTY, init=False)

    def __post_init__(self) -> None:
        """What is plain English here is read in the reader's language."""
        object.__setattr__(self, "question", later(self.question))
        object.__setattr__(self, "hint", later(self.hint))

    def name_for(self, field_name: str) -> str:
        """What is asked for, in the middle of a sentence."""
        return said(self.name or field_name.replace("_", " "))

    def read(self, raw: object, place: Place) -> object:
        """The value; None for an absent optional one; NOTHING, with its problem noted, if wrong."""
        value = None if raw is None else self.value(raw, place)
        if value or value not in (None, "", ()):  # Most are something, and that is told at once.
            return value
        return None if self.optional else self.wrong(self.absent, place)

    def at_once(self, raw: object) -> object:
        """The value of an answer that is plainly right; NOTHING for any other, which `read` judges.

        Nothing can be said of it, so no place is needed: of thousands of lines most answers are such.
        """
        return NOTHING

    def value(self, raw: object, place: Place) -> object:
        """Read an answer that is present."""
        raise NotImplementedError

    def wrong(self, fault: Fault, place: Place, **more: object) -> object:
        """Note the fault with this question's own sentence, or the usual one."""
        sentence = said(self.errors.get(fault, SENTENCES[fault]))
        names = {"name": place.called, "Name": capital(place.called)}
        return place.fault(sentence % (names | more))

    def schema(self, field_name: str) -> Schema:
        """JSON Schema 2020-12 of the answer, `null` included when it may be left out."""
        inner = self.described()
        if self.optional:
            inner = {"anyOf": [inner, {"type": "null"}]}
        words = {"title": str(self.question), "description": str(self.hint)}
        said = {key: text for key, text in words.items() if text}
        return said | inner | {"examples": [self.shown_example(field_name)]}

    def described(self) -> Schema:
        """JSON Schema of a present answer, without its words."""
        raise NotImplementedError

    def shown_example(self, field_name: str) -> object:
        """An answer that would be accepted."""
        return self.example


@dataclass(frozen=True, kw_only=True)
class Text(Question):
    """Words: at most `max_length` characters, on one line unless `multiline`."""

    max_length: int
    multiline: bool = False

    def at_once(self, raw: object) -> object:
        if type(raw) is str and texts.plain(raw) and len(raw) <= self.max_length:
            return raw.strip() or NOTHING
        return NOTHING

    def value(self, raw: object, place: Place) -> object:
        if not isinstance(raw, str):
            return self.wrong(Fault.NOT_TEXT, place)
        if refused := texts.fault_in(raw):
            return self.wrong(refused, place)
        text = texts.tidy(raw)
        if not self.multiline and ("\n" in text or "\t" in text):
            return self.wrong(Fault.LINE_BREAK, place)
        if len(text) > self.max_length:
            return self.wrong(Fault.TOO_LONG, place, limit=_number(self.max_length))
        return text

    def described(self) -> Schema:
        least = 0 if self.optional else 1
        return {"type": "string", "minLength": least, "maxLength": self.max_length}

    def shown_example(self, field_name: str) -> object:
        return self.example or capital(self.name_for(field_name))[: self.max_length]


@dataclass(frozen=True, kw_only=True)
class Day(Question):
    """A calendar day, `2026-03-27`; perhaps not in the future, perhaps not before a day."""

    not_future: bool = False
    not_before: date | None = None

    def value(self, raw: object, place: Place) -> object:
        if raw == "":
            return raw
        if not isinstance(raw, str) or not _DAY.fullmatch(raw):
            return self.wrong(Fault.NOT_A_DAY, place)
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            return self.wrong(Fault.IMPOSSIBLE_DATE, place)
        return self._in_bounds(day, place)

    def _in_bounds(self, day: date, place: Place) -> object:
        if self.not_future and day > place.reading.today:
            return self.wrong(Fault.IN_THE_FUTURE, place)
        if self.not_before and day < self.not_before:
            earliest = formats.date_format(self.not_before, "DATE_FORMAT")
            return self.wrong(Fault.TOO_EARLY, place, day=earliest)
        return day

    def described(self) -> Schema:
        return {"type": "string", "format": "date"}

    def shown_example(self, field_name: str) -> object:
        return str(self.example or self.not_before or date(2025, 3, 14))


@dataclass(frozen=True, kw_only=True)
class YesNo(Question):
    """`true` or `false`."""

    absent: Fault = field(default=Fault.NOT_YES_OR_NO, init=False)

    def value(self, raw: object, place: Place) -> object:
        return raw if isinstance(raw, bool) else self.wrong(Fault.NOT_YES_OR_NO, place)

    def described(self) -> Schema:
        return {"type": "boolean"}

    def shown_example(self, field_name: str) -> object:
        return True if self.example is None else self.example


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """One member of an enum, by its value."""

    enum: type[Enum]
    labels: Mapping[Any, Words] = field(default_factory=dict)
    absent: Fault = field(default=Fault.NOT_CHOSEN, init=False)
    #: By value, once: asking an enum's members one by one takes longer than all the rest.
    members: Mapping[object, Enum] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        members = {member.value: member for member in self.enum}
        if not all(isinstance(value, str) for value in members):
            raise TypeError(f"{self.enum.__name__} must have texts as values")
        object.__setattr__(self, "members", members)

    def value(self, raw: object, place: Place) -> object:
        if raw == "":
            return raw
        return self.member(raw, place)

    def member(self, raw: object, place: Place) -> object:
        """The member whose value this is."""
        member = self.members.get(raw) if isinstance(raw, str) else None
        if member is not None:
            return member
        return self.wrong(Fault.NOT_ONE_OF, place, choices=", ".join(self._values()))

    def _values(self) -> list[str]:
        return [str(value) for value in self.members]

    def label(self, member: Enum) -> str:
        """What a person reads for this member."""
        words = self.labels.get(member) or getattr(member, "label", "")
        return said(words or "") or capital(str(member.value).replace("_", " "))

    def described(self) -> Schema:
        members = [{"const": one.value, "title": self.label(one)} for one in self.enum]
        return {"type": "string", "oneOf": members}

    def shown_example(self, field_name: str) -> object:
        return (self.example or next(iter(self.enum))).value


@dataclass(frozen=True, kw_only=True)
class Choices(Choice):
    """Several members of an enum, each once; kept in the enum's own order."""

    def value(self, raw: object, place: Place) -> object:
        if not isinstance(raw, list):
            return self.wrong(Fault.NOT_A_LIST, place)
        chosen = [self.member(one, place.within(index)) for index, one in enumerate(raw)]
        if NOTHING in chosen:
            return NOTHING
        if len(set(chosen)) < len(chosen):
            return self.wrong(Fault.TWICE, place)
        return tuple(member for member in self.members.values() if member in chosen)

    def described(self) -> Schema:
        least = 0 if self.optional else 1
        items = Choice.described(self)
        return {"type": "array", "items": items, "minItems": least, "uniqueItems": True}

    def shown_example(self, field_name: str) -> object:
        return [member.value for member in self.example or (next(iter(self.enum)),)]


@dataclass(frozen=True, kw_only=True)
class Group(Question):
    """The answers of another dataclass, as one."""

    details: type[Any]

    def value(self, raw: object, place: Place) -> object:
        return read_details(self.details, raw, place, self)

    def described(self) -> Schema:
        return details_schema(self.details)

    def shown_example(self, field_name: str) -> object:
        return self.example or details_example(self.details)


@dataclass(frozen=True, kw_only=True)
class Many(Group):
    """A list of groups, at most `max_items`."""

    max_items: int

    def value(self, raw: object, place: Place) -> object:
        if not isinstance(raw, list):
            return self.wrong(Fault.NOT_A_LIST, place)
        if len(raw) > self.max_items:
            return self.wrong(Fault.TOO_MANY, place, limit=_number(self.max_items))
        items = [
            read_details(self.details, item, place.within(index), self)
            for index, item in enumerate(raw)
        ]
        return NOTHING if NOTHING in items else tuple(items)

    def described(self) -> Schema:
        bounds = {"minItems": 0 if self.optional else 1, "maxItems": self.max_items}
        return {"type": "array", "items": details_schema(self.details)} | bounds

    def shown_example(self, field_name: str) -> object:
        return self.example or [details_example(self.details)]
