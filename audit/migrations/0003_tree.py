from django.db import migrations

from audit.migrations import _sql


class Migration(migrations.Migration):
    """Places in the tree, signed heads, and the numbers of each person's disclosures."""

    dependencies = [("audit", "0002_event")]
    operations = [_sql.script("0003_tree.sql")]
