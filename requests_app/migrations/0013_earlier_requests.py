import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0012_complaint"),
    ]

    operations = [
        migrations.AddField(
            model_name="request",
            name="follows",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="requests_app.request",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="provided",
            field=models.CharField(
                choices=[
                    ("portal", "In this service"),
                    ("handed", "Handed over"),
                    ("post", "By post"),
                    ("email", "By e-mail"),
                ],
                max_length=8,
            ),
        ),
    ]
