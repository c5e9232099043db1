"""What a copy may cost: the lawful parts, the three methods, and what is never charged.

164.524(c)(4): labour for copying, supplies and postage; HHS guidance on the methods (2016).  What a
summary costs is told with its own proposal (kinds/summaries.py).

A fee is told before the copy is made, part by part, and nothing waits for its
payment: no move of a request asks whether a bill is paid, neither this one nor one for treatment.

Where a state lets a copy cost less, that governs whatever the method (kinds/fee_caps.py).

The limit is kept for a copy that goes to somebody else at the individual's direction as well.  A
court has held that the rule does not ask for that (Ciox Health v. Azar, 2020); it takes nothing from
anybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.errors import BadInput, Problem
from requests_app.kinds import fee_caps, summaries
from requests_app.kinds.access_asked import Asked, Send
from requests_app.kinds.base import Move
from requests_app.kinds.fee_caps import Purpose
from requests_app.practice.models import Site
from requests_app.questions import choice, many, yes_no
from requests_app.questions.amounts import money, whole

AnyMove = Move[Any]

#: All in, for an electronic copy of what is kept electronically, in cents.
FLAT_FEE = 650


class Method(models.TextChoices):
    """How the amount is found: one of three."""

    ACTUAL = "actual", _("What this copy costs")
    AVERAGE = "average", _("A schedule of average costs")
    FLAT = "flat", _("The flat fee for an electronic copy")


class Part(models.TextChoices):
    """Parts of a fee as offices write them down; most may never be charged."""

    LABOUR = "labour", _("Labour for making the copy")
    PAPER = "paper", _("Paper and toner")
    MEDIA = "media", _("A disc or stick that was asked for")
    POSTAGE = "postage", _("Postage")
    SEARCH = "search", _("Searching for and getting out the records")
    REVIEW = "review", _("Looking them through, or taking parts out")
    VERIFYING = "verifying", _("Checking who asks")
    DOCUMENTING = "documenting", _("Keeping a record of the request")
    SYSTEMS = "systems", _("Systems, storage and other standing cost")
    VENDOR = "vendor", _("What a vendor takes for handling it")
    INSPECTION = "inspection", _("Looking at the records")
    PORTAL = "portal", _("Looking at or downloading them in this service")


@dataclass(frozen=True)
class PartLaw:
    """Whether a part may be charged, and by which rule."""

    allowed: bool
    citation: str


_CHARGED = "45 CFR 164.524(c)(4)"
_GUIDANCE = "45 CFR 164.524(c)(4); HHS guidance on access fees"
PARTS: dict[Part, PartLaw] = {
    Part.LABOUR: PartLaw(True, f"{_CHARGED}(i)"),
    Part.PAPER: PartLaw(True, f"{_CHARGED}(ii)"),
    Part.MEDIA: PartLaw(True, f"{_CHARGED}(ii)"),
    Part.POSTAGE: PartLaw(True, f"{_CHARGED}(iii)"),
    Part.SEARCH: PartLaw(False, _GUIDANCE),
    Part.REVIEW: PartLaw(False, _GUIDANCE),
    Part.VERIFYING: PartLaw(False, _GUIDANCE),
    Part.DOCUMENTING: PartLaw(False, _GUIDANCE),
    Part.SYSTEMS: PartLaw(False, _GUIDANCE),
    Part.VENDOR: PartLaw(False, _GUIDANCE),
    Part.INSPECTION: PartLaw(False, _GUIDANCE),
    Part.PORTAL: PartLaw(False, _GUIDANCE),
}


@dataclass(frozen=True)
class FeePart:
    """One part of the fee."""

    what: Part = choice(Part, name="the part", question="For what?")
    amount: int = money(name="the amount", question="How much?")


@dataclass(frozen=True)
class FeeQuote:
    """The approximate fee, told before the copy is made."""

    method: Method = choice(Method, name="the method", question="How is it found?")
    parts: tuple[FeePart, ...] = many(
        FeePart, name="the parts", question="What is it made up of?", max_items=10
    )
    per_page: bool = yes_no(
        name="whether it is by the page", question="Is it a price by the page?", example=False
    )
    kept_electronically: bool = yes_no(
        name="whether they are kept electronically",
        question="Are the records kept electronically?",
        example=False,
    )
    pages: int | None = whole(
        name="how many pages",
        question="How many pages does the copy have?",
        hint="Asked where the state limits the price of a page.",
        least=1,
        most=100_000,
        example=12,
        optional=True,
    )
    purpose: Purpose | None = choice(
        Purpose,
        name="what it was said to be for",
        question="Did whoever asked say that the copy is for one of these?",
        hint="Nobody is asked why they want their records. Some states make such a copy cost less.",
        optional=True,
    )

    @property
    def total(self) -> int:
        """In cents."""
        return sum(part.amount for part in self.parts)

    @property
    def copying(self) -> int:
        """All but postage, in cents: what a state's price of a page is compared with."""
        return sum(part.amount for part in self.parts if part.what != Part.POSTAGE)


