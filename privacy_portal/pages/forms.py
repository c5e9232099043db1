"""A form for a dataclass of questions: shown, read, and shown again with what is to be put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from privacy_portal.pages.fields import Field, Option, Shown, Typed, identifier
from privacy_portal.pages.submitted import raw_of, sentence_for, typed_from, typed_of
from requests_app.errors import BadInput
from requests_app.practice import selectors as practice
from requests_app.questions import Group, Question, questions_of


@dataclass(frozen=True)
class Line:
    """One line of the error summary: where to go and what to do there."""

    href: str
    sentence: str


@dataclass
class Form:
    """What a page asks, what was typed, and what is wrong with it.

    details  the dataclass of questions
    only     the questions of it that this page asks, in this order; all of them when empty
    at       the pointer under which an action reads the body, so that its problems find their field
    heading  whether the only question's label is the page's h1
    prefix   put before every name, where one page has two forms
    """

    details: type[Any]
    only: Sequence[str] = ()
    at: str = ""
    heading: bool = False
    prefix: str = ""
    typed: dict[str, Typed] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)
    more: frozenset[str] = frozenset()
    zone: str = field(default_factory=practice.zone)

    @property
    def names(self) -> Sequence[str]:
        return self.only or list(questions_of(self.details))

    # --- what goes in ---------------------------------------------------------------------------
    def fill(self, raw: Mapping[str, Any]) -> "Form":
        """As if this body had been typed."""
        self.typed = typed_from(self.details, raw, zone=self.zone)
        return self

    def read(self, data: QueryDict) -> "Form":
        """Take what a browser sent."""
        typed = typed_of(self.details, data, self.prefix.rstrip("."))
        self.typed = {name: typed[name] for name in self.names}
        self.more = frozenset(data.getlist("add"))
        return self

    @staticmethod
    def changes_rows(data: QueryDict) -> bool:
        """Whether one more, or one less, of something was asked for, and nothing sent yet."""
        return "add" in data or "remove" in data

    def raw(self) -> dict[str, Any]:
        """The body for the action: what the API would be sent."""
        return raw_of(self.details, self.typed, zone=self.zone)

    # --- what comes back ------------------------------------------------------------------------
    def refuse(self, refusal: BadInput) -> "Form":
        """Put each problem at its field; what has none stands in the summary alone."""
        for problem in refusal.problems:
            steps = [one for one in problem.field.removeprefix(self.at).split("/") if one]
            found = self._question(steps)
            if found is None or not problem.field.startswith(self.at):
                self._note(self.general, problem.sentence)
                continue
            question, name, typed = found
            sentence = sentence_for(question, name.rpartition(".")[2], typed) or problem.sentence
            self._note(self.errors.setdefault(name, []), sentence)
        return self

    def refuse_one(self, name: str, sentence: str) -> "Form":
        """Say what to put right at one field."""
        self._note(self.errors.setdefault(name, []), sentence)
        return self

    @staticmethod
    def _note(said: list[str], sentence: str) -> None:
        if sentence not in said:
            said.append(sentence)

    def _question(self, steps: list[str]) -> tuple[Question, str, Typed] | None:
        """The question a pointer leads to, its name here, and what was typed for it."""
        details, typed, found = self.details, self.typed, None
        name: list[str] = []
        for step in steps:
            if step.isdecimal():
                typed = typed[int(step)] if int(step) < len(typed or []) else {}
                name.append(step)
                continue
            question = questions_of(details).get(step)
            if question is None:
                break
            typed = typed.get(step) if isinstance(typed, Mapping) else None
            name.append(step)
            found = (question, ".".join(name), typed)
            if not isinstance(question, Group):
                break
            details = question.details
        return found

    # --- what is shown --------------------------------------------------------------------------
    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.general)

    @property
    def fields(self) -> list[Field]:
        """The fields of this page, in order."""
        questions = questions_of(self.details)
        shown = Shown(self.errors, self.prefix, self.more)
        alone = self.heading and len(self.names) == 1
        return [
            shown.field(questions[name], name, self.typed.get(name), heading=alone)
            for name in self.names
        ]

    @property
    def title(self) -> str:
        """The page's h1 where its only question is that."""
        return self.fields[0].label

    @property
    def summary(self) -> list[Line]:
        """The lines of the error summary, in the order of the fields."""
        fields, lines = self.fields, []
        for name, sentences in self.errors.items():
            found = next((one for f in fields if (one := f.find(f"{self.prefix}{name}"))), None)
            href = f"#{found.first}" if found else "#main"
            lines += [Line(href, sentence) for sentence in sentences]
        return lines + [Line("#main", sentence) for sentence in self.general]


@dataclass
class OneOf:
    """A form of one question whose answers are known only now: which kind, for whom, which site."""

    name: str
    title: str
    options: Sequence[tuple[str, str, str]]
    sentence: str
    hint: str = ""
    chosen: str | None = None
    wrong: bool = False

    def read(self, data: QueryDict) -> "OneOf":
        """Take what a browser sent; anything that was not offered is no answer."""
        self.chosen = data.get(self.name)
        self.wrong = self.chosen not in {value for value, _, _ in self.options}
        return self

    @property
    def fields(self) -> list[Field]:
        at = identifier(self.name)
        options = [
            Option(f"{at}-{n}" if n else at, value, label, value == self.chosen, hint)
            for n, (value, label, hint) in enumerate(self.options)
        ]
        return [
            Field(
                "parts/fields/radios.html", at, self.name, self.title, hint=self.hint, heading=True,
                first=at, errors=(self.sentence,) if self.wrong else (), options=options,
            )
        ]  # fmt: skip

    @property
    def summary(self) -> list[Line]:
        return [Line(f"#{identifier(self.name)}", self.sentence)] if self.wrong else []


__all__ = ["Form", "Line", "OneOf", "identifier"]
