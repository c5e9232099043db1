from django.db import migrations

from audit.migrations import _sql


class Migration(migrations.Migration):
    """What many entries share is looked for once."""

    dependencies = [("audit", "0006_succession")]
    operations = [_sql.script("0007_many.sql")]
