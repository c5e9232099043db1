import uuid

import django.db.models.deletion
from django.db import migrations, models

from requests_app.sql import legal_moves, only_ended


class Migration(migrations.Migration):
    """Opting out, and what is stopped."""

    dependencies = [("requests_app", "0006_notice_copy")]
    operations = [
        migrations.CreateModel(
            name="MaterialsOptOut",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("in_force_from", models.DateTimeField(help_text="When it was expressed.")),
                ("in_force_until", models.DateTimeField(help_text="When it was ended.", null=True)),
                ("lapses_at", models.DateTimeField(help_text="When it ends by itself.", null=True)),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "material",
                    models.CharField(
                        choices=[
                            (
                                "treatment_alternatives",
                                "Treatment alternatives and health benefits",
                            ),
                            ("marketing", "Marketing"),
                            ("fundraising", "Fundraising"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.patient",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.request",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["patient", "material"], name="opt_out_of_patient")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "material"), name="opt_out_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="opt_out_in_order",
                    ),
                ],
            },
        ),
        legal_moves(
            "materials_opt_out",
            ("file", "", "received"),
            ("file_signed_in", "", "carried_out"),
            ("confirm_identity", "received", "received"),
            ("ask", "received", "waiting"),
            ("answer", "waiting", "received"),
            ("carry_out", "received", "carried_out"),
            ("carry_out", "waiting", "carried_out"),
            ("could_not_verify", "received", "unverified"),
            ("could_not_verify", "waiting", "unverified"),
            ("withdraw", "received", "withdrawn"),
            ("withdraw", "waiting", "withdrawn"),
            ("close", "carried_out", "closed"),
            ("close", "unverified", "closed"),
            ("close", "withdrawn", "closed"),
            ("reopen", "unverified", "received"),
            ("reopen", "withdrawn", "received"),
            ("reopen", "closed", "received"),
        ),
        only_ended("optout"),
    ]
