"""Guards of a revocation (45 CFR 164.508(b)(5)), and what tells one from what it is not."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.errors import BadInput, NotNow
from requests_app.kinds.base import Kind, Move
from requests_app.kinds.models import Channel
from requests_app.standing import authorizations
from requests_app.standing.authorizations import Authorization

AnyMove = Move[Any]
CITATION = "45 CFR 164.508(b)(5)"


class Subject(models.TextChoices):
    """What somebody takes back. A consent to a treatment is another thing than an authorization."""

    AUTHORIZATION = "authorization", _("A permission to use or give out my health information")
    TREATMENT = "treatment", _("My consent to a treatment")
    NOT_SURE = "not_sure", _("I am not sure")


def counts(request: Kind) -> bool:
    """Whether it ends authorizations: in writing, by somebody known, and about one."""
    return (
        Channel(request.channel).written
        and request.identity_confirmed_at is not None
        and request.details.subject != Subject.TREATMENT
    )


def in_writing(move: AnyMove) -> None:
    """164.508(b)(5): a revocation is in writing; by word of mouth it does not count."""
    if not Channel(move.request.channel).written:
        raise NotNow(
            "This came by word of mouth, so it does not count yet. Tell the individual how to put it "
            "in writing.",
            citation=CITATION,
        )


def by_word_of_mouth(move: AnyMove) -> None:
    """What came in writing counts already; there is nothing to tell."""
    if Channel(move.request.channel).written:
        raise NotNow(
            "This came in writing, so it counts since it was received. Record what it ends.",
            citation=CITATION,
        )


def no_treatment_meant(move: AnyMove) -> None:
    """A consent to a treatment is no authorization: it needs no writing, and goes to the care team."""
    if move.request.details.subject == Subject.TREATMENT:
        raise NotNow(
            "This takes back a consent to a treatment, which is no authorization. Pass it to the care "
            "team at once."
        )


def treatment_is_meant(move: AnyMove) -> None:
    """What names itself a revocation is not made into something else without ground."""
    if move.request.details.subject == Subject.AUTHORIZATION and not move.input.how_known:
        raise BadInput.one(
            "/how_known",
            "The request speaks of an authorization. Write down how it is known that a treatment is "
            "meant, or record the revocation.",
        )


def told_at_possible(move: AnyMove) -> None:
    """The care team was not told in the future."""
    if move.input.told_at > move.now:
        raise BadInput.one("/told_at", "When they were told must be now or in the past.")


def nothing_ended(move: AnyMove) -> None:
    """What has already ended an authorization is a revocation, and stays one."""
    if authorizations.ended_by(move.request).exists():
        raise NotNow(
            "This has ended an authorization. Record that, and pass on separately what concerns a "
            "treatment.",
            citation=CITATION,
        )


def does_not_count_yet(move: AnyMove) -> None:
    """What has taken effect on receipt is not undone; a new authorization can be signed."""
    if counts(move.request):
        raise NotNow(
            "This took effect when the practice received it. To allow it again, sign a new "
            "authorization.",
            citation=CITATION,
        )


def takes_nothing_from_them(request: Kind) -> None:
    """What ended or names an authorization of the wrong patient does not go on as somebody else's."""
    if counts(request) or request.details.authorization:
        raise NotNow(
            "This counts for the authorizations of this patient. Take it down anew for the right "
            "patient, with the same day of receipt; whatever it ended here, this patient can sign "
            "again.",
            citation=CITATION,
        )


def says_what_ends(move: AnyMove) -> None:
    """A revocation in effect says which authorizations it ended, or that none is on file."""
    if not all_named(move) and not move.input.none_on_file:
        raise BadInput.one(
            "/authorizations", "Name the authorizations it ends, or say that none is on file."
        )


def all_named(move: AnyMove) -> list[Authorization]:
    """The authorizations that the request or the input names, each once."""
    asked = [("/details/authorization", move.request.details.authorization)]
    for position, one in enumerate(move.input.authorizations or ()):
        asked.append((f"/authorizations/{position}/authorization", one.authorization))
    found = [authorizations.named(move, text, at=at) for at, text in asked]
    return list({row.pk: row for row in found if row is not None}.values())


def has_ended_one(move: AnyMove) -> None:
    """The exception is one from a revocation that reaches an authorization."""
    if not authorizations.ended_by(move.request).exists():
        raise NotNow("This has ended no authorization, so there is no exception to record.")


def insurer_may_contest(move: AnyMove) -> None:
    """164.508(b)(5)(ii): a condition of coverage, a policy that exists, and a law to contest under."""
    given = move.input
    for name, sentence in _CONDITIONS.items():
        if not getattr(given, name):
            raise BadInput.one(f"/{name}", f"{sentence} ({CITATION}(ii)).")
    contested(move)


_CONDITIONS = {
    "condition_of_coverage": "The exception reaches only what was a condition of getting coverage",
    "policy_issued": "There is no policy to contest, so the exception does not apply",
    "may_contest": "Without a law under which the insurer may contest, the exception does not apply",
}


def contested(move: AnyMove) -> Authorization:
    """The authorization the exception is about: the one named, or the only one that was ended."""
    rows = authorizations.ended_by(move.request).select_related("authorization")
    ended = {str(row.authorization_id): row.authorization for row in rows}
    asked = move.input.authorization
    if asked is None and len(ended) == 1:
        return next(iter(ended.values()))
    if asked not in ended:
        raise BadInput.one("/authorization", "Name one of the authorizations this has ended.")
    return ended[asked]
