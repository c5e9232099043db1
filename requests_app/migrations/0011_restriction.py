import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, script


class Migration(migrations.Migration):
    """Restrictions: the kind, what stands in force, and emergencies."""

    dependencies = [("requests_app", "0010_revocation")]
    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.CreateModel(
            name="EmergencyOverride",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.emergency_override", version=1)),
                ("disclosed", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("recorded_by", models.CharField(max_length=64)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="requests_app.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AgreedRestriction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("out_of_pocket", "Paid out of pocket, kept from the health plan"),
                            ("discretionary", "Agreed to by the practice"),
                        ],
                        max_length=16,
                    ),
                ),
                ("scope", audit.fields.SealedRecord(name="standing.restriction", version=1)),
                ("in_force_from", models.DateTimeField()),
                ("covers_until", models.DateTimeField(null=True)),
                ("in_force_until", models.DateTimeField(null=True)),
                ("recorded_by", models.CharField(max_length=64)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="requests_app.patient",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="requests_app.request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("in_force_until__isnull", True)),
                        fields=("request",),
                        name="restriction_one_of_a_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="restriction_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("covers_until__isnull", True),
                            ("kind", "discretionary"),
                            _connector="OR",
                        ),
                        name="out_of_pocket_not_ended_by_notice",
                    ),
                ],
            },
        ),
        script("standing_restrictions.sql"),
        legal_moves(
            "restriction",
            ("file", "", "received"),
            ("file_signed_in", "", "in_review"),
            ("confirm_identity", "received", "in_review"),
            ("confirm_identity", "in_review", "in_review"),
            ("ask", "in_review", "waiting"),
            ("answer", "waiting", "in_review"),
            ("hold_claim", "in_review", "claim_held"),
            ("hold_claim", "waiting", "claim_held"),
            ("agree_out_of_pocket", "in_review", "agreed_must"),
            ("agree_out_of_pocket", "waiting", "agreed_must"),
            ("agree_out_of_pocket", "claim_held", "agreed_must"),
            ("agree_out_of_pocket", "not_qualifying", "agreed_must"),
            ("agree_out_of_pocket", "considered", "agreed_must"),
            ("agree_out_of_pocket", "refused", "agreed_must"),
            ("not_qualifying", "in_review", "not_qualifying"),
            ("not_qualifying", "waiting", "not_qualifying"),
            ("not_qualifying", "claim_held", "not_qualifying"),
            ("ask_again", "not_qualifying", "in_review"),
            ("ask_again", "considered", "in_review"),
            ("ask_again", "refused", "in_review"),
            ("consider", "in_review", "considered"),
            ("consider", "waiting", "considered"),
            ("consider", "not_qualifying", "considered"),
            ("agree", "considered", "agreed"),
            ("agree_in_part", "considered", "agreed_in_part"),
            ("refuse", "considered", "refused"),
            ("could_not_verify", "received", "unverified"),
            ("could_not_verify", "in_review", "unverified"),
            ("could_not_verify", "waiting", "unverified"),
            ("could_not_verify", "claim_held", "unverified"),
            ("emergency", "agreed", "agreed"),
            ("emergency", "agreed_in_part", "agreed_in_part"),
            ("emergency", "ended_for_later", "ended_for_later"),
            ("ask_no_further_use", "agreed", "agreed"),
            ("ask_no_further_use", "agreed_in_part", "agreed_in_part"),
            ("ask_no_further_use", "ended_for_later", "ended_for_later"),
            ("payment_reversed", "agreed_must", "agreed_must"),
            ("payment_made_good", "agreed_must", "agreed_must"),
            ("lapse", "agreed_must", "not_qualifying"),
            ("end_at_request", "agreed_must", "terminated"),
            ("end_at_request", "agreed", "terminated"),
            ("end_at_request", "agreed_in_part", "terminated"),
            ("end_at_request", "ended_for_later", "terminated"),
            ("end_by_notice", "agreed", "ended_for_later"),
            ("end_by_notice", "agreed_in_part", "ended_for_later"),
            ("withdraw", "received", "withdrawn"),
            ("withdraw", "in_review", "withdrawn"),
            ("withdraw", "waiting", "withdrawn"),
            ("withdraw", "claim_held", "withdrawn"),
            ("withdraw", "considered", "withdrawn"),
            ("close", "not_qualifying", "closed"),
            ("close", "refused", "closed"),
            ("close", "terminated", "closed"),
            ("close", "unverified", "closed"),
            ("close", "withdrawn", "closed"),
            ("reopen", "unverified", "in_review"),
            ("reopen", "withdrawn", "in_review"),
            ("reopen", "closed", "in_review"),
        ),
    ]
