"""Routes under /api/."""

from django.urls import path

from privacy_portal.accounts.access import open_to_all
from privacy_portal.api import requests
from privacy_portal.api.docs import Documentation, Schema
from privacy_portal.api.sign_in import SignIn, SignOut

_ONE = "v1/requests/<slug:reference>"
_DOCUMENTED = "The interface is documented in public; the document holds no data."

urlpatterns = [
    path("docs/", open_to_all(Documentation.as_view(), why=_DOCUMENTED), name="api_docs"),
    path("v1/schema", open_to_all(Schema.as_view(), why=_DOCUMENTED), name="schema"),
    path(
        "v1/sign-in", open_to_all(SignIn.as_view(), why="Where one signs in."), name="api_sign_in"
    ),
    path("v1/sign-out", SignOut.as_view(), name="api_sign_out"),
    path("v1/requests", requests.Requests.as_view(), name="api_requests"),
    path(f"{_ONE}", requests.OneRequest.as_view(), name="api_request"),
    path(f"{_ONE}/actions", requests.Actions.as_view(), name="api_request_actions"),
    *(
        path(f"{_ONE}/actions/{name}", view.as_view(), name=f"api_request_{name}")
        for name, view in requests.action_views().items()
    ),
    path(f"{_ONE}/timeline", requests.Timeline.as_view(), name="api_request_timeline"),
    path(f"{_ONE}/clock", requests.ClockView.as_view(), name="api_request_clock"),
    path(f"{_ONE}/letters", requests.Letters.as_view(), name="api_request_letters"),
    path(f"{_ONE}/messages", requests.Messages.as_view(), name="api_request_messages"),
    path(f"{_ONE}/patient", requests.MatchView.as_view(), name="api_request_patient"),
    path(f"{_ONE}/assignee", requests.AssignView.as_view(), name="api_request_assignee"),
]
