"""Routes of what is asked before something leaves, and of what is planned to leave."""

from django.urls import path

from privacy_portal.api import checks, releases, stop_lists

urlpatterns = [
    path(
        "v1/disclosures/check",
        checks.CheckDisclosures.as_view(),
        name="api_disclosures_check",
    ),
    path(
        "v1/disclosures/<slug:pk>/check",
        checks.BesideDisclosure.as_view(),
        name="api_disclosure_check",
    ),
    path(
        "v1/communications/check",
        checks.CheckCommunications.as_view(),
        name="api_communications_check",
    ),
    path("v1/planned-releases", releases.Releases.as_view(), name="api_planned_releases"),
    path(
        "v1/planned-releases/<slug:pk>", releases.OneRelease.as_view(), name="api_planned_release"
    ),
    path(
        "v1/planned-releases/<slug:pk>/call-off",
        releases.CallOff.as_view(),
        name="api_planned_release_call_off",
    ),
    path("v1/stop-lists", stop_lists.StopLists.as_view(), name="api_stop_lists"),
    path("v1/stop-lists/<slug:pk>/give", stop_lists.Give.as_view(), name="api_stop_list"),
]
