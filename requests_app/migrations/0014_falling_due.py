import uuid

import django.db.models.deletion
from django.db import migrations, models

from requests_app.sql import only_grows


class Migration(migrations.Migration):
    """What falls due, heartbeats, outages; who hears of what, and quiet hours."""

    dependencies = [
        ("requests_app", "0013_listeners"),
    ]

    operations = [
        migrations.CreateModel(
            name="FallsDue",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=40)),
                ("subject", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("acted_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(
                        help_text="The last sweep before it finished.", unique=True
                    ),
                ),
                ("until", models.DateTimeField(help_text="The first sweep after it began.")),
                (
                    "passed",
                    models.PositiveIntegerField(help_text="How many deadlines passed meanwhile."),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PassedMeanwhile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=40)),
                ("subject", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="dueinstant",
            name="audiences",
            field=models.CharField(default="office", max_length=80),
        ),
        migrations.AddField(
            model_name="outboxrow",
            name="allowed",
            field=models.PositiveIntegerField(default=11),
        ),
        migrations.AddField(
            model_name="outboxrow",
            name="said",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="outboxrow",
            name="tried_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="quiet_from",
            field=models.TimeField(help_text="From when the office is not written to.", null=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="quiet_until",
            field=models.TimeField(null=True),
        ),
        migrations.AlterField(
            model_name="outboxrow",
            name="audience",
            field=models.CharField(
                choices=[
                    ("asker", "The person who asked"),
                    ("office", "Whoever works on it, or else the privacy official"),
                    ("officer", "The privacy official"),
                    ("administrator", "The administrators"),
                    ("listener", "A system that has asked to hear"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="outboxrow",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outbox",
                to="requests_app.request",
            ),
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
                    ("late", "The answer is late"),
                    ("ended", "Something that was in force has ended"),
                    ("digest", "What waits today"),
                    ("outage", "The service was not at work for a while"),
                    ("key_old", "The key-encryption key is to be changed"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                    _connector="OR",
                ),
                name="practice_quiet_from_and_until",
            ),
        ),
        migrations.AddField(
            model_name="fallsdue",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.request",
            ),
        ),
        migrations.AddField(
            model_name="passedmeanwhile",
            name="outage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="requests_app.outage",
            ),
        ),
        migrations.AddField(
            model_name="passedmeanwhile",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.request",
            ),
        ),
        migrations.AddIndex(
            model_name="fallsdue",
            index=models.Index(
                condition=models.Q(("acted_at__isnull", True)),
                fields=["not_before", "id"],
                name="falls_due_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="fallsdue",
            constraint=models.UniqueConstraint(
                fields=("what", "subject", "at"), name="falls_due_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fallsdue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acted_at__isnull", True), ("outcome", "")),
                    models.Q(("acted_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="falls_due_acted_how",
            ),
        ),
        only_grows("outage", "passedmeanwhile"),
    ]
