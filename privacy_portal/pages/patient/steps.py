"""The pages of one request, one thing a page, from the kind's own questions.

What is said here is only which questions share a page, which are asked only after certain answers, and
which a patient is never asked.  A question that is named nowhere gets a page of its own, so a new kind
needs no line here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.actions.file import AskerAnswers, WishesAnswers
from requests_app.kinds.base import Kind
from requests_app.questions import questions_of, text

Raw = Mapping[str, Any]
When = Callable[[Raw], bool]


@dataclass(frozen=True)
class Contact(WishesAnswers):
    """How somebody without an account can be reached; every answer may be left out."""

    contact: str | None = text(
        name="how to reach you",
        question="How can we reach you?",
        hint="A telephone number, an address or an e-mail address. Leave it open if you will call "
        "us or come by.",
        max_length=400,
        optional=True,
    )


@dataclass(frozen=True)
class Step:
    """One page: its place in the address, what it asks, and where in the body the answers stand.

    title  the page's h1 where it asks several things; else its only question is that
    """

    name: str
    details: type[Any]
    at: str
    names: Sequence[str]
    title: str | Promise = ""
    when: When = lambda raw: True

    def answers(self, raw: Raw) -> dict[str, Any]:
        """What the body holds of it so far."""
        return dict(raw.get(self.at) or {}) if self.at else dict(raw)


def _is(name: str, *wanted: str) -> When:
    def asked(raw: Raw) -> bool:
        given = (raw.get("details") or {}).get(name)
        return bool(set(given if isinstance(given, list) else [given]) & set(wanted))

    return asked


#: One sentence on each kind, under its name on the front page.
HINTS: Mapping[str, str | Promise] = {
    "access": _("Visit notes, bills, images: everything we use to decide about you."),
    "amendment": _("Something in them is wrong, or something is missing."),
    "accounting": _("A list of those we gave it to without your asking, with the days."),
    "restriction": _("For example: keep it from your health plan when you paid yourself."),
    "confidential_communications": _(
        "Another address, another number, not at work. Nobody asks why."
    ),
    "revocation": _("A form you signed so that somebody could get your information."),
    "objection": _("Family, friends, a directory, disaster relief."),
    "materials_opt_out": _("Letters and messages about treatments, products or gifts to us."),
    "notice_copy": _("The paper that says what we may do with your information."),
    "complaint": _("You need not give your name. Nobody may treat you worse for it."),
}

#: Questions that share a page, under its heading.
TOGETHER: Mapping[str, Sequence[tuple[str | Promise, Sequence[str]]]] = {
    "access": [
        (_("From which days?"), ("date_from", "date_until")),
        (_("In what form do you want the copy?"), ("form", "form_note")),
        (_("How do you want to get it?"), ("send", "send_to")),
    ],
    "accounting": [(_("Which days should the list cover?"), ("since", "until"))],
    "complaint": [
        (_("Whom is it about?"), ("about", "person")),
        (_("More about it, if you want to say"), ("known_on", "wanted")),
    ],
    "confidential_communications": [
        (_("Where can we reach you?"), ("email", "telephone", "address")),
        (_("Anything we must take care of?"), ("never", "only_about", "payment")),
    ],
    "notice_copy": [(_("How do you want to get the notice?"), ("send", "send_to"))],
    "objection": [(_("For which information, and until when?"), ("parts", "until"))],
    "restriction": [
        (_("Which information, or which service?"), ("information", "service_on")),
        (_("What should we limit, and from whom?"), ("limit", "recipients", "named")),
        (_("Have you paid for it?"), ("paid", "talk")),
    ],
    "revocation": [(_("What do you take back?"), ("subject", "words"))],
}
#: Questions that are asked only after certain answers.
ONLY_AFTER: Mapping[tuple[str, str], When] = {
    ("access", "form"): _is("manner", "copy", "both"),
    ("access", "send"): _is("manner", "copy", "both"),
    ("access", "accepts_risk"): _is("send", "email"),
    ("access", "directive"): _is("manner", "copy", "both"),
    ("objection", "people"): _is("scopes", "family"),
    ("objection", "parts"): _is("wish", "object"),
}
#: What the office fills in, or a page that already knows.
NEVER = {("complaint", "names_account"), ("revocation", "authorization")}
#: What is answered for a page that is never asked.
WITHOUT_ASKING: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("access", "form"): {"form": "paper"},
    ("access", "send"): {"send": "pick_up"},
}


def steps(kind: type[Kind], raw: Raw, *, known: bool) -> list[Step]:
    """The pages of this request as it stands. `known`: the account is tied to whom it is about."""
    found = [*_who(kind, raw, known=known), *details(kind), *_reach(raw, known=known)]
    return [step for step in found if step.when(raw)]


def details(kind: type[Kind]) -> list[Step]:
    """The pages of the kind's own questions, in the order of the questions."""
    pages: dict[str, Step] = {}
    for name, question in questions_of(kind.Details).items():
        if (kind.name, name) in NEVER:
            continue
        title, names = _together(kind, name)
        when = ONLY_AFTER.get((kind.name, names[0]), lambda raw: True)
        shown = title or (question.question if len(names) > 1 else "")
        pages.setdefault(names[0], Step(names[0], kind.Details, "details", names, shown, when))
    return list(pages.values())


def _together(kind: type[Kind], name: str) -> tuple[str | Promise, Sequence[str]]:
    for title, names in TOGETHER.get(kind.name, ()):
        if name in names:
            return title, names
    return "", (name,)


def _who(kind: type[Kind], raw: Raw, *, known: bool) -> list[Step]:
    if known:
        return []
    names = ["name", "birth_date"] + (["on_behalf"] if raw.get("for_somebody_else") else [])
    title = _("Who are you? You need not say.") if kind.ANONYMOUS else _("Who are you?")
    return [Step("you", AskerAnswers, "asker", names, title)]


def _reach(raw: Raw, *, known: bool) -> list[Step]:
    """How to reach whoever has said who they are."""
    title = _("How can we reach you?")
    if known:
        return [Step("reach", WishesAnswers, "wishes", list(questions_of(WishesAnswers)), title)]
    if not raw.get("asker"):
        return []
    names = ["contact", *questions_of(WishesAnswers)]
    return [Step("reach", Contact, "reach", names, _("How can we answer you?"))]


def body(raw: Raw, kind: type[Kind], *, known: bool) -> dict[str, Any]:
    """The body for `actions.file`: what the pages keep in places of their own goes where it belongs.

    What was answered on a page that no longer applies is left out.
    """
    whole = {name: value for name, value in raw.items() if name != "reach"}
    whole["details"] = _applying(raw, kind)
    if known:
        return {name: value for name, value in whole.items() if name != "asker"}
    reach = dict(raw.get("reach") or {})
    contact = reach.pop("contact", None)
    if contact and whole.get("asker"):
        whole["asker"] = {**whole["asker"], "contact": contact}
    return whole | ({"wishes": reach} if reach else {})


def _applying(raw: Raw, kind: type[Kind]) -> dict[str, Any]:
    answers, filled = dict(raw.get("details") or {}), dict[str, Any]()
    for step in details(kind):
        if not step.when(raw):
            filled |= WITHOUT_ASKING.get((kind.name, step.name), {})
            answers = {name: one for name, one in answers.items() if name not in step.names}
    return answers | filled
