"""Thousands of requests that are due, copied from one that was made through the real actions.

Only what a sweep looks at is true of the copies: what was asked is sealed for the one request it
was made for, and opens in no copy.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from requests_app.kinds.base import Kind
from requests_app.people.models import Representative

_NOT_COPIED = {"id", "reference", "due_at", "due_on"}
_ALPHABET = "'0123456789ABCDEFGHJKMNPQRSTVWXYZ'"


def copies(of: Kind, count: int, *, due_at: datetime) -> None:
    """That many requests like this one, due at that instant, without a reminder planned."""
    columns = [name for name in _columns("requests_app_request") if name not in _NOT_COPIED]
    same = ", ".join(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""WITH made AS (
                    INSERT INTO requests_app_request (id, reference, due_at, due_on, {same})
                    SELECT gen_random_uuid(), {_reference()}, %s, %s::timestamptz::date, {same}
                    FROM requests_app_request, generate_series(1, %s) AS n WHERE id = %s
                    RETURNING id)
                INSERT INTO requests_app_statusrow (request_id, version, kind, move, source, target,
                    at, actor_id, actor_name, by_patient, audit_eid)
                SELECT made.id, version, kind, move, source, target, at, actor_id, actor_name,
                    by_patient, gen_random_uuid()
                FROM made, requests_app_statusrow WHERE request_id = %s""",
            [due_at, due_at, count, of.pk, of.pk],
        )


def remind(what: str, audiences: str, instants: Sequence[datetime]) -> None:
    """One reminder planned for each of as many copies, at these instants in turn."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO requests_app_dueinstant (request_id, what, audiences, at, outcome)
               SELECT request.id, %s, %s, planned.at, ''
               FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM requests_app_request
                     WHERE NOT EXISTS (SELECT FROM requests_app_dueinstant
                                       WHERE request_id = requests_app_request.id)) AS request
               JOIN unnest(%s::timestamptz[]) WITH ORDINALITY AS planned (at, n) USING (n)""",
            [what, audiences, list(instants)],
        )


def authorities(of: Representative, ends: Sequence[datetime]) -> None:
    """As many representatives like this one, whose authority ends at these instants."""
    columns = [name for name in _columns("requests_app_representative") if name != "id"]
    same = ", ".join(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""WITH made AS (
                    INSERT INTO requests_app_representative (id, {same})
                    SELECT gen_random_uuid(), {same} FROM requests_app_representative,
                        generate_series(1, %s) WHERE id = %s
                    RETURNING id)
                INSERT INTO requests_app_fallsdue (id, what, subject, at, not_before, tries, outcome)
                SELECT gen_random_uuid(), 'authority_ends', made.id, planned.at, planned.at, 0, ''
                FROM (SELECT id, row_number() OVER () AS n FROM made) AS made
                JOIN unnest(%s::timestamptz[]) WITH ORDINALITY AS planned (at, n) USING (n)""",
            [len(ends), of.pk, list(ends)],
        )


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [f'"{column.name}"' if column.name == "filed" else column.name for column in described]


def _reference() -> str:
    """Sixteen characters of the alphabet, in fours, random for each row."""
    one = f"substr({_ALPHABET}, 1 + floor(random() * 32)::int + 0 * n, 1)"
    four = " || ".join([one] * 4)
    return " || '-' || ".join([four] * 4)
