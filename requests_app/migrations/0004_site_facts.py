import uuid

from django.db import migrations, models

from requests_app.sql import script


class Migration(migrations.Migration):
    """What a site is and how it keeps its records; the practice's own targets."""

    dependencies = [
        ("requests_app", "0003_record_number_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="Target",
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
                ("kind", models.CharField(max_length=32)),
                (
                    "days",
                    models.PositiveSmallIntegerField(help_text="Calendar days after receipt."),
                ),
            ],
        ),
        migrations.RemoveField(
            model_name="site",
            name="provider_type",
        ),
        migrations.AddField(
            model_name="site",
            name="provider_types",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Which rules bind it; empty until it has been said.",
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="settings",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="How it keeps records; empty until it has been said.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "provider_types__contained_by",
                        [
                            "physician",
                            "chiropractor",
                            "physical_therapist",
                            "hospital",
                            "licensed_facility",
                            "nursing_home",
                            "health_plan",
                            "other",
                        ],
                    )
                ),
                name="site_provider_types_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "settings__contained_by",
                        [
                            "electronic_records",
                            "paper_records",
                            "records_in_state",
                            "records_out_of_state",
                        ],
                    )
                ),
                name="site_settings_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_force_until__isnull", True)),
                fields=("kind",),
                name="target_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1)), name="target_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_until__isnull", True),
                    ("in_force_until__gte", models.F("in_force_from")),
                    _connector="OR",
                ),
                name="target_in_order",
            ),
        ),
        script("targets.sql"),
    ]
