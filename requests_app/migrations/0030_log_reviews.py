import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import only_grows, script


class Migration(migrations.Migration):
    """The scheduled review of the log: how often, and every one that was begun and signed."""

    dependencies = [
        ("requests_app", "0029_sealed_anew"),
    ]

    operations = [
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
                    ("late", "The answer is late"),
                    ("ended", "Something that was in force has ended"),
                    ("stopped", "Something planned was stopped by its check"),
                    ("digest", "What waits today"),
                    ("outage", "The service was not at work for a while"),
                    ("key_old", "The key-encryption key is to be changed"),
                    ("set_up", "Database or service are set up differently"),
                    ("head", "A head of the log is to be printed"),
                    ("log_review", "The log is to be reviewed"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="LogReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.logreview",
                    ),
                ),
                ("covers_from", models.DateTimeField()),
                ("covers_until", models.DateTimeField(help_text="When it was begun.")),
                ("figures", audit.fields.SealedRecord(name="log_reviews.figures", version=1)),
                ("begun_by", models.CharField(max_length=64)),
                ("begun_by_name", models.CharField(max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-covers_until", "-id"], name="log_review_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("covers_from__lte", models.F("covers_until"))),
                        name="log_review_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogReviewCountersignature",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("facts", audit.fields.SealedRecord(name="log_reviews.second", version=1)),
                ("signed_by", models.CharField(max_length=64)),
                ("signed_by_name", models.CharField(max_length=200)),
                ("signed_at", models.DateTimeField()),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second",
                        to="requests_app.logreview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogReviewSchedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("in_force_from", models.DateField()),
                (
                    "in_force_until",
                    models.DateField(blank=True, help_text="Last day in force.", null=True),
                ),
                ("recorded_by", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("months", models.PositiveSmallIntegerField()),
                (
                    "second",
                    models.BooleanField(help_text="Whether somebody else is to countersign."),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("in_force_until",),
                        name="log_review_schedule_one_in_force",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 1), ("months__lte", 12)),
                        name="log_review_schedule_has_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_until__isnull", True),
                            ("in_force_until__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="log_review_schedule_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogReviewSignature",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="requests_app.logreview",
                    ),
                ),
                ("finding", audit.fields.SealedRecord(name="log_reviews.finding", version=1)),
                ("signed_at", models.DateTimeField()),
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
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature",
                        to="requests_app.logreview",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("follows",),
                        name="log_review_signed_in_turn",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        only_grows("logreview", "logreviewsignature", "logreviewcountersignature"),
        script("log_reviews.sql"),
    ]
