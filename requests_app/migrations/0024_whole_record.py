from django.db import migrations, models


class Migration(migrations.Migration):
    """Which checks were about a whole record: an auditor samples them (164.514(d)(5))."""

    dependencies = [
        ("requests_app", "0022_intake"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkmade",
            name="whole_record",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
