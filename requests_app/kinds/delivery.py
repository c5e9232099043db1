"""How records are given, the same for every kind that gives any."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.kinds import access_rules, fees, summaries
from requests_app.kinds.access_asked import Form
from requests_app.questions import choice, day, text, yes_no
from requests_app.questions.amounts import money


class Way(models.TextChoices):
    """The ways of giving records; e-mail in the clear is a way of its own, because it needs a warning."""

    PORTAL = "portal", _("Through this service")
    EMAIL_SECURE = "email_secure", _("By encrypted e-mail")
    EMAIL_CLEAR = "email_clear", _("By e-mail, not encrypted")
    POST = "post", _("By post")
    HANDED = "handed", _("Handed over")
    INSPECTED = "inspected", _("Looked at in person")

    @property
    def needs_address(self) -> bool:
        """Whether the record of it must say where to."""
        return self in {Way.EMAIL_SECURE, Way.EMAIL_CLEAR, Way.POST}


@dataclass(frozen=True)
class Deliver:
    """What was given, how, and when."""

    given: str = text(
        name="what was given",
        question="What exactly was given, and in which form?",
        max_length=2000,
        multiline=True,
        example="Visit notes and bills 2024 to 2026, one PDF",
    )
    channel: Way = choice(Way, name="how it was given", question="How was it given?")
    address: str | None = text(
        name="where it was sent", question="Where was it sent?", max_length=400, optional=True
    )
    form: Form | None = choice(
        Form,
        name="the form it was given in",
        question="In which form, if not the one asked for?",
        optional=True,
    )
    not_producible: str | None = text(
        name="why not in the form asked for",
        question="Why could the form asked for not readily be produced?",
        max_length=1000,
        multiline=True,
        optional=True,
    )
    kept_electronically: bool | None = yes_no(
        name="whether they are kept electronically",
        question="Are the records kept electronically?",
        optional=True,
    )
    agreed: bool | None = yes_no(
        name="whether it was agreed",
        question="Where it differs from what was asked: has the individual agreed, and declined each "
        "electronic form on offer?",
        example=False,
        optional=True,
    )
    summary: bool | None = yes_no(
        name="whether it is a summary",
        question="Is it a summary in place of the records?",
        example=False,
        optional=True,
    )
    directed: bool | None = yes_no(
        name="whether it went to somebody else",
        question="Did it go to the person whom the individual named in writing?",
        example=False,
        optional=True,
    )
    from_ehr: bool | None = yes_no(
        name="whether it is from an electronic health record",
        question="If so: is it an electronic copy of an electronic health record?",
        example=False,
        optional=True,
    )
    charged: int | None = money(
        name="what was charged",
        question="What was charged, if anything?",
        example=0,
        optional=True,
    )
    warned: bool | None = yes_no(
        name="whether the risk was explained",
        question="Was the individual told the risk of unencrypted e-mail, and still wants it?",
        optional=True,
    )
    given_on: date | None = day(
        name="the day it was given",
        question="On which day, if not today?",
        not_future=True,
        optional=True,
    )


#: What is checked of every giving of records.
GIVING = (
    rules.address_given,
    rules.email_warning_given,
    rules.given_on_possible,
    access_rules.as_asked_or_agreed,
    access_rules.in_the_form_asked_for,
    access_rules.as_directed,
    summaries.given_only_if_agreed,
    fees.charged_as_told,
)
