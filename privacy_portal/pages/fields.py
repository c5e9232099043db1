"""A question as a page shows it: what a template needs, and nothing to decide there.

A field is named after its place in the body: `items.0.record` stands for the pointer /items/0/record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from requests_app.questions import Choice, Choices, Day, Group, Many, Question, Text, YesNo
from requests_app.questions import questions_of as _questions_of
from requests_app.questions.amounts import Instant, Money, Whole

#: What was typed: texts, lists of texts, and for what has parts a mapping of those.
Typed = Any
#: A field of more characters gets more lines to be written on.
_LONG = 1000
#: What a browser can fill in by itself (WCAG 1.3.5), by the name of the question.
AUTOCOMPLETE: Mapping[str, str] = {
    "birth_date": "bday",
    "one_time_code": "one-time-code",
    "email": "email",
    "telephone": "tel",
}


@dataclass(frozen=True)
class Option:
    """One radio, checkbox or line of a select."""

    id: str
    value: str
    label: str
    chosen: bool
    hint: str = ""


@dataclass(frozen=True)
class Part:
    """One of the inputs that make up a date or an instant."""

    id: str
    name: str
    label: str
    value: str
    width: int = 2
    autocomplete: str = ""
    options: Sequence[Option] = ()
    kind: str = "text"


@dataclass(frozen=True)
class Field:
    """One question on a page.

    template  the part that shows it
    heading   whether its label is the page's h1
    first     the id that a link of the error summary leads to
    """

    template: str
    id: str
    name: str
    label: str
    hint: str = ""
    optional: bool = False
    heading: bool = False
    first: str = ""
    errors: Sequence[str] = ()
    value: str = ""
    rows: int = 0
    autocomplete: str = ""
    inputmode: str = ""
    options: Sequence[Option] = ()
    parts: Sequence[Part] = ()
    fields: "Sequence[Field]" = ()
    items: "Sequence[Item]" = ()
    can_add: bool = False

    @property
    def describedby(self) -> str:
        """The ids of what is said about the field, for aria-describedby."""
        said = [f"{self.id}-hint"] if self.hint else []
        return " ".join(said + ([f"{self.id}-error"] if self.errors else []))

    def find(self, name: str) -> "Field | None":
        """The field of that name, here or inside."""
        if self.name == name:
            return self
        inner = [*self.fields, *(one for item in self.items for one in item.fields)]
        return next((found for one in inner if (found := one.find(name))), None)


@dataclass(frozen=True)
class Item:
    """One of several alike: its fields, and how it is taken away again."""

    legend: str
    name: str
    fields: Sequence[Field] = field(default_factory=tuple)


def identifier(name: str) -> str:
    """The id of the field of that name."""
    return name.replace(".", "-").replace("_", "-")


@dataclass(frozen=True)
class Shown:
    """How the fields of one form are made: what was typed, and what is wrong with it."""

    errors: Mapping[str, Sequence[str]]
    prefix: str = ""
    more: frozenset[str] = frozenset()

    def field(self, question: Question, name: str, typed: Typed, *, heading: bool = False) -> Field:
        """The question at that place, filled with what was typed."""
        own = f"{self.prefix}{name}"
        facts: dict[str, Any] = {
            "id": identifier(own),
            "name": own,
            "label": str(question.question),
            "hint": str(question.hint),
            "optional": question.optional,
            "heading": heading,
            "errors": tuple(self.errors.get(name, ())),
        }
        make = next(made for kind, made in _MADE if isinstance(question, kind))
        made: Field = make(self, question, name, typed, facts)
        return made

    def fields(self, details: type[Any], name: str, typed: Typed) -> list[Field]:
        """Every question of a dataclass below that place."""
        inside = typed if isinstance(typed, Mapping) else {}
        return [
            self.field(question, f"{name}.{key}" if name else key, inside.get(key))
            for key, question in _questions_of(details).items()
        ]


def _text(shown: Shown, question: Text, name: str, typed: Typed, facts: dict[str, Any]) -> Field:
    rows = (10 if question.max_length > _LONG else 4) if question.multiline else 0
    facts |= {"value": _words(typed), "rows": rows, "first": facts["id"]}
    complete = AUTOCOMPLETE.get(name.rpartition(".")[2], "")
    template = "parts/fields/long_text.html" if rows else "parts/fields/text.html"
    return Field(template, autocomplete=complete, **facts)


def _amount(shown: Shown, question: Any, name: str, typed: Typed, facts: dict[str, Any]) -> Field:
    mode = "decimal" if isinstance(question, Money) else "numeric"
    template = "parts/fields/money.html" if mode == "decimal" else "parts/fields/text.html"
    return Field(template, value=_words(typed), inputmode=mode, first=facts["id"], **facts)


def _day(shown: Shown, question: Any, name: str, typed: Typed, facts: dict[str, Any]) -> Field:
    parts = _date_parts(facts, typed, name)
    if isinstance(question, Instant):
        parts.append(_part(facts, "time", _("Time"), typed, width=8, kind="time"))
    missing = next((part for part in parts if not part.value), parts[0])
    first = missing.id if facts["errors"] else parts[0].id
    return Field("parts/fields/date.html", parts=parts, first=first, **facts)


def _date_parts(facts: dict[str, Any], typed: Typed, name: str) -> list[Part]:
    birth = "bday-" if AUTOCOMPLETE.get(name.rpartition(".")[2]) == "bday" else ""
    chosen = _part(facts, "month", "", typed).value
    names = [Option("", "", _("Choose"), not chosen)] + [
        Option("", str(number), str(word), chosen == str(number)) for number, word in MONTHS.items()
    ]
    month = _part(facts, "month", _("Month"), typed, birth=birth, options=names)
    return [
        month,
        _part(facts, "day", _("Day"), typed, birth=birth),
        _part(facts, "year", _("Year"), typed, width=4, birth=birth),
    ]


def _part(
    facts: dict[str, Any], part: str, label: str, typed: Typed, *, birth: str = "", **more: Any
) -> Part:
    value = _words(typed.get(part)) if isinstance(typed, Mapping) else ""
    complete = f"{birth}{part}" if birth else ""
    return Part(
        f"{facts['id']}-{part}", f"{facts['name']}.{part}", label, value,
        autocomplete=complete, **more,
    )  # fmt: skip


def _yes_no(shown: Shown, question: Any, name: str, typed: Typed, facts: dict[str, Any]) -> Field:
    choices = [("true", _("Yes"), ""), ("false", _("No"), "")]
    return _options("parts/fields/radios.html", question, choices, typed, facts)


def _choice(shown: Shown, question: Any, name: str, typed: Typed, facts: dict[str, Any]) -> Field:
    choices = [(one.value, question.label(one), "") for one in question.enum]
    template = "checkboxes" if isinstance(question, Choices) else "radios"
    return _options(f"parts/fields/{template}.html", question, choices, typed, facts)


def _options(
    template: str, question: Any, choices: Any, typed: Typed, facts: dict[str, Any]
) -> Field:
    if question.optional and not isinstance(question, Choices):
        choices = [*choices, ("", _("No answer"), "")]
    chosen = set(typed) if isinstance(typed, list | tuple) else {_words(typed)}
    options = [
        Option(facts["id"] if not at else f"{facts['id']}-{at + 1}", value, label, value in chosen,
               hint)
        for at, (value, label, hint) in enumerate(choices)
    ]  # fmt: skip
    return Field(template, options=options, first=facts["id"], **facts)


def _group(shown: Shown, question: Group, name: str, typed: Typed, facts: dict[str, Any]) -> Field:
    fields = shown.fields(question.details, name, typed)
    return Field("parts/fields/group.html", fields=fields, first=fields[0].first, **facts)


def _many(shown: Shown, question: Many, name: str, typed: Typed, facts: dict[str, Any]) -> Field:
    rows = list(typed) if isinstance(typed, list | tuple) else []
    if not rows or f"{shown.prefix}{name}" in shown.more:
        rows = [*rows, {}]
    rows = rows[: question.max_items]
    items = [
        Item(
            _("Number %(number)s") % {"number": at + 1},
            f"{shown.prefix}{name}.{at}",
            shown.fields(question.details, f"{name}.{at}", row),
        )
        for at, row in enumerate(rows)
    ]
    return Field(
        "parts/fields/many.html", items=items, first=items[0].fields[0].first,
        can_add=len(rows) < question.max_items, **facts,
    )  # fmt: skip


#: How each kind of question is shown. The first row that fits is used.
_MADE: tuple[tuple[type[Question], Any], ...] = (
    (Text, _text),
    (Money, _amount),
    (Whole, _amount),
    (Instant, _day),
    (Day, _day),
    (YesNo, _yes_no),
    (Choice, _choice),
    (Many, _many),
    (Group, _group),
)


def _words(typed: Typed) -> str:
    return "" if typed is None or isinstance(typed, Mapping) else str(typed)
