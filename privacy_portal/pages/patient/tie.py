"""The code that the practice hands over: entered once, it ties one's account to one's chart."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from privacy_portal.pages.door import actor_of, needs, page, who
from privacy_portal.pages.forms import Form
from privacy_portal.pages.once import once
from requests_app.actions import links
from requests_app.errors import BadInput
from requests_app.permissions import Permission


@page
@needs(Permission.FILE_OWN)
def tie(call: HttpRequest) -> HttpResponse:
    """Enter the code. One sentence for every code that is not good."""
    form = Form(links.UseCode)
    if call.method == "POST":
        form.read(call.POST)
        try:
            return once(call, lambda: _used(call, form), caller=actor_of(call).id)
        except BadInput as refusal:
            form.refuse(refusal)
    facts = {"form": form, "back": reverse("my_requests")}
    return render(call, "patient/tie.html", facts, status=422 if form.wrong else 200)


def _used(call: HttpRequest, form: Form) -> str:
    links.use_code(form.raw(), **who(call))
    return reverse("my_requests")
