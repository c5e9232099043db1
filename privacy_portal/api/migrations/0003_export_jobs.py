import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields


class Migration(migrations.Migration):
    """Exports become jobs: how far each is, and its sealed pieces."""

    dependencies = [
        ("api", "0002_exports"),
    ]

    operations = [
        # What an earlier version kept of its exports stands in the log.
        migrations.DeleteModel("Export"),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("register", models.CharField(max_length=16)),
                ("format", models.CharField(max_length=8)),
                ("asked", audit.fields.SealedRecord(name="api.export", version=1)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for the worker"),
                            ("writing", "Being written"),
                            ("ending", "All lines read, being finished"),
                            ("ready", "Ready to be fetched"),
                            ("failed", "Not written"),
                            ("expired", "No longer kept"),
                        ],
                        max_length=8,
                    ),
                ),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_by_name", models.CharField(max_length=200)),
                ("scopes", models.JSONField(help_text="Of a machine client's token.", null=True)),
                ("whom", models.CharField(help_text="The sort of recipient.", max_length=24)),
                ("horizon", models.CharField(max_length=100)),
                ("in_flight", models.CharField(max_length=24)),
                ("after", models.CharField(blank=True, max_length=100)),
                ("claim", models.UUIDField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("rows_expected", models.PositiveBigIntegerField(null=True)),
                ("lines", models.PositiveBigIntegerField(default=0)),
                (
                    "first",
                    models.CharField(
                        blank=True, help_text="Key of its first line.", max_length=100
                    ),
                ),
                (
                    "last",
                    models.CharField(blank=True, help_text="Key of its last line.", max_length=100),
                ),
                ("size", models.PositiveBigIntegerField(help_text="Bytes of the file.", null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "head",
                    models.TextField(
                        blank=True, help_text="The newest signed head of the log's tree."
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why it was not written.", max_length=200
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("stage__in", ["waiting", "writing", "ending"])),
                        fields=["started_at", "id"],
                        name="export_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportPiece",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "of_file",
                    models.BooleanField(
                        help_text="Of the file; otherwise of the lines it is made from."
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", audit.fields.SealedRecord(name="api.export_piece", version=1)),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="api.export",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("export", "of_file", "number"), name="export_piece_once"
                    )
                ],
            },
        ),
    ]
