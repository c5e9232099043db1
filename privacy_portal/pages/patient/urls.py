"""The patient's pages. Asking is open to anybody: no account is ever a condition."""

from django.urls import URLPattern, path

from privacy_portal.accounts.access import open_to_all
from privacy_portal.pages.patient import (
    ask,
    collects,
    disclosures,
    look_up,
    looked,
    mine,
    notices,
    papers,
    standing,
    tie,
)

_ANYBODY = "Anybody may ask, without an account; a draft is known to its own browser alone."

_NOTICE = (
    "The notice is given to anybody who asks (45 CFR 164.520(c)); it holds nothing of anybody."
)
_OWN = "Whoever asked reads it: signed in, or in the browser that sent it or looked it up."
_COLLECTS = "Says what the service keeps of whoever visits it; holds nothing of anybody."
_LOOK_UP = "Whoever asked without an account; a code sent to them opens their request alone."

urlpatterns: list[URLPattern] = [
    path("ask/", open_to_all(ask.front, why=_ANYBODY), name="ask"),
    path("ask/not-sure", open_to_all(ask.unsure, why=_ANYBODY), name="ask_unsure"),
    path("ask/<uuid:pk>/sent", open_to_all(ask.sent, why=_ANYBODY), name="ask_sent"),
    path("ask/<uuid:pk>/drop", open_to_all(ask.drop, why=_ANYBODY), name="ask_drop"),
    path("ask/<uuid:pk>/<slug:name>", open_to_all(ask.step, why=_ANYBODY), name="ask_step"),
    path("lookup", open_to_all(look_up.ask, why=_LOOK_UP), name="look_up"),
    path("lookup/code", open_to_all(look_up.code, why=_LOOK_UP), name="look_up_code"),
    path("my/requests", mine.requests, name="my_requests"),
    path("my/requests/<slug:reference>", open_to_all(mine.request, why=_OWN), name="my_request"),
    path(
        "my/requests/<slug:reference>/messages",
        open_to_all(mine.message, why=_OWN),
        name="my_message",
    ),
    path(
        "my/requests/<slug:reference>/receipt",
        open_to_all(mine.receipt, why=_OWN),
        name="my_receipt",
    ),
    path(
        "my/requests/<slug:reference>/looked",
        open_to_all(looked.at_request, why=_OWN),
        name="my_looked",
    ),
    path(
        "my/requests/<slug:reference>/letters/<slug:pk>",
        open_to_all(mine.letter, why=_OWN),
        name="my_letter",
    ),
    path(
        "my/requests/<slug:reference>/act/<slug:move>",
        open_to_all(mine.act, why=_OWN),
        name="my_act",
    ),
    path(
        "my/requests/<slug:reference>/papers/<slug:name>",
        open_to_all(papers.add, why=_OWN),
        name="my_paper",
    ),
    path("my/requests/<slug:reference>/documents/<slug:pk>", mine.download, name="my_download"),
    path("my/code", tie.tie, name="my_code"),
    path("my/disclosures", disclosures.mine, name="my_disclosures"),
    path("my/disclosures/<uuid:pk>", disclosures.of_another, name="my_disclosures_of"),
    path("my/standing", standing.mine, name="my_standing"),
    path("my/standing/<uuid:pk>/revoke", standing.revoke, name="my_revoke"),
    path("privacy", open_to_all(collects.told, why=_COLLECTS), name="what_is_collected"),
    path("notice", open_to_all(notices.in_force, why=_NOTICE), name="notice"),
    path("notice/received", notices.received, name="notice_received"),
    path("notice/<uuid:pk>", open_to_all(notices.version, why=_NOTICE), name="notice_version"),
]
