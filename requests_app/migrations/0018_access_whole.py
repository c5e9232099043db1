from django.db import migrations

from requests_app.sql import legal_moves


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0017_earlier_requests")]

    operations = [
        legal_moves(
            "access",
            ("arrange_inspection", "granted", "granted"),
            ("arrange_inspection", "granted_in_part", "granted_in_part"),
            ("arrange_inspection", "under_review", "under_review"),
            ("arrange_inspection", "review_upheld", "review_upheld"),
            ("arrange_inspection", "review_reversed", "review_reversed"),
            ("record_inspection", "granted", "granted"),
            ("record_inspection", "granted_in_part", "granted_in_part"),
            ("record_inspection", "under_review", "under_review"),
            ("record_inspection", "review_upheld", "review_upheld"),
            ("record_inspection", "review_reversed", "review_reversed"),
            ("propose_summary", "in_review", "in_review"),
            ("propose_summary", "waiting", "waiting"),
            ("propose_summary", "granted", "granted"),
            ("propose_summary", "granted_in_part", "granted_in_part"),
            ("agree_summary", "in_review", "in_review"),
            ("agree_summary", "waiting", "waiting"),
            ("agree_summary", "granted", "granted"),
            ("agree_summary", "granted_in_part", "granted_in_part"),
        ),
    ]
