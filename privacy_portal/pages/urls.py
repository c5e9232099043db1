"""The pages by room."""

from django.urls import include, path

urlpatterns = [
    path("", include(f"privacy_portal.pages.{room}.urls"))
    for room in ("patient", "officer", "auditor", "administrator")
]
