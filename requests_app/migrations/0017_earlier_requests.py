import django.db.models.deletion
from django.db import migrations, models

#: Where a request goes on from is said when it is filed, and stays.
STAYS = """
CREATE TRIGGER follows_stays BEFORE UPDATE OF follows_id ON requests_app_request
    FOR EACH ROW WHEN (NEW.follows_id IS DISTINCT FROM OLD.follows_id)
    EXECUTE FUNCTION requests_app_refuse();
ALTER TABLE requests_app_request ENABLE ALWAYS TRIGGER follows_stays;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0016_casework"),
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
        migrations.RunSQL(STAYS, migrations.RunSQL.noop),
    ]
