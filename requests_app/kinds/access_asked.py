"""What is asked in an access request: which records, looked at or copied, in what form, sent where.

164.524(c)(2)-(3).  Nobody is asked why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.errors import Problem
from requests_app.questions import choice, day, group, in_order, text, yes_no


class Manner(models.TextChoices):
    COPY = "copy", _("Get a copy")
    INSPECT = "inspect", _("Look at them at the practice")
    BOTH = "both", _("Both")

    @property
    def looks(self) -> bool:
        """Whether the records are to be looked at; looking is a right apart from copying."""
        return self is not Manner.COPY

    @property
    def copies(self) -> bool:
        """Whether a copy is asked for."""
        return self is not Manner.INSPECT


class Form(models.TextChoices):
    PDF = "pdf", _("Electronic (PDF)")
    OTHER_ELECTRONIC = "other_electronic", _("Another electronic form")
    PAPER = "paper", _("On paper")

    @property
    def electronic(self) -> bool:
        """Whether it is an electronic form."""
        return self is not Form.PAPER


class Send(models.TextChoices):
    PORTAL = "portal", _("Through this service")
    EMAIL = "email", _("By e-mail")
    POST = "post", _("By post")
    PICK_UP = "pick_up", _("I will pick them up")


@dataclass(frozen=True)
class Directive:
    """That the copy goes to somebody else: in writing, signed, naming who and where (c)(3)(ii)."""

    name: str = text(
        name="who gets the copy",
        question="Who gets the copy?",
        max_length=200,
        example="Example Law Office",
    )
    send_to: str = text(
        name="where it goes",
        question="Where does it go?",
        max_length=400,
        example="4 Example Street, Sampletown, NC 00000",
    )
    signed: bool = yes_no(
        name="whether it is signed",
        question="Is this signed by you, on paper or by filing it yourself here?",
    )

    def problems(self) -> Iterable[Problem]:
        """A direction that is not signed directs nothing."""
        if not self.signed:
            yield Problem(
                "/signed",
                "Sign it: a copy goes to somebody else only on a signed direction "
                "(45 CFR 164.524(c)(3)(ii)).",
            )


@dataclass(frozen=True)
class Asked:
    """The questions of an access request; the kind's Details."""

    records: str = text(
        name="the records you want",
        question="Which records do you want?",
        hint="For example: everything, my visit notes, my bills.",
        max_length=2000,
        multiline=True,
        example="All visit notes and bills",
    )
    manner: Manner = choice(Manner, name="what you want to do", question="What do you want to do?")
    date_from: date | None = day(
        name="the first day", question="From which day?", not_future=True, optional=True
    )
    date_until: date | None = day(
        name="the last day", question="Until which day?", not_future=True, optional=True
    )
    form: Form = choice(
        Form, name="the form you want", question="In what form do you want the copy?"
    )
    form_note: str | None = text(
        name="the form in your words", question="Which form?", max_length=200, optional=True
    )
    send: Send = choice(Send, name="how you want to get it", question="How do you want to get it?")
    send_to: str | None = text(
        name="the address", question="Where should we send it?", max_length=400, optional=True
    )
    accepts_risk: bool | None = yes_no(
        name="whether you want it unencrypted",
        question="E-mail that is not encrypted can be read on its way by somebody else. Do you want "
        "it that way all the same?",
        hint="Only if you want it by e-mail.",
        example=False,
        optional=True,
    )
    directive: Directive | None = group(
        Directive,
        name="to whom else it goes",
        question="Does the copy go to somebody else instead of you?",
        optional=True,
    )
    summary: bool = yes_no(
        name="whether you want a summary",
        question="Do you want a summary instead of the full record?",
        hint="Only if you and we agree on it, and on any fee, before we write it.",
    )

    def problems(self) -> Iterable[Problem]:
        """Combinations that cannot be carried out."""
        yield from in_order(self.date_from, self.date_until, at="/date_until")
        if self.send in {Send.EMAIL, Send.POST} and not self.send_to:
            yield Problem("/send_to", "Enter where we should send it.")
        if self.directive and not self.manner.copies:
            yield Problem("/directive", "Only a copy can go to somebody else. Ask for a copy too.")
