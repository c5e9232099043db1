from django.db import migrations

from audit.migrations import _sql


class Migration(migrations.Migration):
    """An entry arrives in fewer statements."""

    dependencies = [("audit", "0004_retention")]
    operations = [_sql.script("0005_arrival.sql")]
