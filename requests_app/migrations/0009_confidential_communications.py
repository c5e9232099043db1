import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, script


class Migration(migrations.Migration):
    """Confidential communications: the graph, and the preferences that result."""

    dependencies = [("requests_app", "0008_objection")]
    operations = [
        migrations.CreateModel(
            name="ConfidentialCommunications",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.AlterField(
            model_name="outboxrow",
            name="topic",
            field=models.CharField(
                choices=[
                    ("received", "A request was received"),
                    ("moved", "Something happened on a request"),
                    ("letter", "A letter is ready"),
                    ("message", "A message was written"),
                    ("due_soon", "A request is due soon"),
                    ("due_today", "A request is due today"),
                    ("overdue", "A request is past its due date"),
                    ("pass_on", "A message was held, to be passed on by another means"),
                    ("urgent", "Something is to be passed on at once"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="CommunicationPreference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.preference", version=1)),
                ("in_force_from", models.DateTimeField()),
                ("in_force_until", models.DateTimeField(null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preferences",
                        to="requests_app.patient",
                    ),
                ),
                (
                    "representative",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.representative",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preferences",
                        to="requests_app.request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("in_force_until__isnull", True)),
                        fields=("request",),
                        name="preference_one_a_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="preference_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("held_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("told_by", models.CharField(blank=True, max_length=64)),
                (
                    "how",
                    audit.fields.SealedRecord(name="standing.held_message", null=True, version=1),
                ),
                (
                    "outbox_row",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held",
                        to="requests_app.outboxrow",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_messages",
                        to="requests_app.request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("told_at__isnull", True), ("told_by", "")),
                            models.Q(
                                ("told_at__isnull", False), models.Q(("told_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="held_message_told_by_whom",
                    )
                ],
            },
        ),
        script("communications.sql"),
        legal_moves(
            "confidential_communications",
            ("file", "", "received"),
            ("file_signed_in", "", "in_review"),
            ("confirm_identity", "received", "in_review"),
            ("confirm_identity", "in_review", "in_review"),
            ("ask", "in_review", "waiting"),
            ("answer", "waiting", "in_review"),
            ("accommodate", "in_review", "accommodated"),
            ("accommodate", "waiting", "accommodated"),
            ("deny", "in_review", "denied"),
            ("deny", "waiting", "denied"),
            ("could_not_verify", "received", "unverified"),
            ("could_not_verify", "in_review", "unverified"),
            ("could_not_verify", "waiting", "unverified"),
            ("end", "accommodated", "ended"),
            ("end", "closed", "ended"),
            ("withdraw", "received", "withdrawn"),
            ("withdraw", "in_review", "withdrawn"),
            ("withdraw", "waiting", "withdrawn"),
            ("close", "accommodated", "closed"),
            ("close", "denied", "closed"),
            ("close", "unverified", "closed"),
            ("close", "ended", "closed"),
            ("close", "withdrawn", "closed"),
            ("reopen", "unverified", "in_review"),
            ("reopen", "withdrawn", "in_review"),
            ("reopen", "closed", "in_review"),
        ),
    ]
