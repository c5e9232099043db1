from django.db import migrations

from audit.migrations import _sql


class Migration(migrations.Migration):
    """Legal holds, and the one way in which entries leave after their retention."""

    dependencies = [("audit", "0003_tree")]
    operations = [_sql.script("0004_retention.sql")]
