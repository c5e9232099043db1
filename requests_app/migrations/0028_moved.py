from typing import Any

from django.db import migrations

from requests_app.sql import legal_moves, script

#: What was moved before "moved" was a state of its own, and nothing has been decided on since: what
#: was denied stays where it is, with the rights that a denial carries.
_EARLIER = """
    SELECT request.id, request.kind, request.state, request.version, request.reference,
           request.patient_id
    FROM requests_app_request AS request
    WHERE request.state IN ('withdrawn', 'closed')
      AND EXISTS (SELECT FROM requests_app_refiling AS row WHERE row.wrong_id = request.id)
      AND NOT EXISTS (
          SELECT FROM requests_app_decision AS made
          WHERE made.request_id = request.id AND made.move <> 'determine' AND made.grounds <> '[]'
      )
    ORDER BY request.received_at, request.id FOR UPDATE
"""
_LEGAL = """
    INSERT INTO requests_app_legalmove (kind, move, source, target)
    VALUES (%s, 'refile', %s, 'moved') ON CONFLICT DO NOTHING
"""
_MOVED = "UPDATE requests_app_request SET state = 'moved', version = version + 1 WHERE id = %s"
_STATUS = """
    INSERT INTO requests_app_statusrow (request_id, version, kind, move, source, target, at,
        actor_id, actor_name, by_patient, audit_eid)
    VALUES (%s, %s, %s, 'refile', %s, 'moved', %s, %s, %s, false, %s)
"""


def bring_over(apps: Any, schema_editor: Any) -> None:
    """Each earlier one is moved as any move is made: a status row, and its entry in the log.

    The history before stays as it was written.  The way from "withdrawn" or "closed" is legal only in
    a database that had such a request.
    """
    from audit import actors, clock, keys, log

    using = schema_editor.connection.alias
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_EARLIER)
        earlier = cursor.fetchall()
        if not earlier:
            return
        now, actor = clock.now(), actors.system("migration")
        keys.ensure_periods(now)
        for pk, kind, state, version, reference, patient in earlier:
            cursor.execute("SET LOCAL ROLE audit_owner")
            eid = log.append(
                f"request:{kind}:refile",
                actor=actor,
                patient=str(patient) if patient else None,
                request=reference,
                obj=log.Obj("request", str(pk), version + 1),
                before={"state": state},
                after={"state": "moved"},
                openable=True,
                using=using,
            )
            cursor.execute("RESET ROLE")
            cursor.execute(_LEGAL, [kind, state])
            cursor.execute(_MOVED, [pk])
            row = [pk, version + 1, kind, state, now, actor.id, actor.name, eid]
            cursor.execute(_STATUS, row)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    """What goes on as another kind stands in a state of its own, in every kind."""

    dependencies = [("requests_app", "0027_head_told"), ("audit", "0005_arrival")]
    operations = [
        legal_moves(
            "access",
            ("refile", "received", "moved"),
            ("refile", "in_review", "moved"),
            ("refile", "waiting", "moved"),
        ),
        legal_moves(
            "accounting",
            ("refile", "received", "moved"),
            ("refile", "in_review", "moved"),
            ("refile", "waiting", "moved"),
            ("refile", "fee_quoted", "moved"),
            ("refile", "fee_agreed", "moved"),
        ),
        legal_moves(
            "amendment",
            ("refile", "received", "moved"),
            ("refile", "in_review", "moved"),
            ("refile", "waiting", "moved"),
        ),
        legal_moves(
            "complaint",
            ("refile", "received", "moved"),
            ("refile", "in_review", "moved"),
            ("refile", "waiting", "moved"),
        ),
        legal_moves(
            "confidential_communications",
            ("refile", "received", "moved"),
            ("refile", "in_review", "moved"),
            ("refile", "waiting", "moved"),
        ),
        legal_moves(
            "materials_opt_out",
            ("refile", "received", "moved"),
            ("refile", "waiting", "moved"),
        ),
        legal_moves(
            "notice_copy",
            ("refile", "received", "moved"),
            ("refile", "waiting", "moved"),
        ),
        legal_moves(
            "objection",
            ("refile", "received", "moved"),
            ("refile", "waiting", "moved"),
        ),
        legal_moves(
            "restriction",
            ("refile", "received", "moved"),
            ("refile", "in_review", "moved"),
            ("refile", "waiting", "moved"),
            ("refile", "claim_held", "moved"),
            ("refile", "considered", "moved"),
        ),
        legal_moves(
            "revocation",
            ("refile", "received", "moved"),
            ("refile", "in_review", "moved"),
            ("refile", "waiting", "moved"),
        ),
        script("moved.sql"),
        migrations.RunPython(bring_over, migrations.RunPython.noop),
    ]
