from django.db import migrations

from requests_app.sql import lets_seal_anew, script


class Migration(migrations.Migration):
    """What is guarded can be sealed anew under another key, and only that."""

    dependencies = [("requests_app", "0028_moved")]
    operations = [
        script("sealed_anew.sql"),
        lets_seal_anew(
            "requests_app_refuse",
            "requests_app_only_ended",
            "requests_app_restriction_only_ended",
            "requests_app_override_only_asked",
            "requests_app_only_answered",
            "requests_app_only_passed_on",
            "requests_app_document_moves",
            "requests_app_request_moves",
        ),
    ]
