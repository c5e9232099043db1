"""Guards of a copy of the notice (164.520)."""

from typing import Any

from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Move
from requests_app.kinds.decided import latest
from requests_app.notices import selectors
from requests_app.notices.models import Channel

AnyMove = Move[Any]


def notice_published(move: AnyMove) -> None:
    """164.520(a)(1): there is a notice in force that can be given."""
    if selectors.in_force(on=move.today) is None:
        raise NotNow(
            "No notice is in force here yet: publish the practice's notice first.",
            citation="45 CFR 164.520(a)(1)",
        )


def notice_was_in_force(move: AnyMove) -> None:
    """What was given on an earlier day is the version in force on that day."""
    given_on = move.input.given_on
    if given_on is not None and selectors.in_force(on=given_on) is None:
        raise BadInput.one("/given_on", "No notice was in force on that day.")


def paper_if_asked(move: AnyMove) -> None:
    """164.520(b)(1)(iv)(F), (c)(3)(iii): who asks for paper gets paper, whatever was agreed before."""
    if move.request.details.send.on_paper and not move.input.channel.on_paper:
        raise BadInput.one(
            "/channel",
            "A paper copy was asked for: hand it over or post it (45 CFR 164.520(c)(3)(iii)).",
        )


def email_agreed(move: AnyMove) -> None:
    """164.520(c)(3)(i): by e-mail only if the individual agreed and has not withdrawn it."""
    asked = move.request.details.send == Channel.EMAIL
    if move.input.channel == Channel.EMAIL and not (asked or move.input.email_agreed):
        raise BadInput.one(
            "/channel", "Record that e-mail was agreed to, or give it on paper (164.520(c)(3)(i))."
        )


def paper_after_email_failed(move: AnyMove) -> None:
    """164.520(c)(3)(i): where e-mail is known to have failed, a paper copy is owed."""
    if move.request.state == "paper_owed" and not move.input.channel.on_paper:
        raise BadInput.one("/channel", "The e-mail came back: hand a paper copy over or post it.")


def was_emailed(move: AnyMove) -> None:
    """Only an e-mail can come back."""
    last = latest(move.request.pk, "give")
    if last is None or last.facts.elsewhere != Channel.EMAIL.value:
        raise NotNow("This copy was not sent by e-mail.")
