"""Doing a thing once, however often it is asked (Idempotency-Key).

Per caller and route, kept seven days.  Same key and body: the first answer again; another body: 422;
the first still running: 409 with Retry-After.  A refused request is not kept.  The answer is sealed
and written in the transaction of the effect.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from privacy_portal.api.models import Answer, GivenAnswer
from requests_app.actions.whole import enclosing
from requests_app.errors import BadInput

KEPT = timedelta(days=7)
HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{8,64}")
_LOCK_AND_LOOK = (
    "SELECT pg_try_advisory_xact_lock(%s), EXISTS (SELECT FROM api_givenanswer "
    "WHERE caller = %s AND route = %s AND key = %s)"
)
_KEPT_HEADERS = ("ETag", "Location")


class StillRunning(APIException):
    """The same request is being carried out at this moment."""

    status_code = 409
    wait = 1
    sentence = "The same request is being carried out right now. Ask again in a second."


def once(
    request: Request,
    act: Callable[[], Response],
    *,
    route: str,
    path: str,
    caller: str,
    now: datetime,
    required: bool,
    secret: str = "",
) -> Response:
    """Act, or give the answer given before under the same key.

    path    the address acted on; a key means one thing there and another elsewhere
    route   its pattern, which is kept
    secret  the member of the answer that is shown once and never kept: given again, it is null
    """
    key = request.headers.get(HEADER)
    if key is None:
        if required:
            raise BadInput.one(
                f"/headers/{HEADER}", "Send an Idempotency-Key header with a fresh key."
            )
        return act()
    _check_key(key)
    key = _kept_as(caller, path, key)
    digest = _digest(request.data)
    with enclosing():
        given = _given(caller, route, key)
        if given is not None:
            return _again(given, digest)
        response = act()
        kept = response.data | {secret: None} if secret else response.data
        _keep(response, kept, caller=caller, route=route, key=key, digest=digest, now=now)
    return response


def purge(now: datetime) -> int:
    """Forget answers older than seven days; safe to repeat."""
    gone, _ = GivenAnswer.objects.filter(given_at__lt=now - KEPT).delete()
    return gone


def _digest(data: object) -> bytes:
    """Keyed, because a short body could be guessed from a plain hash of it."""
    text = json.dumps(data, sort_keys=True)
    return salted_hmac("privacy_portal.api.body", text, algorithm="sha256").digest()


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise BadInput.one(
            f"/headers/{HEADER}",
            "An Idempotency-Key has 8 to 64 visible characters; a UUID will do.",
        )


def _kept_as(*parts: str) -> str:
    """A keyed digest stands for address and key: a client may make its keys of anything."""
    text = "\0".join(parts)
    return salted_hmac("privacy_portal.api.key", text, algorithm="sha256").hexdigest()


def _given(caller: str, route: str, key: str) -> GivenAnswer | None:
    """The answer given before; StillRunning while another transaction is at it.

    The lock is taken first, so of two alike requests one acts and the other waits for its answer.
    Should the lock and the look fall on either side of a commit, the unique constraint refuses.
    """
    name = sha256(f"{caller}\0{route}\0{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_AND_LOOK, [int.from_bytes(name, signed=True), caller, route, key])
        locked, before = cursor.fetchone()
    if not locked:
        raise StillRunning
    if not before:
        return None
    return GivenAnswer.objects.filter(caller=caller, route=route, key=key).first()


def _again(given: GivenAnswer, digest: bytes) -> Response:
    if bytes(given.body_digest) != digest:
        raise BadInput.one(
            f"/headers/{HEADER}",
            "This key was used with another body. Send a fresh key with this one.",
        )
    answer = given.answer
    headers = {**answer.headers, REPLAYED: "true"}
    return Response(json.loads(answer.body), status=answer.status, headers=headers)


def _keep(response: Response, data: Any, *, digest: bytes, now: datetime, **where: Any) -> None:
    text = json.dumps(data, cls=JSONEncoder)
    headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    answer = Answer(status=response.status_code, body=text, headers=headers)
    GivenAnswer(answer=answer, body_digest=digest, given_at=now, **where).save(force_insert=True)
