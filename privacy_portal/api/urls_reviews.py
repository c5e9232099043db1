"""Routes of the scheduled review of the log."""

from django.urls import path

from privacy_portal.api import log_reviews as reviews

_ONE = "v1/log-reviews/<slug:pk>"

urlpatterns = [
    path("v1/log-reviews", reviews.Reviews.as_view(), name="api_log_reviews"),
    path("v1/log-reviews/due", reviews.Due.as_view(), name="api_log_reviews_due"),
    path(_ONE, reviews.OneReview.as_view(), name="api_log_review"),
    path(f"{_ONE}/sign", reviews.Signing.as_view(), name="api_log_review_sign"),
    path(
        f"{_ONE}/countersign", reviews.Countersigning.as_view(), name="api_log_review_countersign"
    ),
    path("v1/log-review-schedules", reviews.Schedules.as_view(), name="api_log_review_schedules"),
]
