"""Errands of charts and accounts: linked, split, tied."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from privacy_portal.accounts import people as accounts
from privacy_portal.pages.officer import loading
from privacy_portal.pages.officer.errands import Errand
from privacy_portal.pages.officer.persons import Persons
from requests_app.actions import charts, links
from requests_app.errors import NotNow
from requests_app.people.models import Patient
from requests_app.people.segments import CITATION, Segment
from requests_app.permissions import Permission as P
from requests_app.selectors import uuid_or_not_found


def _part(patient: object) -> str:
    return reverse("office_patient_part", args=[patient, "charts"])


def _segment(pk: str, actor: Actor) -> Patient | None:
    """Whose part of a chart it is; what the actor may not see, the action refuses."""
    row = Segment.objects.select_related("patient").filter(pk=uuid_or_not_found(pk)).first()
    return row.patient if row else None


def _tie(reference: str, raw: dict[str, Any], **who: Any) -> Any:
    """Tie the account that filed a request to the chart the request is about."""
    found = loading.loaded(reference, **who)
    account = _account(found.filed_by)
    if account is None or found.patient_id is None:
        raise NotNow(str(_("Say first whose records the request is about.")), state=found.state)
    accounts.require_patient_account(account)
    return links.link(raw | {"patient": str(found.patient_id), "account": str(account)}, **who)


def _account(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


CHARTS: tuple[Errand, ...] = (
    Errand(name="link-charts", heading=_("Link another chart of the same person"),
           about="patient", fixed="patient", asks=charts.Link, act=charts.link,
           needs=P.MANAGE_PATIENTS, says=_("Neither chart changes. What stands on either holds for both."),
           persons=Persons("other", 1, 1, lambda ids: {"other": ids[0]},
                           _("Find the other chart of the same person.")),
           leads=lambda about, made: _part(about)),
    Errand(name="end-chart-link", heading=_("End the link of two charts"), about="row",
           act=charts.unlink, needs=P.MANAGE_PATIENTS,
           says=_("For a link that turned out wrong. It stays on record for the time it was believed."),
           leads=lambda about, made: _part(made.one_id)),
    Errand(name="split-chart", heading=_("Record a part of the chart that the minor controls"),
           about="patient", fixed="patient", asks=charts.Split, act=charts.split, needs=P.DECIDE,
           citation=CITATION, leads=lambda about, made: _part(about)),
    Errand(name="mark-part", heading=_("Mark what belongs to the part"), about="row",
           asks=charts.Mark, act=charts.mark, needs=P.MANAGE_PATIENTS, citation=CITATION,
           whose=_segment, says=_("Choose one document or one line. It goes to no parent from now on."),
           leads=lambda about, made: _part(made.segment.patient_id)),
    Errand(name="end-split", heading=_("Open the part of the chart again"), about="row",
           act=charts.join, needs=P.DECIDE, citation=CITATION, whose=_segment,
           says=_("The part is as the rest of the chart from now on."),
           leads=lambda about, made: _part(made.patient_id)),
    Errand(name="link-code", heading=_("Make a code that ties an account"), about="patient",
           fixed="patient", asks=links.MakeCode, act=links.make_code, needs=P.LINK_ACCOUNTS,
           citation="45 CFR 164.514(h)", secret=lambda code: str(code),
           says=_("Hand it over or post it to somebody you have identified. It works once, within fourteen days."),
           told=_("Whoever gets it signs in, opens “My requests” and enters it there."),
           leads=lambda about, made: _part(about)),
    Errand(name="tie-account", heading=_("Tie the account that filed this request"),
           about="request", asks=links.LinkByStaff, only=("representative", "method", "evidence"),
           act=_tie, needs=P.LINK_ACCOUNTS, citation="45 CFR 164.514(h)",
           says=_("The account then sees everything of this patient that a patient may see."),
           leads=lambda about, made: reverse("office_work", args=[about])),
)  # fmt: skip
