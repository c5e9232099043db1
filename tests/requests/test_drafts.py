"""A request that is still being written: its writer's alone, sent once, gone when left alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit.actors import Actor
from requests_app.actions import drafts
from requests_app.actions.file import WITHOUT_ACCOUNT
from requests_app.drafts.models import Draft, DraftFacts
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.kinds.models import Request
from requests_app.letters.models import Provided
from requests_app.outbox import OutboxRow
from requests_app.standing import reach
from tests.support import office
from tests.support.office import DETAILS, NOON, OFFICER, PATIENT, STRANGER

WHO: dict[str, Any] = {"actor": PATIENT, "now": NOON}
RAW = {"kind": "access", "details": DETAILS["access"]}


@pytest.fixture(autouse=True)
def _clinic(db: None) -> None:
    office.set_up()


def visitor() -> Actor:
    """Somebody in a browser without an account."""
    return Actor(id=str(uuid4()), name="", roles=frozenset({"patient"}), via=WITHOUT_ACCOUNT)


def begun(raw: dict[str, Any] = RAW, **who: Any) -> UUID:
    return drafts.begin(raw, **(WHO | who)).pk


def test_a_draft_is_sent_once_and_then_holds_nothing() -> None:
    pk = begun()

    first, again = drafts.send(pk, **WHO), drafts.send(pk, **WHO)

    assert first.reference == again.reference
    assert Request.objects.count() == 1
    assert drafts.one(pk, **WHO).facts == DraftFacts()


def test_what_cannot_be_filed_stays_a_draft() -> None:
    pk = begun({"kind": "access", "details": {}})

    with pytest.raises(BadInput):
        drafts.send(pk, **WHO)

    assert drafts.one(pk, **WHO).request_id is None


def test_nobody_else_sees_it() -> None:
    pk = begun()

    for other in (STRANGER, visitor()):
        for act in (drafts.one, drafts.send, drafts.throw_away):
            with pytest.raises(NotFound):
                act(pk, actor=other, now=NOON)
    with pytest.raises(NotPermitted):
        begun(actor=OFFICER)


def test_what_is_kept_is_found_again() -> None:
    pk = begun({"kind": "access"})

    drafts.keep(pk, DraftFacts(raw=RAW, seen=("records",)), **WHO)

    assert drafts.one(pk, **WHO).facts.raw == RAW
    assert [one.pk for one in drafts.open_of(PATIENT, now=NOON)] == [pk]


def test_what_was_sent_is_neither_changed_nor_thrown_away() -> None:
    pk = begun()
    drafts.send(pk, **WHO)

    for act in (
        lambda: drafts.throw_away(pk, **WHO),
        lambda: drafts.keep(pk, DraftFacts(), **WHO),
    ):
        with pytest.raises(NotNow):
            act()


@pytest.mark.parametrize(
    ("after", "there"),
    [
        pytest.param(drafts.KEPT - timedelta(seconds=1), True, id="a second before"),
        pytest.param(drafts.KEPT, False, id="on the instant"),
    ],
)
def test_a_draft_that_is_left_alone_goes_by_itself(after: timedelta, there: bool) -> None:
    begun()

    assert drafts.open_of(PATIENT, now=NOON + after).exists() is there
    drafts.purge(NOON + after)
    assert Draft.objects.exists() is there


def test_nobody_piles_up_drafts() -> None:
    for _ in range(drafts.MOST):
        pk = begun()
    with pytest.raises(NotNow):
        begun()
    drafts.throw_away(pk, **WHO)
    begun()


# --- without an account --------------------------------------------------------------------------
ASKER = {"name": "Ada Example", "birth_date": "1980-02-29", "contact": "3 Example Street"}


@pytest.mark.parametrize("kind", sorted(DETAILS))
def test_every_kind_can_be_filed_without_an_account(kind: str) -> None:
    raw = {"kind": kind, "details": DETAILS[kind], "asker": ASKER}
    who: dict[str, Any] = {"actor": visitor(), "now": NOON}

    request = drafts.send(begun(raw, **who), **who)

    assert request.patient_id is None
    assert request.identity_confirmed_at is None
    assert request.received_at == NOON
    assert reach.letter_way(request, at=NOON) == Provided.POST


def test_a_complaint_needs_no_name() -> None:
    who: dict[str, Any] = {"actor": visitor(), "now": NOON}

    request = drafts.send(
        begun({"kind": "complaint", "details": DETAILS["complaint"]}, **who), **who
    )

    assert request.filed.asker.name == ""


def test_whoever_says_it_is_not_safe_is_not_written_to() -> None:
    raw = RAW | {"wishes": {"safe_to_write": False, "language": "Spanish", "interpreter": True}}

    request = drafts.send(begun(raw), **WHO)

    found = reach.by_email(request, usual="demo.patient@example.org", at=NOON)
    assert found.verdict == reach.Verdict.LEAVE
    assert request.filed.wishes.language == "Spanish"
    assert OutboxRow.objects.filter(request=request, audience="asker").exists()


def test_an_account_can_ask_for_somebody_it_does_not_act_for() -> None:
    raw = RAW | {"for_somebody_else": True, "asker": ASKER | {"on_behalf": "My brother"}}

    request = drafts.send(begun(raw), **WHO)

    assert request.patient_id is None
    assert request.filed.asker.on_behalf == "My brother"
