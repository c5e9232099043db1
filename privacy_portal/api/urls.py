"""Routes under /api/."""

from django.urls import path

from privacy_portal.accounts.access import open_to_all
from privacy_portal.api.docs import Documentation, Schema
from privacy_portal.api.sign_in import SignIn, SignOut

_DOCUMENTED = "The interface is documented in public; the document holds no data."

urlpatterns = [
    path("docs/", open_to_all(Documentation.as_view(), why=_DOCUMENTED), name="api_docs"),
    path("v1/schema", open_to_all(Schema.as_view(), why=_DOCUMENTED), name="schema"),
    path(
        "v1/sign-in", open_to_all(SignIn.as_view(), why="Where one signs in."), name="api_sign_in"
    ),
    path("v1/sign-out", SignOut.as_view(), name="api_sign_out"),
]
