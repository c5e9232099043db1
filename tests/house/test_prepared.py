"""What a test asked stays prepared for the next one, and is given up where it must be."""

import psycopg
import pytest

from tests.support import database

ASKED = "SELECT 'asked often'"


@pytest.mark.django_db
def test_what_is_prepared_outlives_a_rollback_and_ends_with_deallocate() -> None:
    with psycopg.connect(database.url("portal_app", database.clone_name())) as here:
        for _ in range(here.prepare_threshold + 1):  # type: ignore[operator]
            here.execute(ASKED)
        here.rollback()
        assert prepared(here) == 1
        here.execute("DEALLOCATE ALL")
        here.execute(ASKED)  # which PostgreSQL would not find if psycopg had not heard of it
        assert prepared(here) == 0


def prepared(here: psycopg.Connection[tuple[int]]) -> int:
    asked = "SELECT count(*) FROM pg_prepared_statements WHERE statement = %s"
    ((found,),) = here.execute(asked, [ASKED], prepare=False)
    return found
