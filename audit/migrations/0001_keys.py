from django.db import migrations

from audit.migrations import _sql


class Migration(migrations.Migration):
    """The table of wrapped data keys."""

    initial = True
    dependencies = []
    operations = [_sql.script("0001_keys.sql")]
