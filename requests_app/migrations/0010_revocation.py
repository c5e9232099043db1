import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, script


class Migration(migrations.Migration):
    """Revocation: the graph, and the register of authorizations."""

    dependencies = [("requests_app", "0009_confidential_communications")]
    operations = [
        migrations.CreateModel(
            name="Revocation",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.CreateModel(
            name="Authorization",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "in_force_from",
                    models.DateTimeField(help_text="When any office of the practice had it."),
                ),
                (
                    "last_day",
                    models.DateField(
                        help_text="Last day at the site it may be relied on.", null=True
                    ),
                ),
                (
                    "defects",
                    models.JSONField(default=list, help_text="Codes only; empty when it is valid."),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.authorization", version=1)),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorizations",
                        to="requests_app.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuthorizationEnding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("revoked", "Revoked in writing"),
                            ("known", "Known to have been revoked"),
                            ("event", "The event it names has happened"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "facts",
                    audit.fields.SealedRecord(name="standing.authorization_ending", version=1),
                ),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "authorization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endings",
                        to="requests_app.authorization",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorizations_ended",
                        to="requests_app.request",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InsurerContest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.insurer_contest", version=1)),
                ("decided_by", models.CharField(max_length=64)),
                ("decided_at", models.DateTimeField()),
                (
                    "authorization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contests",
                        to="requests_app.authorization",
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
        ),
        migrations.CreateModel(
            name="ConsentOnFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[
                            (
                                "authorization",
                                "An authorization to use or disclose health information",
                            ),
                            ("treatment", "A consent to a treatment"),
                            (
                                "operations",
                                "A consent to uses for treatment, payment or operations",
                            ),
                            ("part_2", "A consent for substance use disorder records"),
                        ],
                        max_length=16,
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="standing.consent", version=1)),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="requests_app.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("paper", "authorization"), _negated=True),
                        name="consent_is_no_authorization",
                    )
                ],
            },
        ),
        script("authorizations.sql"),
        legal_moves(
            "revocation",
            ("file", "", "received"),
            ("file_signed_in", "", "in_review"),
            ("confirm_identity", "received", "in_review"),
            ("confirm_identity", "in_review", "in_review"),
            ("ask", "in_review", "waiting"),
            ("answer", "waiting", "in_review"),
            ("tell_how", "received", "not_written"),
            ("tell_how", "in_review", "not_written"),
            ("tell_how", "waiting", "not_written"),
            ("take_effect", "in_review", "effective"),
            ("take_effect", "waiting", "effective"),
            ("record_contest", "effective", "effective"),
            ("pass_to_care_team", "received", "routed"),
            ("pass_to_care_team", "in_review", "routed"),
            ("pass_to_care_team", "waiting", "routed"),
            ("could_not_verify", "received", "unverified"),
            ("could_not_verify", "in_review", "unverified"),
            ("could_not_verify", "waiting", "unverified"),
            ("withdraw", "received", "withdrawn"),
            ("withdraw", "in_review", "withdrawn"),
            ("withdraw", "waiting", "withdrawn"),
            ("close", "not_written", "closed"),
            ("close", "effective", "closed"),
            ("close", "routed", "closed"),
            ("close", "unverified", "closed"),
            ("close", "withdrawn", "closed"),
            ("reopen", "unverified", "in_review"),
            ("reopen", "withdrawn", "in_review"),
            ("reopen", "closed", "in_review"),
        ),
    ]
