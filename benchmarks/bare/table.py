"""Run inside the bare settings: make its table, as the migrator."""

import json

import django

if __name__ == "__main__":
    django.setup()
    from django.db import connections

    from benchmarks.bare.models import Row

    with connections["migrate"].schema_editor() as editor:
        editor.create_model(Row)
    print(json.dumps({}))
