"""The day of receipt and the one extension: what the law allows, and the sentence when not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from requests_app.deadlines.engine import Answer, Extension, Limit
from requests_app.deadlines.policy import Need, Policy
from requests_app.deadlines.wording import in_words
from requests_app.errors import BadInput, NotNow, Problem


def check_received(
    received: date,
    *,
    entered: date,
    kind: str,
    policies: Iterable[Policy],
    at: str = "/received",
) -> None:
    """Receipt may be before the day of entry, never after, and not before the law began."""
    if received > entered:
        raise BadInput.one(at, _("The day of receipt must be today or in the past"))
    began = min((row.in_force_from for row in policies if kind in row.kinds), default=received)
    if received < began:
        sentence = _("The day of receipt must be on or after %(day)s, when the rule took effect")
        raise BadInput.one(at, sentence % {"day": in_words(began)})


def check_extension(answer: Answer, *, provided: date, until: date, reasons: str) -> Extension:
    """The extension, if the law allows it; else NotNow, or BadInput at /reasons, /completion_date.

    provided is the local day on which the individual is given the notice, until the completion
    date it names.  A notice that satisfies one regime is accepted; a stricter regime that it does
    not satisfy goes on governing (see `engine.extended`).
    """
    in_time = _extendable(answer, provided)
    problems = []
    if not reasons.strip() and any(Need.REASONS in _needs(limit) for limit in in_time):
        problems.append(Problem("/reasons", _("Enter the reasons for the delay")))
    sentence = _completion_date_fault(answer, in_time, until)
    if sentence:
        problems.append(Problem("/completion_date", sentence))
    if problems:
        raise BadInput(problems)
    return Extension(provided=provided, until=until)


def check_open(answer: Answer, *, provided: date) -> None:
    """Whether a notice provided on this day could still extend anything. Raises NotNow."""
    _extendable(answer, provided)


@dataclass(frozen=True, slots=True)
class Room:
    """What a notice could still give: by which day it must be provided, and until when at most."""

    notice_by: date
    until: date


def room(answer: Answer, *, provided: date) -> Room | None:
    """The room an extension leaves from this day on; None where it would move the due day nowhere.

    A limit that the notice cannot move goes on governing, and so does one that it would move too
    far: the last day is the earliest of what can be moved to and what cannot be moved.
    """
    try:
        in_time = _extendable(answer, provided)
    except NotNow:
        return None
    fixed = [limit.due for limit in answer.limits if limit not in in_time]
    until = min([*(limit.last_day for limit in in_time), *fixed])
    if until <= answer.due:
        return None
    return Room(notice_by=min(limit.first_due for limit in in_time), until=until)


def _needs(limit: Limit) -> tuple[Need, ...]:
    return limit.policy.extension.needs if limit.policy.extension else ()


def _extendable(answer: Answer, provided: date) -> list[Limit]:
    """The limits a notice provided on this day could still extend. Raises NotNow for none."""
    allowing = [limit for limit in answer.limits if limit.policy.extension]
    if not allowing:
        sentence = _("The rule that sets this time limit allows no extension")
        raise NotNow(sentence, citation=answer.governing.citation)
    latest = max(allowing, key=lambda limit: limit.first_due)
    citation = latest.policy.extension.citation if latest.policy.extension else ""
    if answer.extension:
        sentence = _("This request has been extended once. The rule allows one extension only.")
        raise NotNow(sentence, citation=citation)
    if provided > latest.first_due:
        sentence = _(
            "The notice of an extension had to be given by %(day)s. The request can no longer be"
            " extended. Answer it now: every answer is still possible."
        )
        raise NotNow(sentence % {"day": in_words(latest.first_due)}, citation=citation)
    return [limit for limit in allowing if provided <= limit.first_due]


def _completion_date_fault(answer: Answer, in_time: list[Limit], until: date) -> str:
    last = max(limit.last_day for limit in in_time)
    if until > last:
        sentence = _(
            "The completion date must be on or before %(day)s, the last day the law allows"
        )
        return sentence % {"day": in_words(last)}
    if until <= answer.due:
        sentence = _("The completion date must be after %(day)s, the day the answer is due now")
        return sentence % {"day": in_words(answer.due)}
    return ""
