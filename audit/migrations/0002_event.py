from django.db import migrations

from audit.migrations import _sql


class Migration(migrations.Migration):
    """Entries, their waiting list and their keyed index."""

    dependencies = [("audit", "0001_keys")]
    operations = [_sql.script("0002_event.sql")]
