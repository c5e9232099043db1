from django.db import migrations, models

#: What is asked by, before the newest first → the end of the index's name.
_BY: tuple[tuple[list[str], str], ...] = (
    ([], "newest"),
    (["kind"], "kind"),
    (["assigned_to"], "whose"),
)


class Migration(migrations.Migration):
    """The queue asked for what is answered or closed: what came since is not read before it."""

    dependencies = [
        ("requests_app", "0034_adverse_acts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False)),
                fields=[*by, "-received_at", "-id"],
                name=f"request_answered_{name}",
            ),
        )
        for by, name in _BY
    ]
