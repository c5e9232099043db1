"""A day in words, and the reasoning behind a due day, one sentence a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.days import in_form
from requests_app.deadlines import engine
from requests_app.deadlines.engine import Answer, Limit, Site
from requests_app.deadlines.policy import Count, Policy


def in_words(day: date) -> str:
    """The day with its weekday, as the reader's language writes it: "Monday, March 2, 2026"."""
    return f"{in_form(day, 'l')}, {in_form(day, 'DATE_FORMAT')}"


def explain(answer: Answer) -> list[str]:
    """Why the request is due when it is: receipt, each limit with its citation, what governs."""
    lines = [_received(answer)]
    lines += [_limit(limit, answer.site) for limit in answer.limits]
    lines += [
        _("%(day)s is a holiday (%(name)s) and is not counted as a working day.")
        % {"day": in_words(holiday.day), "name": holiday.name}
        for holiday in answer.holidays
    ]
    lines += _extension(answer)
    return [*lines, _due(answer)]


def _received(answer: Answer) -> str:
    return _("Received on %(day)s, by the clock of %(zone)s. Counting starts the day after.") % {
        "day": in_words(answer.asked.received),
        "zone": answer.site.zone,
    }


def _limit(limit: Limit, site: Site) -> str:
    line = _("%(title)s: %(days)s after receipt, which is %(day)s (%(citation)s).") % {
        "title": _(limit.policy.title),
        "days": counted(limit.policy),
        "day": in_words(limit.first_due),
        "citation": limit.policy.citation,
    }
    return " ".join([line, _may_extend(limit), *_remarks(limit, site)])


def _may_extend(limit: Limit) -> str:
    terms = limit.policy.extension
    if terms is None:
        return _("It allows no extension.")
    may = _(
        "One extension is possible, by written notice before that day ends, to %(day)s at the"
        " latest (%(citation)s)."
    )
    return may % {"day": in_words(limit.last_day), "citation": terms.citation}


def _remarks(limit: Limit, site: Site) -> Iterable[str]:
    if limit.policy.remark:
        yield _(limit.policy.remark)
    if engine.assumed(limit.policy, site):
        yield _(
            "What decides whether this rule binds the site has not been said of it, so the rule is"
            " counted."
        )


def counted(row: Policy) -> str:
    """The count in words: "15 working days"."""
    if row.count is Count.WORKING:
        return ngettext("%(n)d working day", "%(n)d working days", row.days) % {"n": row.days}
    return ngettext("%(n)d calendar day", "%(n)d calendar days", row.days) % {"n": row.days}


def _extension(answer: Answer) -> list[str]:
    notice = answer.extension
    if notice is None:
        return []
    given = _("A written notice provided on %(given)s names %(day)s.") % {
        "given": in_words(notice.provided),
        "day": in_words(notice.until),
    }
    return [given, *(_effect(limit) for limit in answer.limits)]


def _effect(limit: Limit) -> str:
    words = {"title": _(limit.policy.title), "day": in_words(limit.due)}
    if limit.extended:
        return _("%(title)s: the notice satisfies the rule, so the limit is %(day)s.") % words
    return _("%(title)s: the notice does not extend it, so the limit stays %(day)s.") % words


def _due(answer: Answer) -> str:
    row = answer.governing
    words = {"day": in_words(answer.due), "zone": answer.site.zone, "citation": row.citation}
    if len(answer.limits) > 1:
        line = _(
            "The earliest limit governs: due by the end of %(day)s in %(zone)s (%(citation)s)."
        )
        return line % words
    return _("Due by the end of %(day)s in %(zone)s (%(citation)s).") % words
