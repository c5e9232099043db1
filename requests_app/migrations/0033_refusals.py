from django.db import migrations, models

import audit.fields


class Migration(migrations.Migration):
    """Refusals say their ground, as endings do: two more of them, and another shape of the record."""

    dependencies = [
        ("requests_app", "0032_queue_filters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="representative",
            name="facts",
            field=audit.fields.SealedRecord(name="people.representative", version=2),
        ),
        migrations.AlterField(
            model_name="representativeending",
            name="why",
            field=models.CharField(
                choices=[
                    (
                        "abuse",
                        "Domestic violence, abuse or neglect is believed (164.502(g)(5)(i)(A))",
                    ),
                    ("endangers", "Treating them so could endanger (164.502(g)(5)(i)(B))"),
                    ("no_authority", "No authority is shown (164.514(h)(1)(i))"),
                    ("minors_own", "The minor alone acts for this care (164.502(g)(3)(i))"),
                    (
                        "ended",
                        "The authority itself ended: revoked, replaced, the person came of age",
                    ),
                ],
                max_length=16,
            ),
        ),
    ]
