import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import legal_moves, only_grows


class Migration(migrations.Migration):
    """A copy of the notice, its versions, and who has which."""

    dependencies = [("requests_app", "0005_amendment")]
    operations = [
        migrations.CreateModel(
            name="NoticeCopy",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("requests_app.kind",),
        ),
        migrations.CreateModel(
            name="NoticeVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField()),
                (
                    "sha256",
                    models.CharField(help_text="Of the text in UTF-8, in hex.", max_length=64),
                ),
                ("published_on", models.DateField()),
                ("effective_on", models.DateField(unique=True)),
                (
                    "holds_part2",
                    models.BooleanField(
                        help_text="Whether the practice holds records of 42 CFR 2."
                    ),
                ),
                ("raises_funds", models.BooleanField()),
                (
                    "checklist",
                    models.JSONField(
                        help_text="Element → {present, where}, as the publisher said."
                    ),
                ),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_by_name", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("effective_on__gte", models.F("published_on"))),
                        name="notice_published_then_effective",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeReceipt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("handed", "Handed over on paper"),
                            ("post", "By post"),
                            ("email", "By e-mail"),
                            ("portal", "In this service"),
                        ],
                        max_length=8,
                    ),
                ),
                ("given_on", models.DateField()),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_receipts",
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
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="requests_app.noticeversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Acknowledgment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("signed", "Signed on paper"),
                            ("confirmed", "Confirmed in this service"),
                            ("not_obtained", "Not obtained, in spite of a good-faith effort"),
                            ("emergency", "Not needed: emergency treatment"),
                        ],
                        max_length=16,
                    ),
                ),
                ("effort", audit.fields.SealedRecord(name="notices.acknowledgment", version=1)),
                ("on", models.DateField()),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_by_name", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgments",
                        to="requests_app.patient",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgments",
                        to="requests_app.noticeversion",
                    ),
                ),
            ],
        ),
        legal_moves(
            "notice_copy",
            ("file", "", "received"),
            ("ask", "received", "waiting"),
            ("answer", "waiting", "received"),
            ("give", "received", "given"),
            ("give", "waiting", "given"),
            ("give", "paper_owed", "given"),
            ("email_failed", "given", "paper_owed"),
            ("withdraw", "received", "withdrawn"),
            ("withdraw", "waiting", "withdrawn"),
            ("withdraw", "paper_owed", "withdrawn"),
            ("close", "given", "closed"),
            ("close", "withdrawn", "closed"),
            ("reopen", "withdrawn", "received"),
            ("reopen", "closed", "received"),
        ),
        only_grows("noticeversion", "noticereceipt", "acknowledgment"),
    ]
