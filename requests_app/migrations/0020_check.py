import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields
from requests_app.sql import only_ended, only_grows


class Migration(migrations.Migration):
    """Checks kept with their facts, releases planned for later, and stop lists."""

    dependencies = [
        ("requests_app", "0019_associate_inquiries"),
    ]

    operations = [
        migrations.AddField(
            model_name="noticeversion",
            name="describes",
            field=models.JSONField(
                help_text="Categories of disclosure it describes; null until it was said.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="CheckMade",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("disclosure", "May this be disclosed?"),
                            ("communication", "May this be sent to the patient?"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="Of the basis, or what is sent.", max_length=32
                    ),
                ),
                ("verdict", models.CharField(max_length=24)),
                ("kept", audit.fields.SealedRecord(name="checks.made", version=1)),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("audit_eid", models.UUIDField(unique=True)),
                (
                    "disclosure",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_made",
                        to="requests_app.disclosure",
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
            ],
        ),
        migrations.CreateModel(
            name="PlannedRelease",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("basis", models.CharField(max_length=16)),
                ("plan", audit.fields.SealedRecord(name="releases.planned", version=1)),
                (
                    "every_days",
                    models.PositiveSmallIntegerField(help_text="Null: once.", null=True),
                ),
                ("in_force_from", models.DateTimeField(help_text="When it was planned.")),
                (
                    "in_force_until",
                    models.DateTimeField(help_text="When nothing more of it goes.", null=True),
                ),
                ("planned_by", models.CharField(max_length=64)),
                ("planned_by_name", models.CharField(max_length=200)),
                (
                    "check_made",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.checkmade",
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
            ],
        ),
        migrations.CreateModel(
            name="ReleaseInstant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("acted_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("released", "Released, and in the ledger"),
                            ("stopped", "Stopped by the check"),
                            ("called_off", "Called off"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "check_made",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.checkmade",
                    ),
                ),
                (
                    "disclosure",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="requests_app.disclosure",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instants",
                        to="requests_app.plannedrelease",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StopList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "sending",
                    models.CharField(
                        choices=[
                            ("appointment_reminder", "An appointment reminder"),
                            ("result", "A result"),
                            ("bill", "A bill"),
                            ("breach_notice", "A notice of a breach"),
                            ("privacy_letter", "A letter of the privacy office"),
                            ("treatment_alternatives", "Treatment alternatives"),
                            ("newsletter", "A newsletter with health topics"),
                            ("marketing", "Marketing"),
                            ("fundraising", "Fundraising"),
                        ],
                        max_length=32,
                    ),
                ),
                ("made_on", models.DateField(help_text="The day at the practice.")),
                ("made_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("stopped", audit.fields.SealedRecord(name="stops.stop_list", version=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sending", "made_on"), name="stop_list_once_a_day"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("every_days__isnull", True), ("every_days__gte", 1), _connector="OR"
                ),
                name="planned_release_interval",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_until__isnull", True),
                    ("in_force_until__gte", models.F("in_force_from")),
                    _connector="OR",
                ),
                name="planned_release_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="releaseinstant",
            index=models.Index(
                condition=models.Q(("acted_at__isnull", True)), fields=["at"], name="release_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="releaseinstant",
            constraint=models.UniqueConstraint(
                fields=("release", "at"), name="release_instant_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="releaseinstant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acted_at__isnull", True), ("outcome", "")),
                    models.Q(("acted_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="release_instant_acted",
            ),
        ),
        migrations.AddConstraint(
            model_name="releaseinstant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disclosure__isnull", True), ("outcome", "released"), _connector="OR"
                ),
                name="release_instant_in_the_ledger",
            ),
        ),
        only_grows("checkmade", "stoplist"),
        only_ended("plannedrelease"),
    ]
