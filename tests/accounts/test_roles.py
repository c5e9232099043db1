"""Who may give which role to whom, and what the database refuses whatever the program does."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from audit import log
from audit.actors import Actor
from privacy_portal import events
from privacy_portal.accounts import people, roles, tokens
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_tokens import ApiToken
from requests_app.errors import BadInput, NotNow, NotPermitted
from requests_app.permissions import Permission, Role, may, sites_for
from tests.support.accounts import COMMAND, LICENCE, NOON, Somebody, give, staff

LATER = NOON + timedelta(days=30)
ADMINISTRATOR = Actor(id=str(uuid4()), name="Admin Example", roles=frozenset({"administrator"}))


def test_a_role_holds_from_its_first_instant_to_its_last(ada: Somebody) -> None:
    roles.grant(ada.user, Role.AUDITOR, actor=ADMINISTRATOR, since=NOON, until=LATER)

    held = [
        RoleGrant.objects.in_force(instant).count()
        for instant in (NOON - timedelta(seconds=1), NOON, LATER - timedelta(seconds=1), LATER)
    ]
    assert held == [0, 1, 1, 0]


def test_a_role_is_taken_back_once_and_stays_on_record(ada: Somebody) -> None:
    row = roles.grant(ada.user, Role.FRONT_DESK, actor=ADMINISTRATOR, since=NOON)

    roles.end(row, actor=ADMINISTRATOR, now=LATER)

    with pytest.raises(NotNow, match="already been taken back"):
        roles.end(row, actor=ADMINISTRATOR, now=LATER)
    assert RoleGrant.objects.in_force(NOON).filter(pk=row.pk).exists()
    assert not RoleGrant.objects.in_force(LATER).filter(pk=row.pk).exists()
    assert len(log.find(log.Facet.NAME, events.ROLE_ENDED).entries) == 1


@pytest.mark.parametrize(
    ("role", "given", "field"),
    [
        pytest.param(Role.AUDITOR, {}, "/until", id="an auditor without an end"),
        pytest.param(
            Role.OUTSIDE_REVIEWER, {"licence": LICENCE}, "/until", id="a reviewer without an end"
        ),
        pytest.param(
            Role.OUTSIDE_REVIEWER, {"until": LATER}, "/licence", id="a reviewer without a licence"
        ),
        pytest.param(Role.LICENSED_PROFESSIONAL, {}, "/licence", id="a professional without one"),
        pytest.param(Role.BILLING, {"until": NOON}, "/until", id="an end at the start"),
    ],
)
def test_what_a_role_needs_is_asked_for(
    ada: Somebody, role: Role, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        roles.grant(ada.user, role, actor=ADMINISTRATOR, since=NOON, **given)

    assert [problem.field for problem in refused.value.problems] == [field]
    assert not RoleGrant.objects.exists()


def test_only_an_administrator_gives_roles_and_never_to_themselves(ada: Somebody) -> None:
    officer = Actor(id=str(uuid4()), name="Officer Example", roles=frozenset({"privacy_officer"}))
    give(ada.user, Role.ADMINISTRATOR)

    for actor in (officer, actor_for(ada.user, via="session")):
        with pytest.raises(NotPermitted):
            roles.grant(ada.user, Role.PRIVACY_OFFICER, actor=actor, since=NOON)


def test_a_patients_account_takes_no_other_role(db: None) -> None:
    address = "demo.patient@example.org"
    user = people.create_patient(address, "four plain words together", actor=COMMAND, now=NOON)

    with pytest.raises(BadInput, match="There is a problem"):
        roles.grant(user, Role.FRONT_DESK, actor=ADMINISTRATOR, since=NOON)


FORBIDDEN = [
    pytest.param("UPDATE account_role_grant SET role = 'billing'", id="another role"),
    pytest.param("UPDATE account_role_grant SET until = NULL", id="another end"),
    pytest.param("DELETE FROM account_role_grant", id="a grant forgotten"),
    pytest.param("TRUNCATE account_role_grant", id="all grants forgotten"),
    pytest.param("DELETE FROM account", id="an account forgotten"),
    pytest.param(
        "INSERT INTO account_emailaddress (email, verified, \"primary\", user_id) "
        "SELECT 'demo@example.org', true, true, id FROM account",
        id="an address in the clear",
    ),
]  # fmt: skip


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses(ada: Somebody, statement: str) -> None:
    give(ada.user, Role.FRONT_DESK)

    refused = pytest.raises(DatabaseError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_forget_the_token_of_a_machine(ada: Somebody) -> None:
    scopes, end = [Permission.READ_PATIENTS], NOON + timedelta(days=30)
    tokens.make_for_machine(
        ada.user, scopes, label="till", expires_at=end, actor=ADMINISTRATOR, now=NOON
    )

    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        ApiToken.objects.all().delete()


def test_the_database_refuses_to_end_a_role_twice(ada: Somebody) -> None:
    give(ada.user, Role.FRONT_DESK)
    again = "UPDATE account_role_grant SET ended_at = now(), ended_by = 'somebody'"

    with connection.cursor() as cursor:
        cursor.execute(again)
        with pytest.raises(DatabaseError, match="already been taken back"), transaction.atomic():
            cursor.execute(again)


def test_roles_at_different_sites_do_not_reach_each_others_sites(ada: Somebody) -> None:
    north, south = uuid4(), uuid4()
    give(ada.user, Role.FRONT_DESK, site=north)
    give(ada.user, Role.BILLING, site=south)

    actor = actor_for(ada.user, via="session")
    assert may(actor, Permission.FILE_FOR_OTHERS, site=str(north))
    assert not may(actor, Permission.FILE_FOR_OTHERS, site=str(south))
    assert sites_for(actor, Permission.ASK_CHECK) == {str(north), str(south)}


@pytest.mark.parametrize(
    ("sites", "wanted"),
    [
        pytest.param([None], None, id="everywhere"),
        pytest.param(["n"], {"n"}, id="one site"),
        pytest.param(["n", "s"], {"n", "s"}, id="one role at two sites"),
        pytest.param(["n", None], None, id="one role at a site and everywhere"),
    ],
)
def test_one_role_reaches_the_sites_it_was_given_for(
    ada: Somebody, sites: list[str | None], wanted: set[str] | None
) -> None:
    ids = {"n": uuid4(), "s": uuid4()}
    for site in sites:
        give(ada.user, Role.FRONT_DESK, site=ids[site] if site else None)

    expected = None if wanted is None else {str(ids[key]) for key in wanted}
    actor = actor_for(ada.user, via="session")
    assert sites_for(actor, Permission.FILE_FOR_OTHERS) == expected


def test_an_address_opens_one_account_only(ada: Somebody) -> None:
    with pytest.raises(BadInput) as refused:
        staff()

    assert refused.value.problems[0].sentence == "Use another address: this one has an account."
