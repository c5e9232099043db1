from django.db import migrations, models


class Migration(migrations.Migration):
    """The queue asked by kind, or by whose it is, in the order of what will be late first."""

    dependencies = [
        ("requests_app", "0031_adverse_put_off"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)),
                fields=["kind", "due_at", "id"],
                name="request_kind_due",
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)),
                fields=["assigned_to", "due_at", "id"],
                name="request_whose_due",
            ),
        ),
    ]