def fee_lawful(move: AnyMove) -> None:
    """164.524(c)(4): only what the list allows, found by a method that fits what was asked."""
    quote: FeeQuote | None = move.input.fee
    request = move.request
    found = list(problems(quote, request.details)) if quote else []
    if quote and not found:
        found = list(state_problems(quote, request.details, request.site))
    if found:
        raise BadInput(found)


def problems(quote: FeeQuote, asked: Asked) -> Iterator[Problem]:
    """Everything in the quote that the rule does not allow, each with its pointer and citation."""
    free = _free(asked)
    if free:
        yield Problem("/fee", f"{free} ({_GUIDANCE}).")
        return
    for position, part in enumerate(quote.parts):
        sentence = _refused(part.what, asked)
        if sentence:
            said = f"{sentence} ({PARTS[part.what].citation})."
            yield Problem(f"/fee/parts/{position}/what", said)
    electronic = asked.form.electronic and quote.kept_electronically
    if quote.method == Method.FLAT and not electronic:
        yield _fault("method", "The flat fee is for an electronic copy of electronic records only")
    if quote.method == Method.FLAT and quote.total > FLAT_FEE:
        yield _fault("parts", "The flat fee is at most $6.50, all in")
    if quote.per_page and electronic:
        yield _fault("per_page", "A price by the page is for records kept on paper only")


def state_problems(quote: FeeQuote, asked: Asked, site: Site) -> Iterator[Problem]:
    """What a state's rule makes too much of a quote that the federal rule allows."""
    caps = fee_caps.matching(
        state=site.state, types=site.provider_types, form=asked.form, purpose=quote.purpose
    )
    for cap in caps if quote.total else ():
        also = f"({cap.citation}; {fee_caps.ALSO})"
        if cap.free:
            yield Problem("/fee", f"A copy for this purpose costs nothing {also}.")
        elif quote.pages is None:
            yield Problem("/fee/pages", f"Enter how many pages the copy has {also}.")
        elif quote.copying > cap.most(quote.pages):
            most = f"${cap.most(quote.pages) / 100:,.2f}"
            yield Problem("/fee/parts", f"For so many pages at most {most} can be charged {also}.")


def tell(move: AnyMove) -> None:
    """The amount stands on the request from the moment its letter says it."""
    quote: FeeQuote | None = move.input.fee
    if quote:
        move.request.fee_cents = quote.total + summaries.agreed_cost(move.request)


def charged_as_told(move: AnyMove) -> None:
    """164.524(c)(4): nothing is charged that was not told in advance, and no more than that."""
    told = move.request.fee_cents or 0
    if (move.input.charged or 0) > told:
        raise BadInput.one(
            "/charged",
            f"No more can be charged than was told in advance: ${told / 100:,.2f} "
            "(45 CFR 164.524(c)(4)).",
        )


#: Parts that arise only in some requests: in which, and what is said otherwise.
_ONLY_IF: dict[Part, tuple[Callable[[Asked], bool], str]] = {
    Part.PAPER: (
        lambda asked: not asked.form.electronic,
        "Paper is charged only for a copy on paper",
    ),
    Part.MEDIA: (
        lambda asked: asked.form.electronic and asked.send in {Send.POST, Send.PICK_UP},
        "A disc or stick is charged only where one was asked for",
    ),
    Part.POSTAGE: (
        lambda asked: asked.send == Send.POST,
        "Postage is charged only for what is asked for by post",
    ),
}


def _free(asked: Asked) -> str:
    """Why nothing at all is charged for what was asked; empty where something may be."""
    if not asked.manner.copies:
        return "Looking at the records costs nothing"
    return "What is given through this service costs nothing" if asked.send == Send.PORTAL else ""


def _refused(part: Part, asked: Asked) -> str:
    if not PARTS[part].allowed:
        return f"“{part.label}” is never charged"
    fits, otherwise = _ONLY_IF.get(part, (None, ""))
    return otherwise if fits and not fits(asked) else ""


def _fault(field: str, sentence: str) -> Problem:
    return Problem(f"/fee/{field}", f"{sentence} ({_GUIDANCE}).")
