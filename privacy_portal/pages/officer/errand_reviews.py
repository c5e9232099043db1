"""Errands of the scheduled review of the log."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy_portal import log_reviews
from privacy_portal.pages.officer.errands import Errand
from requests_app.actions import log_reviews as actions
from requests_app.permissions import Permission as P

_CITATION, _HOME = "45 CFR 164.308(a)(1)(ii)(D)", "audit_log_reviews"


def _review(about: str, made: Any) -> str:
    return reverse("audit_log_review", args=[made.pk])


def _all(about: str, made: Any) -> str:
    return reverse(_HOME)


REVIEWS = (
    Errand(name="begin-log-review", heading=_("Begin a review of the log"), act=log_reviews.begin,
           needs=P.REVIEW_LOG, citation=_CITATION, home=_HOME, leads=_review,
           says=_("It covers everything since the last signed review until now. The figures are"
                  " counted now, and kept.")),
    Errand(name="sign-log-review", heading=_("Sign the review of the log"), about="row",
           asks=actions.Sign, act=actions.sign, needs=P.REVIEW_LOG, citation=_CITATION,
           says=_("Nothing changes it afterwards. The day is the clock's."), button=_("Sign"),
           home=_HOME, leads=_review),
    Errand(name="countersign-log-review", heading=_("Countersign the review of the log"),
           about="row", asks=actions.Countersign, act=actions.countersign, needs=P.REVIEW_LOG,
           citation=_CITATION, button=_("Countersign"), home=_HOME, leads=_review),
    Errand(name="log-review-schedule", heading=_("Say how often the log is reviewed"),
           asks=actions.SetSchedule, act=actions.set_schedule, needs=P.MANAGE_PRACTICE,
           citation=_CITATION, home=_HOME, leads=_all),
)  # fmt: skip
