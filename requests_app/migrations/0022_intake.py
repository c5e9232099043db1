from django.db import migrations, models

from requests_app.sql import only_grows


class Migration(migrations.Migration):
    """Lines taken in bulk, known again by keyed hashes."""

    dependencies = [
        ("requests_app", "0021_ledger_forms"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenLine",
            fields=[
                ("token", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("content", models.BinaryField(max_length=16)),
                ("sort", models.CharField(max_length=24)),
                ("made", models.UUIDField()),
                ("taken_by", models.CharField(max_length=64)),
                ("taken_at", models.DateTimeField()),
            ],
        ),
        only_grows("takenline"),
    ]
