import uuid

import django.db.models.deletion
from django.db import migrations, models

import audit.fields


class Migration(migrations.Migration):
    """Requests that somebody is still writing."""

    dependencies = [
        ("requests_app", "0024_set_up_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.CharField(db_index=True, max_length=64)),
                ("facts", audit.fields.SealedRecord(name="drafts.draft", version=1)),
                ("begun_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(db_index=True)),
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
        ),
    ]
