import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What staff do beside moves goes against somebody who complained, too."""

    dependencies = [
        ("requests_app", "0033_refusals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="adverseaftercomplaint",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.request",
            ),
        ),
        migrations.AlterField(
            model_name="adverseaftercomplaint",
            name="version",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="adverseaftercomplaint",
            name="patient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.patient",
            ),
        ),
        migrations.AddField(
            model_name="adverseaftercomplaint",
            name="thing",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="adverseaftercomplaint",
            name="why",
            field=models.CharField(
                choices=[
                    ("refused", "Refused, wholly or in part"),
                    ("fee", "A fee was asked"),
                    ("late", "Answered late"),
                    ("put_off", "The answer was put off"),
                    ("held", "Put on hold"),
                    ("ended", "Ended by staff"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseaftercomplaint",
            constraint=models.UniqueConstraint(
                fields=("complaint", "thing"), name="adverse_act_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseaftercomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(thing=None, version__isnull=False, request__isnull=False)
                | models.Q(thing__isnull=False, version=None),
                name="adverse_move_or_act",
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseaftercomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(patient=None, request__isnull=False)
                | models.Q(patient__isnull=False, request=None),
                name="adverse_to_whom",
            ),
        ),
    ]
