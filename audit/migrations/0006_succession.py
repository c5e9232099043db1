from django.db import migrations

from audit.migrations import _sql


class Migration(migrations.Migration):
    """A log can be closed, and another goes on after it."""

    dependencies = [("audit", "0005_arrival")]
    operations = [_sql.script("0006_succession.sql")]
