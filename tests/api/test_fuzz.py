"""Whatever JSON is sent to whichever address: an answer that says what to put right, never a 500.

And nothing is stored on a refusal but the refusal itself.
"""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from requests_app.permissions import Role
from tests.support import api, openapi, standing
from tests.support.api import Caller
from tests.support.openapi import Operation
from tests.support.world import World, send

POSTS = [
    one for one in openapi.operations() if one.method in {"post", "put"} and "sign" not in one.path
]
#: What an answer leaves behind in any case: when the caller was last seen, and what was refused.
ASIDE = {"accounts.ApiToken", "accounts.RefusalCount", "api.GivenAnswer"}

#: How often each operation is tried, in `make test` and in `make soak`.
SHORT, LONG = 4, 24

STAFF = [role for role in Role if role not in {Role.PATIENT, Role.MACHINE}]

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["", "\0", "\ud800", "2026-02-30", "0", "access", "=1+1", "‮", "a" * 5000])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)  # fmt: skip


@st.composite
def changed(draw: Any, example: Any) -> Any:
    """An example in which something is missing, added or other."""
    if not isinstance(example, dict) or draw(st.integers(0, 9)) == 0:
        return draw(VALUES)
    body = dict(example)
    for key in draw(st.lists(st.sampled_from([*body, "unknown"]), max_size=3)) if body else []:
        body[key] = draw(VALUES)
    if body and draw(st.booleans()):
        body.pop(draw(st.sampled_from(sorted(body))))
    return body


def stored() -> dict[str, int]:
    """How many rows stand in each table that a refusal has no business with."""
    models = [one for one in apps.get_models() if one._meta.label not in ASIDE]
    tables = {one._meta.db_table for one in models if one._meta.managed}
    counts = " UNION ALL ".join(f"SELECT '{one}', count(*) FROM {one}" for one in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def every_role(_standing_world: World, django_db_blocker: DjangoDbBlocker) -> Caller:
    with django_db_blocker.unblock(), standing.as_in_a_test():
        return api.staff(*STAFF, name="Every Role")


EVERY_POST = pytest.mark.parametrize("operation", [pytest.param(one, id=one.name) for one in POSTS])


@EVERY_POST
def test_any_json_gets_an_answer_and_a_refusal_stores_nothing(
    world: World, every_role: Caller, operation: Operation
) -> None:
    sent_anything(world, every_role, operation, SHORT)


@pytest.mark.soak
@EVERY_POST
def test_more_json_gets_an_answer_and_a_refusal_stores_nothing(
    world: World, every_role: Caller, operation: Operation
) -> None:
    sent_anything(world, every_role, operation, LONG)


def sent_anything(world: World, every_role: Caller, operation: Operation, often: int) -> None:
    own = operation.path.endswith("/use-code")
    caller = world.owner if own else every_role
    examples = list(operation.asks()[1].values()) or [{}]
    before = stored()

    @settings(
        max_examples=often,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(examples).flatmap(lambda one: changed(world.body(one))))
    def tried(body: Any) -> None:
        with transaction.atomic():
            answer = send(caller, operation, world.address(operation), body)
            if answer.streaming:
                b"".join(answer.streaming_content)
            assert answer.status_code < 500, answer.content
            if answer.status_code >= 400:
                assert answer["Content-Type"] == "application/problem+json"
                assert stored() == before
            transaction.set_rollback(True)

    tried()
