"""A draft and its pages: which there are as it stands, which comes next, what each holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.pages import said
from privacy_portal.pages.forms import Form, Line, OneOf
from privacy_portal.pages.parts import SummaryRow
from privacy_portal.pages.patient import steps
from privacy_portal.pages.patient.asker import is_visitor
from privacy_portal.pages.patient.steps import Step
from requests_app import selectors
from requests_app.actions import drafts
from requests_app.deadlines.calendars import latest_day
from requests_app.drafts.models import Draft, DraftFacts
from requests_app.errors import BadInput
from requests_app.kinds import registry
from requests_app.kinds.base import Kind
from requests_app.people.models import Capacity, Patient
from requests_app.practice import selectors as practice
from requests_app.questions import questions_of
from requests_app.questions.partly import check_some

WHOM, SITE, CHECK = "whom", "site", "check"
_ELSE, _MYSELF = "somebody-else", "myself"


@dataclass
class Writing:
    """One draft as its writer sees it."""

    draft: Draft
    actor: Actor
    now: datetime

    @property
    def raw(self) -> dict[str, Any]:
        return self.draft.facts.raw

    @property
    def kind(self) -> type[Kind]:
        return registry.kind(self.raw["kind"])

    @property
    def today(self) -> date:
        return latest_day(self.now)

    @cached_property
    def ties(self) -> list[selectors.Tie]:
        return [] if is_visitor(self.actor) else selectors.ties(self.actor, now=self.now)

    @property
    def known(self) -> bool:
        """Whether the account is tied to whom it is about."""
        return bool(self.ties) and not self.raw.get("for_somebody_else")

    # --- the pages there are --------------------------------------------------------------------
    @property
    def steps(self) -> list[Step]:
        return steps.steps(self.kind, self.raw, known=self.known)

    @property
    def names(self) -> list[str]:
        """The pages in order, with those before the questions."""
        sites = [] if self.known or practice.open_sites().count() < 2 else [SITE]
        return [WHOM, *sites, *(step.name for step in self.steps)]

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def next(self) -> str:
        """The first page that was not seen yet; check answers when there is none."""
        return next((name for name in self.names if name not in self.draft.facts.seen), CHECK)

    def before(self, name: str) -> str:
        """Where Back leads from a page."""
        names = [*self.names, CHECK]
        at = names.index(name) if name in names else 0
        return self.address(names[at - 1]) if at else reverse("ask")

    def address(self, name: str) -> str:
        return reverse("ask_step", args=[self.draft.pk, name])

    def keep(self, name: str, changes: Mapping[str, Any]) -> None:
        """Write down a page's answers; None takes one away."""
        raw = {key: value for key, value in (self.raw | changes).items() if value is not None}
        seen = tuple(dict.fromkeys((*self.draft.facts.seen, name)))
        facts = DraftFacts(raw=raw, seen=seen)
        self.draft = drafts.keep(self.draft.pk, facts, actor=self.actor, now=self.now)

    def send(self) -> Kind:
        """File it, once."""
        return drafts.send(
            self.draft.pk,
            actor=self.actor,
            now=self.now,
            shaped=lambda raw: steps.body(raw, self.kind, known=self.known),
        )

    # --- one page of questions ------------------------------------------------------------------
    def form(self, step: Step) -> Form:
        """The page's form, filled with what was answered before."""
        form = Form(step.details, only=step.names, at=f"/{step.at}", heading=not step.title)
        return form.fill(step.answers(self.raw))

    def take(self, step: Step, form: Form) -> bool:
        """Keep what was typed, if it can be used; else the form says what to put right."""
        typed = form.raw()
        if step.at == "asker" and not typed and self.kind.ANONYMOUS:
            self.keep(step.name, {"asker": None, "reach": None})
            return True
        others = {k: v for k, v in step.answers(self.raw).items() if k not in step.names}
        try:
            check_some(step.details, others | typed, step.names, at=form.at, today=self.today)
        except BadInput as refusal:
            form.refuse(refusal)
            return False
        self.keep(step.name, {step.at: others | typed})
        return True

    # --- before the questions -------------------------------------------------------------------
    def whom(self) -> OneOf:
        """For myself, for one for whom this account acts, or for somebody else."""
        options = [self._tie(tie) for tie in self.ties]
        if not any(tie.capacity == Capacity.INDIVIDUAL for tie in self.ties):
            options = [(_MYSELF, _("For myself"), ""), *options] if not self.ties else options
        hint = _("For example as parent, guardian or with a power of attorney.")
        options.append((_ELSE, _("For somebody else"), hint))
        asked = OneOf(WHOM, _("For whom do you ask?"), options, _("Choose for whom you ask"))
        asked.chosen = self._whom_chosen()
        return asked

    def _tie(self, tie: selectors.Tie) -> tuple[str, str, str]:
        if tie.capacity == Capacity.INDIVIDUAL:
            return str(tie.patient_id), _("For myself"), ""
        name = Patient.objects.get(pk=tie.patient_id).identity.full_name
        return str(tie.patient_id), _("For %(name)s, for whom I act") % {"name": name}, ""

    def _whom_chosen(self) -> str | None:
        if WHOM not in self.draft.facts.seen:
            return None
        return _ELSE if self.raw.get("for_somebody_else") else self.raw.get("patient") or _MYSELF

    def keep_whom(self, chosen: str) -> None:
        other = chosen == _ELSE
        patient = None if chosen in {_ELSE, _MYSELF} else chosen
        self.keep(WHOM, {"patient": patient, "for_somebody_else": other or None})

    def site(self) -> OneOf:
        """Which place of the practice, where it has several."""
        options = [(str(one.pk), one.name, one.address) for one in practice.open_sites()]
        sentence = _("Choose the place this is about")
        return OneOf(SITE, _("Which of our places is this about?"), options, sentence,
                     chosen=self.raw.get("site"))  # fmt: skip

    # --- check answers --------------------------------------------------------------------------
    def rows(self) -> list[SummaryRow]:
        """Every answer with its link to change it."""
        return [self._whom_row(), *(row for step in self.steps for row in self._step_rows(step))]

    def _whom_row(self) -> SummaryRow:
        asked = self.whom()
        chosen = [label for value, label, _hint in asked.options if value == asked.chosen]
        return SummaryRow(asked.title, chosen, self.address(WHOM), _("whether it is for you"))

    def _step_rows(self, step: Step) -> list[SummaryRow]:
        questions, answers = questions_of(step.details), step.answers(self.raw)
        return [
            SummaryRow(
                str(questions[name].question),
                said.values(questions[name], answers.get(name)),
                self.address(step.name),
                questions[name].name_for(name),
            )
            for name in step.names
        ]

    def lines(self, refusal: BadInput) -> list[Line]:
        """The error summary of check answers: each line leads to the page that asks."""
        return [Line(self._page_of(one.field), one.sentence) for one in refusal.problems]

    def _page_of(self, pointer: str) -> str:
        place, _slash, rest = pointer.strip("/").partition("/")
        name = rest.partition("/")[0]
        for step in self.steps:
            if step.at == place and (name in step.names or not name):
                return self.address(step.name)
        return self.address(SITE if place == "site" else WHOM)


def load(pk: UUID, *, actor: Actor, now: datetime) -> Writing:
    """The draft of that id, if this person writes it. Raises NotFound."""
    return Writing(drafts.one(pk, actor=actor, now=now), actor, now)
