"""Errands of the disclosure log, of planned releases and of what others have amended."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from privacy_portal.api.disclosures import PURPOSE
from privacy_portal.api.reading import logged
from privacy_portal.pages.officer.errands import Errand
from privacy_portal.pages.officer.persons import Persons
from requests_app import events
from requests_app.actions import amendments, bulk_releases, disclosures, releases
from requests_app.disclosures import selectors as ledger
from requests_app.disclosures.models import Disclosure, Form, More
from requests_app.people.models import Patient
from requests_app.permissions import Permission as P
from requests_app.questions import questions_of
from requests_app.selectors import uuid_or_not_found
from requests_app.standing.amendment_notices import IncomingNotice

_LINE = tuple(name for name in questions_of(disclosures.DisclosureAnswers) if name != "patient")


def _ledger(patient: object) -> str:
    return reverse("office_patient_part", args=[patient, "disclosures"])


def _amendments(patient: object) -> str:
    return reverse("office_patient_part", args=[patient, "amendments"])


# --- a line is never overwritten -------------------------------------------------------------------
def _line_of(pk: str, actor: Actor) -> Patient:
    return ledger.one(pk, actor=actor).patient


def _as_it_stands(pk: str, who: Mapping[str, Any]) -> Mapping[str, Any]:
    """The line as it was answered, to be put right. Showing it is an entry of the log."""
    row = ledger.one(pk, actor=who["actor"])
    about = {"patient": row.patient_id, "purpose": PURPOSE}
    with logged(events.READ_DISCLOSURES, who["actor"], **about) as seen:
        seen.append(str(row.pk))
        return _answers(row)


def _answers(row: Disclosure) -> dict[str, Any]:
    facts, until = row.facts, row.disclosed_until
    names = ("recipient_name", "recipient_address", "description", "purpose", "request_copy")
    return {name: getattr(facts, name) for name in names} | {
        "basis": row.basis,
        "disclosed_on": row.disclosed_on.isoformat(),
        "disclosed_until": until.isoformat() if until else None,
        "excluded_answer": facts.excluded_answer,
        "held": [{"name": name, "value": value} for name, value in facts.held.items()],
        **_more(row.form, row.more or More()),
    }


def _more(form: str, more: More) -> dict[str, Any]:
    if form == Form.SERIES:
        return {"series": {"count": more.count, "frequency": more.frequency}}
    if more.research is None:
        return {}
    return {"research": asdict(more.research) | {"individuals": more.count}}


def _correct(pk: str, raw: dict[str, Any], **who: Any) -> Disclosure:
    old = ledger.one(pk, actor=who["actor"])
    return disclosures.correct(pk, raw | {"patient": str(old.patient_id)}, **who)


# --- what others have amended ----------------------------------------------------------------------
def _notice_of(pk: str, actor: Actor) -> Patient | None:
    rows = IncomingNotice.objects.select_related("patient")
    found = rows.filter(pk=uuid_or_not_found(pk)).first()
    return found.patient if found else None


def _others(ids: list[str]) -> dict[str, Any]:
    return {"others": [{"patient": one} for one in ids]}


LEDGER: tuple[Errand, ...] = (
    Errand(name="correct-disclosure", heading=_("Correct a line of the disclosure log"),
           about="row", asks=disclosures.DisclosureAnswers, only=_LINE, act=_correct,
           filled=_as_it_stands, whose=_line_of, needs=P.RECORD_DISCLOSURE,
           citation="45 CFR 164.528(b)(2)", button=_("Enter the corrected line"),
           says=_("Nothing is overwritten: a new line is entered and points at this one, which stays."),
           leads=lambda about, made: _ledger(made.patient_id)),
    Errand(name="bulk-release", heading=_("Record one release about several patients"),
           about="patient", fixed="patient", asks=bulk_releases.ReleaseAnswers,
           act=bulk_releases.release, needs=P.RECORD_DISCLOSURE, citation="45 CFR 164.528(b)(2)",
           says=_("A line for each of them is entered, or none at all."),
           persons=Persons("others", 1, bulk_releases.MOST, _others,
                           _("Find everybody else of whom the same went out.")),
           leads=lambda about, made: _ledger(about)),
    Errand(name="plan-release", heading=_("Plan a release for later"), about="patient",
           asks=releases.PlanRelease, act=lambda about, raw, **who: releases.plan(raw, **who),
           carries="check", needs=P.RECORD_DISCLOSURE, citation="45 CFR 164.508(b)(5)",
           begins=lambda about: reverse("office_check_disclosure", args=[about]),
           says=_("It is checked once more at the moment of sending, on what is on record then."),
           button=_("Plan it"),
           leads=lambda about, made: reverse("office_release", args=[made.pk])),
    Errand(name="call-off-release", heading=_("Call the planned release off"), about="row",
           act=releases.call_off, needs=P.RECORD_DISCLOSURE,
           says=_("Nothing more of it is sent."), home="office_releases",
           leads=lambda about, made: reverse("office_release", args=[made.pk])),
    Errand(name="amendment-notice", heading=_("Record what another office has amended"),
           about="patient", fixed="patient", asks=amendments.NoticeAnswers,
           act=amendments.receive_notice, needs=P.WORK_REQUESTS, citation="45 CFR 164.526(e)",
           leads=lambda about, made: _amendments(about)),
    Errand(name="link-notice", heading=_("Record which of our records carry the amendment"),
           about="row", asks=amendments.LinkNotice, act=amendments.link_notice,
           needs=P.WORK_REQUESTS, citation="45 CFR 164.526(e)", whose=_notice_of,
           home="office_amendment_notices",
           leads=lambda about, made: _amendments(made[0].patient_id)),
)  # fmt: skip
