"""The grounds on which an amendment may be denied: a closed list of four (164.526(a)(2)).

There is no review of such a denial; the individual has a statement of disagreement instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.errors import Problem
from requests_app.kinds.grounds import AccessGround
from requests_app.questions import choice, text
from requests_app.questions.amounts import whole

#: As many things as one request may ask to have amended.
MOST_ITEMS = 20


class AmendmentGround(models.TextChoices):
    """Codes as they stand in decisions and statistics; labels as the form offers them."""

    NOT_OURS = "AMD-1", _("Not created by this practice")
    NOT_IN_RECORD_SET = "AMD-2", _("Not part of a designated record set")
    NOT_OPEN_TO_ACCESS = "AMD-3", _("Not open to the individual's inspection")
    ACCURATE = "AMD-4", _("Accurate and complete")


@dataclass(frozen=True)
class AmendmentLaw:
    """What the law says of a ground, in a sentence a patient can read."""

    sentence: str
    citation: str


G = AmendmentGround

GROUNDS: dict[str, AmendmentLaw] = {
    G.NOT_OURS: AmendmentLaw(
        "We did not create this. Whoever created it is the one to amend it.",
        "45 CFR 164.526(a)(2)(i)",
    ),
    G.NOT_IN_RECORD_SET: AmendmentLaw(
        "This is not part of the records used to make decisions about you.",
        "45 CFR 164.526(a)(2)(ii)",
    ),
    G.NOT_OPEN_TO_ACCESS: AmendmentLaw(
        "The law does not give a right to inspect this, and so no right to have it amended.",
        "45 CFR 164.526(a)(2)(iii)",
    ),
    G.ACCURATE: AmendmentLaw(
        "We believe that what the record says is accurate and complete.",
        "45 CFR 164.526(a)(2)(iv)",
    ),
}


class ClosedGround(models.TextChoices):
    """The grounds of access that keep a record from inspection; ACC-U3 withholds only a copy."""

    PSYCHOTHERAPY_NOTES = (
        AccessGround.PSYCHOTHERAPY_NOTES.value,
        AccessGround.PSYCHOTHERAPY_NOTES.label,
    )
    LEGAL_PROCEEDING = AccessGround.LEGAL_PROCEEDING.value, AccessGround.LEGAL_PROCEEDING.label
    RESEARCH = AccessGround.RESEARCH.value, AccessGround.RESEARCH.label
    PRIVACY_ACT = AccessGround.PRIVACY_ACT.value, AccessGround.PRIVACY_ACT.label
    CONFIDENTIAL_SOURCE = (
        AccessGround.CONFIDENTIAL_SOURCE.value,
        AccessGround.CONFIDENTIAL_SOURCE.label,
    )
    ENDANGERS_LIFE = AccessGround.ENDANGERS_LIFE.value, AccessGround.ENDANGERS_LIFE.label
    HARMS_ANOTHER = AccessGround.HARMS_ANOTHER.value, AccessGround.HARMS_ANOTHER.label
    HARM_BY_REPRESENTATIVE = (
        AccessGround.HARM_BY_REPRESENTATIVE.value,
        AccessGround.HARM_BY_REPRESENTATIVE.label,
    )


@dataclass(frozen=True)
class Refused:
    """One ground of a written denial: which thing asked, which record, and why."""

    item: int = whole(
        least=1,
        most=MOST_ITEMS,
        name="what was asked",
        question="Which of the things asked? Its number",
    )
    code: AmendmentGround = choice(
        AmendmentGround, name="the ground", question="On which ground?", example=G.ACCURATE
    )
    record: str = text(
        name="the record",
        question="Which record stays as it is? Name it as the practice does.",
        hint="The denial, and what the individual says about it, is linked to this record.",
        max_length=500,
    )
    explanation: str = text(
        name="the explanation",
        question="Explain it to the individual in plain words",
        max_length=2000,
        multiline=True,
    )
    originator: str | None = text(
        name="who created it",
        question="If the practice did not create it: who did, and where to ask them?",
        max_length=400,
        optional=True,
    )
    originator_reachable: str | None = text(
        name="why they can still be asked",
        question="If the individual says that they can no longer be asked: why is that not so?",
        max_length=1000,
        multiline=True,
        optional=True,
    )
    closed: ClosedGround | None = choice(
        ClosedGround,
        name="the ground of access",
        question="If it is not open to inspection: on which ground of access?",
        optional=True,
    )

    def problems(self) -> Iterable[Problem]:
        """What two of the grounds must name beside the explanation."""
        if self.code == G.NOT_OURS and not self.originator:
            yield Problem("/originator", "Enter who created it, and where to ask them.")
        if self.code == G.NOT_OPEN_TO_ACCESS and not self.closed:
            yield Problem("/closed", "Choose the ground of access that closes this record.")
