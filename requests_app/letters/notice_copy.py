"""The letter with a copy of the notice: the notice itself, whole."""

from dataclasses import dataclass
from typing import Any

from requests_app.kinds.base import Move
from requests_app.letters.context import Common, common, in_words
from requests_app.letters.letter import Element, Letter
from requests_app.notices import copies


@dataclass(frozen=True)
class Given:
    """The version given, word for word."""

    common: Common
    effective: str
    text: str


def _given(move: Move[Any]) -> Given:
    notice = copies.given_by(move)
    return Given(common(move), in_words(notice.effective_on), notice.text)


GIVEN = Letter(
    "notice_given",
    _given,
    (
        Element("the notice, whole", "164.520(c)", lambda c: (c.text,)),
        Element(
            "since when the notice is in force", "164.520(b)(1)(viii)", lambda c: (c.effective,)
        ),
        Element(
            "the right to a paper copy", "164.520(b)(1)(iv)(F)", lambda c: ("on paper at any time",)
        ),
    ),
)
