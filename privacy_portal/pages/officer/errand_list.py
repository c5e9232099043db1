"""Every errand of the office. Symmetry is meant: what the API does beside moves stands here."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy_portal.pages.officer.errand_charts import CHARTS
from privacy_portal.pages.officer.errand_ledger import LEDGER
from privacy_portal.pages.officer.errand_reviews import REVIEWS
from privacy_portal.pages.officer.errand_systems import SYSTEMS
from privacy_portal.pages.officer.errands import Errand
from requests_app.actions import (
    associates,
    authorizations,
    casework,
    complaints,
    dead_letters,
    disclosures,
    documents,
    held,
    involved,
    links,
    messages,
    notices,
    patients,
    practice,
    representative_endings,
    representatives,
    sites,
    suspensions,
    targets,
)
from requests_app.documents import rules
from requests_app.people import selectors as people
from requests_app.permissions import Permission as P
from requests_app.practice.models import BusinessAssociate, Designation, RecordSet, Target

_SET_UP = "office_set_up"


def _patient(about: str, made: Any) -> str:
    return reverse("office_patient", args=[about])


def _of_row(about: str, made: Any) -> str:
    return reverse("office_patient", args=[made.patient_id])


def _messages(about: str, made: Any) -> str:
    return reverse("office_messages", args=[about])


def _work(about: str, made: Any) -> str:
    return reverse("office_work", args=[about])


def _work_of_row(about: str, made: Any) -> str:
    return reverse("office_work", args=[made.request.reference])


def _papers_of_row(about: str, made: Any) -> str:
    if made.request is None:
        return reverse("office_patient_part", args=[made.patient_id, "papers"])
    return reverse("office_papers", args=[rules.request_of(made).reference])


def _on(route: str) -> dict[str, Any]:
    """Of an errand that begins and ends on one page, which everybody can open who may do it."""
    return {"leads": lambda about, made: reverse(route), "home": route}


def _identity(pk: str, who: Mapping[str, Any]) -> Mapping[str, Any]:
    row = people.one(pk, actor=who["actor"], permission=P.MANAGE_PATIENTS)
    said = row.identity
    names = ("record_number", "family_name", "given_names", "address", "email", "telephone")
    facts = {name: getattr(said, name) for name in names}
    return facts | {"site": str(row.site_id), "birth_date": said.birth_date.isoformat()}


def _message(reference: str, raw: dict[str, Any], **who: Any) -> Any:
    return messages.write(reference, raw | {"note": False}, **who)


def _note(reference: str, raw: dict[str, Any], **who: Any) -> Any:
    return messages.write(reference, raw | {"note": True}, **who)


def _end(table: Any) -> Any:
    return lambda pk, raw, **who: practice.end(table, pk, raw, **who)


_ALL: tuple[Errand, ...] = (
    # --- of one request ------------------------------------------------------------------------
    Errand(name="write", heading=_("Write to the person who asked"), about="request",
           asks=messages.Write, only=("body",), act=_message, needs=P.WORK_REQUESTS,
           says=_("The person who asked reads this, and whoever acts for them."),
           button=_("Send to the person"), leads=_messages),
    Errand(name="note", heading=_("Write an internal note"), about="request",
           asks=messages.Write, only=("body",), act=_note, needs=P.WORK_REQUESTS,
           says=_("Only the privacy office reads this. The person who asked never does."),
           button=_("Keep the note"), leads=_messages),
    Errand(name="hold", heading=_("Put a hold on the request"), about="request",
           asks=casework.Place, act=casework.place_hold, needs=P.WORK_REQUESTS, leads=_work),
    Errand(name="lift-hold", heading=_("Lift the hold"), about="row", act=casework.lift_hold,
           needs=P.WORK_REQUESTS, leads=_work_of_row),
    Errand(name="task", heading=_("Ask another department"), about="request",
           asks=casework.Give, act=casework.give_task, needs=P.WORK_REQUESTS, leads=_work),
    Errand(name="settle-task", heading=_("Say what came of the task"), about="row",
           asks=casework.Settle, act=casework.settle_task, needs=P.WORK_REQUESTS,
           leads=_work_of_row),
    Errand(name="measure", heading=_("Record what was done about the complaint"), about="request",
           asks=complaints.Taken, act=complaints.record_measure, needs=P.DECIDE,
           citation="45 CFR 164.530(e), (f)", leads=_work),
    Errand(name="associate-answer", heading=_("Record a business associate's answer"),
           about="row", asks=associates.Answered, act=associates.answer, needs=P.RECORD_DISCLOSURE,
           citation="45 CFR 164.504(e)(2)(ii)(G)", leads=_work_of_row),
    Errand(name="release-document", heading=_("Let whoever asked read this record"), about="row",
           act=documents.release, needs=P.WORK_REQUESTS, citation="45 CFR 164.524(c)(1)",
           says=_("Nothing takes it back."), leads=_papers_of_row),
    Errand(name="erase-document", heading=_("Delete a file that was added by mistake"),
           about="row", asks=documents.Erase, act=documents.erase, needs=P.DECIDE,
           says=_("That it was here, and why it went, stays on record."),
           button=_("Delete the file"), leads=_papers_of_row),
    Errand(name="erase-paper", heading=_("Delete a paper that was added by mistake"),
           about="row", asks=documents.Erase, act=documents.erase, needs=P.MANAGE_PATIENTS,
           says=_("That it was here, and why it went, stays on record."),
           button=_("Delete the file"), leads=_papers_of_row, home="office_find"),
    # --- of one patient ------------------------------------------------------------------------
    Errand(name="add-patient", heading=_("Add a patient"), asks=patients.PatientAnswers,
           act=patients.add, needs=P.MANAGE_PATIENTS,
           leads=lambda about, made: reverse("office_patient", args=[made.pk])),
    Errand(name="change-patient", heading=_("Change what identifies the patient"),
           about="patient", asks=patients.PatientAnswers, act=patients.change,
           needs=P.MANAGE_PATIENTS, filled=_identity, leads=_patient),
    Errand(name="recognise", heading=_("Recognize a personal representative"), about="patient",
           fixed="patient", asks=representatives.Recognise, act=representatives.recognise,
           needs=P.DECIDE, citation="45 CFR 164.502(g)", leads=_patient),
    Errand(name="refuse-representative", heading=_("Refuse a personal representative"),
           about="patient", fixed="patient", asks=representatives.Refuse,
           act=representatives.refuse, needs=P.DECIDE, citation="45 CFR 164.502(g)",
           says=_("From the day entered, nobody gives them what the patient may have."), leads=_patient),
    Errand(name="end-representative", heading=_("End the authority of a representative"),
           about="row", asks=representative_endings.Decline, act=representative_endings.end,
           needs=P.DECIDE, citation="45 CFR 164.502(g)",
           leads=lambda about, made: reverse("office_patient", args=[made.representative.patient_id])),
    Errand(name="authorization", heading=_("Record an authorization"), about="patient",
           fixed="patient", asks=authorizations.Record, act=authorizations.record,
           needs=P.WORK_REQUESTS, citation="45 CFR 164.508(c)", leads=_patient),
    Errand(name="end-authorization", heading=_("Record that an authorization has ended"),
           about="row", asks=authorizations.End, act=authorizations.end, needs=P.WORK_REQUESTS,
           citation="45 CFR 164.508(b)(5)",
           leads=lambda about, made: reverse("office_patient", args=[made.authorization.patient_id])),
    Errand(name="involve", heading=_("Record somebody involved in the care"), about="patient",
           fixed="patient", asks=involved.Involve, act=involved.record, needs=P.FILE_FOR_OTHERS,
           citation="45 CFR 164.510(b)", leads=_patient),
    Errand(name="end-involved", heading=_("End this statement"), about="row", act=involved.end,
           needs=P.FILE_FOR_OTHERS, leads=_of_row),
    Errand(name="suspension", heading=_("Record what an agency said"), about="patient",
           fixed="patient", asks=suspensions.Statement, act=suspensions.record,
           needs=P.RECORD_DISCLOSURE, citation="45 CFR 164.528(a)(2)",
           says=_("By word of mouth it holds for thirty days at most. The patient is shown no trace."),
           leads=_patient),
    Errand(name="answer-suspension", heading=_("Answer what a statement left in doubt"),
           about="row", asks=suspensions.Answer, act=suspensions.answer, needs=P.DECIDE,
           citation="45 CFR 164.528(a)(2)",
           leads=lambda about, made: reverse("office_patient", args=[made.suspension.patient_id])),
    Errand(name="disclosure", heading=_("Record a disclosure"), about="patient", fixed="patient",
           asks=disclosures.DisclosureAnswers, act=disclosures.record, needs=P.RECORD_DISCLOSURE,
           citation="45 CFR 164.528(b)(2)", leads=_patient),
    Errand(name="acknowledge-notice", heading=_("Record an acknowledgment of the notice"),
           about="patient", fixed="patient", asks=notices.Acknowledged, act=notices.acknowledge,
           needs=P.FILE_FOR_OTHERS, citation="45 CFR 164.520(c)(2)(ii)", leads=_patient),
    Errand(name="end-link", heading=_("End the tie of an account to the patient"), about="row",
           act=links.end, needs=P.LINK_ACCOUNTS, leads=_of_row),
    # --- of the practice -----------------------------------------------------------------------
    Errand(name="practice", heading=_("The practice"), asks=practice.PracticeAnswers,
           act=practice.set_practice, needs=P.MANAGE_PRACTICE, **_on(_SET_UP)),
    Errand(name="site", heading=_("Add a site"), asks=sites.SiteAnswers, act=sites.add_site,
           needs=P.MANAGE_PRACTICE, **_on(_SET_UP)),
    Errand(name="site-facts", heading=_("Say what the site is"), about="row",
           asks=sites.SiteFacts, act=sites.describe_site, needs=P.MANAGE_PRACTICE,
           **_on(_SET_UP)),
    Errand(name="designate", heading=_("Say who holds a duty"), asks=practice.Designate,
           act=practice.designate, needs=P.MANAGE_PRACTICE, citation="45 CFR 164.530(a)",
           **_on(_SET_UP)),
    Errand(name="end-designation", heading=_("End a designation"), about="row",
           asks=practice.End, act=_end(Designation), needs=P.MANAGE_PRACTICE, **_on(_SET_UP)),
    Errand(name="record-set", heading=_("Add a designated record set"),
           asks=practice.RecordSetAnswers, act=practice.add_record_set, needs=P.MANAGE_PRACTICE,
           citation="45 CFR 164.524(e)", **_on(_SET_UP)),
    Errand(name="end-record-set", heading=_("End a record set"), about="row", asks=practice.End,
           act=_end(RecordSet), needs=P.MANAGE_PRACTICE, **_on(_SET_UP)),
    Errand(name="associate", heading=_("Add a business associate"),
           asks=practice.AssociateAnswers, act=practice.add_associate, needs=P.MANAGE_PRACTICE,
           citation="45 CFR 164.504(e)", **_on(_SET_UP)),
    Errand(name="end-associate", heading=_("End a business associate"), about="row",
           asks=practice.End, act=_end(BusinessAssociate), needs=P.MANAGE_PRACTICE,
           **_on(_SET_UP)),
    Errand(name="target", heading=_("Set an aim of our own"), asks=targets.SetTarget,
           act=targets.set_target, needs=P.MANAGE_PRACTICE, **_on(_SET_UP)),
    Errand(name="end-target", heading=_("End an aim of our own"), about="row", asks=practice.End,
           act=_end(Target), needs=P.MANAGE_PRACTICE, **_on(_SET_UP)),
    Errand(name="notice", heading=_("Publish a version of the notice"), asks=notices.Publish,
           act=notices.publish, needs=P.MANAGE_PRACTICE, citation="45 CFR 164.520",
           **_on("office_notices")),
    # --- of the service ------------------------------------------------------------------------
    Errand(name="retry", heading=_("Try the message again"), about="row", act=dead_letters.retry,
           needs=P.MEND_SERVICE, **_on("office_dead_letters")),
    Errand(name="discard", heading=_("Do not send the message"), about="row",
           asks=dead_letters.Discard, act=dead_letters.discard, needs=P.MEND_SERVICE,
           **_on("office_dead_letters")),
    Errand(name="pass-on", heading=_("Record how the message was passed on"), about="row",
           asks=held.PassOn, act=held.pass_on, needs=P.WORK_REQUESTS,
           **_on("office_dead_letters")),
)  # fmt: skip
ERRANDS: Mapping[str, Errand] = {
    errand.name: errand for errand in (*_ALL, *CHARTS, *LEDGER, *REVIEWS, *SYSTEMS)
}
