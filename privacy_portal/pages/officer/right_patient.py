"""A request that was tied to the wrong patient goes on as the right one's, with the same receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, loading
from privacy_portal.pages.officer.persons import named
from privacy_portal.pages.once import once
from requests_app.actions.right_patient import ToPatient, to_patient
from requests_app.errors import BadInput, NotFound
from requests_app.permissions import Permission

#: What is filled in; the patient was chosen on the page before.
_ASKED = ("why", "asker")


@base.office(Permission.WORK_REQUESTS)
def move(request: HttpRequest, reference: str, pk: str) -> HttpResponse:
    """Why it is about this person; then it is filed for them and ends where it stood."""
    who = base.who(request)
    found = loading.loaded(reference, **who)
    person = next(iter(named([pk], **who)), None)
    if person is None or found.patient_id is None:
        raise NotFound
    form = Form(ToPatient, only=_ASKED)
    if request.method == "POST":
        form.read(request.POST)
        try:
            return once(request, lambda: _moved(reference, pk, form, who), caller=who["actor"].id)
        except BadInput as refusal:
            form.refuse(refusal)
    return base.shown(
        request,
        "right_patient",
        status=422 if form.wrong else 200,
        heading=_("Move it to %s") % person.name,
        bar=loading.bar(found, **who),
        form=form,
        person=person,
        back=reverse("office_work", args=[found.reference]),
    )


def _moved(reference: str, pk: str, form: Form, who: dict[str, Any]) -> str:
    raw = form.raw() | {"patient": pk}
    return reverse("office_request", args=[to_patient(reference, raw, **who).reference])
