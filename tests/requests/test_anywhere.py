"""What somebody may do at some site: the same as is asked of each permission by itself."""

import pytest

from audit.actors import Actor
from requests_app.permissions import Permission, Role, anywhere, may

HERE = frozenset({"a-site"})
ACTORS = {
    **{f"a {role.value}": Actor("1", "", frozenset({role.value})) for role in Role},
    "nobody in particular": Actor("1", ""),
    "two roles": Actor("1", "", frozenset({"auditor", "administrator"})),
    "limited to a site": Actor("1", "", frozenset({"privacy_officer"}), {"privacy_officer": HERE}),
    "limited to no site": Actor("1", "", frozenset({"auditor"}), {"auditor": frozenset()}),
    "one role limited to no site": Actor(
        "1", "", frozenset({"auditor", "administrator"}), {"auditor": frozenset()}
    ),
    "a machine": Actor("1", "", scopes=frozenset({"read_requests", "not_a_permission"})),
    "a machine with a role": Actor("1", "", frozenset({"auditor"}), scopes=frozenset()),
}


@pytest.mark.parametrize("actor", ACTORS.values(), ids=ACTORS)
def test_it_is_what_each_permission_says_where_no_site_is_named(actor: Actor) -> None:
    assert anywhere(actor) == {one for one in Permission if may(actor, one)}
