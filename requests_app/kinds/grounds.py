"""The grounds on which access may be denied: a closed list (164.524(a)(1)-(3)).

`reviewable` grounds need a licensed health care professional's determination before, and give the
individual a review by another one after.  "Not verified" is no ground here: it is an outcome of its
own, counted apart from denials.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.questions import choice, text


class AccessGround(models.TextChoices):
    """Codes as they stand in decisions and statistics; labels as the form offers them."""

    PSYCHOTHERAPY_NOTES = "ACC-U1", _("Psychotherapy notes kept apart from the record")
    LEGAL_PROCEEDING = "ACC-U2", _("Put together for a court or administrative proceeding")
    INMATE_COPY = "ACC-U3", _("A copy for an inmate would endanger somebody or the custody")
    RESEARCH = "ACC-U4", _("Research still in progress, suspension agreed to")
    PRIVACY_ACT = "ACC-U5", _("Denial allowed by the Privacy Act")
    CONFIDENTIAL_SOURCE = (
        "ACC-U6",
        _("Given in confidence by someone who is no health care provider"),
    )
    ENDANGERS_LIFE = "ACC-R1", _("Likely to endanger life or physical safety")
    HARMS_ANOTHER = (
        "ACC-R2",
        _("Speaks of another person, who would likely be substantially harmed"),
    )
    HARM_BY_REPRESENTATIVE = (
        "ACC-R3",
        _("Giving it to the representative would likely cause substantial harm"),
    )
    NOT_IN_RECORD_SET = "ACC-N1", _("Not part of a designated record set")


@dataclass(frozen=True)
class GroundLaw:
    """What the law says of a ground, in a sentence a patient can read."""

    sentence: str
    citation: str
    reviewable: bool = False


G = AccessGround

GROUNDS: dict[str, GroundLaw] = {
    G.PSYCHOTHERAPY_NOTES: GroundLaw(
        "These are a mental health professional's own notes of conversations, kept apart from the "
        "rest of your record. The law does not give a right to see them.",
        "45 CFR 164.524(a)(1)(i)",
    ),
    G.LEGAL_PROCEEDING: GroundLaw(
        "This was put together for a civil, criminal or administrative proceeding. The records it "
        "was made from stay open to you.",
        "45 CFR 164.524(a)(1)(ii)",
    ),
    G.INMATE_COPY: GroundLaw(
        "A copy would put the health, safety, security, custody or rehabilitation of you or others "
        "at risk. You can still ask to look at it.",
        "45 CFR 164.524(a)(2)(ii)",
    ),
    G.RESEARCH: GroundLaw(
        "This was made in research that is still going on. When you joined, you agreed that you "
        "would see it when the research is complete.",
        "45 CFR 164.524(a)(2)(iii)",
    ),
    G.PRIVACY_ACT: GroundLaw(
        "These records fall under the federal Privacy Act, which allows them to be withheld.",
        "45 CFR 164.524(a)(2)(iv)",
    ),
    G.CONFIDENTIAL_SOURCE: GroundLaw(
        "Somebody who is not a health care provider gave us this in confidence, and showing it would "
        "likely reveal who that was.",
        "45 CFR 164.524(a)(2)(v)",
    ),
    G.ENDANGERS_LIFE: GroundLaw(
        "A licensed health care professional has judged that seeing this is reasonably likely to "
        "endanger the life or physical safety of you or another person.",
        "45 CFR 164.524(a)(3)(i)",
        reviewable=True,
    ),
    G.HARMS_ANOTHER: GroundLaw(
        "This speaks of another person, and a licensed health care professional has judged that "
        "seeing it is reasonably likely to cause that person substantial harm.",
        "45 CFR 164.524(a)(3)(ii)",
        reviewable=True,
    ),
    G.HARM_BY_REPRESENTATIVE: GroundLaw(
        "You ask as a personal representative, and a licensed health care professional has judged "
        "that giving this to you is reasonably likely to cause substantial harm to the individual or "
        "another person.",
        "45 CFR 164.524(a)(3)(iii)",
        reviewable=True,
    ),
    G.NOT_IN_RECORD_SET: GroundLaw(
        "This is not part of the records used to make decisions about you, so the right to see and "
        "copy records does not reach it.",
        "45 CFR 164.524(a)(1); 164.501",
    ),
}


@dataclass(frozen=True)
class Withheld:
    """One ground of a written denial, and what it reaches."""

    code: AccessGround = choice(AccessGround, name="the ground", question="On which ground?")
    withheld: str = text(
        name="what is withheld", question="What is withheld?", max_length=1000, multiline=True
    )
    explanation: str = text(
        name="the explanation",
        question="Explain it to the individual in plain words",
        max_length=2000,
        multiline=True,
    )


class ReviewableGround(models.TextChoices):
    """The three grounds that a licensed health care professional determines (164.524(a)(3))."""

    ENDANGERS_LIFE = G.ENDANGERS_LIFE.value, G.ENDANGERS_LIFE.label
    HARMS_ANOTHER = G.HARMS_ANOTHER.value, G.HARMS_ANOTHER.label
    HARM_BY_REPRESENTATIVE = G.HARM_BY_REPRESENTATIVE.value, G.HARM_BY_REPRESENTATIVE.label


def reviewable(codes: list[str]) -> list[str]:
    """Those of the codes whose denial can be reviewed."""
    return [code for code in codes if GROUNDS[code].reviewable]
