import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, only_ended


class Migration(migrations.Migration):
    """Objections, and the people involved in care."""

    dependencies = [("requests_app", "0007_materials_opt_out")]
    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.CreateModel(
            name="ObjectionInForce",
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
                    "scope",
                    models.CharField(
                        choices=[
                            (
                                "family",
                                "Telling family and others involved in my care or its payment",
                            ),
                            ("directory", "Being listed in a directory of patients"),
                            ("disaster_relief", "Telling a disaster relief organization"),
                        ],
                        max_length=16,
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.objection", version=1)),
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
                "indexes": [models.Index(fields=["patient", "scope"], name="objection_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "scope"), name="objection_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="objection_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonInvolved",
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
                    "ground",
                    models.CharField(
                        choices=[
                            ("agreed", "The patient agreed"),
                            ("did_not_object", "The patient could object and did not"),
                            ("inferred", "Reasonably inferred that the patient does not object"),
                            ("objected", "The patient objected"),
                            ("best_interest", "Judged to be in the patient's best interest"),
                        ],
                        max_length=16,
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.involved", version=1)),
                ("recorded_by_name", models.CharField(max_length=200)),
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
                "indexes": [models.Index(fields=["patient", "ground"], name="involved_of_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="person_involved_in_order",
                    )
                ],
            },
        ),
        legal_moves(
            "objection",
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
        only_ended("objectioninforce", "personinvolved"),
    ]
