"""Where the demo's stories can be looked at: kept beside the mark that makes a database a demo's.

A clinic's database has no such mark, so there is nothing to read in it and nothing to show.
"""

import json

from django.conf import settings
from django.db import connection

from privacy_portal.demo.stage import Stage

Places = dict[str, dict[str, str]]


def keep(stage: Stage) -> None:
    """Write down under which address each story stands, where the database bears the mark."""
    places: Places = {
        "request": stage.references,
        "patient": {name: str(row.pk) for name, row in stage.patients.items()},
        "line": stage.lines,
    }
    if _marked():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE public.demo_mark SET places = %s", [json.dumps(places)])


def of_demo() -> Places | None:
    """The places, in a demo; None wherever it is not certain to be one."""
    if not settings.DEMO or not _marked():
        return None
    with connection.cursor() as cursor:
        # Read as a whole: the mark of an older version has no such column.
        cursor.execute(
            "SELECT (to_jsonb(m) -> 'places')::text FROM public.demo_mark m WHERE filled"
        )
        found = cursor.fetchone()
    places: Places | None = json.loads(found[0]) if found and found[0] else None
    return places


def _marked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.demo_mark') IS NOT NULL")
        return bool(cursor.fetchone()[0])
