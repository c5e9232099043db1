import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, script


class Migration(migrations.Migration):
    """Complaints: the kind, whom they name, what was done, and what was flagged."""

    dependencies = [("requests_app", "0011_restriction")]
    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.CreateModel(
            name="ComplaintMeasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("mitigation", "Harm mitigated (164.530(f))"),
                            ("sanction", "Sanction applied (164.530(e))"),
                            ("breach_assessment", "Assessed as a possible breach (164.402)"),
                        ],
                        max_length=24,
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="complaints.measure", version=1)),
                ("taken_on", models.DateField()),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_by_name", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="requests_app.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NamedInComplaint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account", models.CharField(blank=True, max_length=64)),
                ("duty", models.CharField(blank=True, max_length=32)),
                ("named_at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named",
                        to="requests_app.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AdverseAfterComplaint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("move", models.CharField(max_length=32)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("refused", "Refused, wholly or in part"),
                            ("fee", "A fee was asked"),
                            ("late", "Answered late"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watched",
                        to="requests_app.request",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("complaint", "request", "version"), name="adverse_move_once"
                    )
                ],
            },
        ),
        script("complaints.sql"),
        legal_moves(
            "complaint",
            ("file", "", "received"),
            ("file_signed_in", "", "received"),
            ("acknowledge", "received", "in_review"),
            ("name_person", "received", "received"),
            ("name_person", "in_review", "in_review"),
            ("name_person", "waiting", "waiting"),
            ("ask", "in_review", "waiting"),
            ("answer", "waiting", "in_review"),
            ("resolve", "in_review", "resolved"),
            ("resolve", "waiting", "resolved"),
            ("resolve", "withdrawn", "resolved"),
            ("withdraw", "received", "withdrawn"),
            ("withdraw", "in_review", "withdrawn"),
            ("withdraw", "waiting", "withdrawn"),
            ("close", "resolved", "closed"),
            ("close", "withdrawn", "closed"),
            ("reopen", "withdrawn", "in_review"),
            ("reopen", "closed", "in_review"),
        ),
    ]
