"""Every way in. A route is closed until its view is opened here, with the reason."""

from django.urls import include, path

from privacy_portal import calendars, health, metrics
from privacy_portal.accounts.access import open_to_all
from privacy_portal.language import views as language
from privacy_portal.web import pages

_HEALTH = "Asked by machines that hold no account; says nothing about anybody."
_SCRAPED = "Asked by machines that hold no account; answers to the token in the settings alone."
_PLAIN = "A plain page without data."
_DEMO = "Leads through the demo's invented stories; anywhere else there is no such page."

urlpatterns = [
    path("api/", include("privacy_portal.api.urls")),
    path("", open_to_all(pages.landing, why=_PLAIN), name="landing"),
    path("look-around", open_to_all(pages.look_around, why=_DEMO), name="look_around"),
    path("", include("privacy_portal.accounts.urls")),
    path("signed-out", open_to_all(pages.signed_out, why=_PLAIN), name="signed_out"),
    path(
        "password-changed", open_to_all(pages.password_changed, why=_PLAIN), name="password_changed"
    ),
    path("language/<slug:code>", open_to_all(language.choose, why=_PLAIN), name="language"),
    path("health/live", open_to_all(health.live, why=_HEALTH), name="health_live"),
    path("health/ready", open_to_all(health.ready, why=_HEALTH), name="health_ready"),
    path("metrics", open_to_all(metrics.metrics, why=_SCRAPED), name="metrics"),
    path(
        "calendar/<slug:secret>.ics",
        open_to_all(calendars.feed, why="A calendar signs in to nothing: its address is the key."),
        name="calendar_feed",
    ),
    path("", include("privacy_portal.pages.urls")),
]

handler400 = "privacy_portal.web.errors.bad_request"
handler403 = "privacy_portal.web.errors.forbidden"
handler404 = "privacy_portal.web.errors.not_found"
handler429 = "privacy_portal.web.errors.too_many"
handler500 = "privacy_portal.web.errors.server_error"
