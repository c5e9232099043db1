from django.db import migrations, models


class Migration(migrations.Migration):
    """An answer that is put off goes against whoever waits for it, too."""

    dependencies = [
        ("requests_app", "0030_log_reviews"),
    ]

    operations = [
        migrations.AlterField(
            model_name="adverseaftercomplaint",
            name="why",
            field=models.CharField(
                choices=[
                    ("refused", "Refused, wholly or in part"),
                    ("fee", "A fee was asked"),
                    ("late", "Answered late"),
                    ("put_off", "The answer was put off"),
                ],
                max_length=8,
            ),
        ),
    ]
