"""Events told to systems that listen: to whom, of what, how often, under which signature."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from audit import clock, log
from audit.log import Facet
from privacy_portal import alarms
from privacy_portal.accounts import people
from privacy_portal.webhooks import drain as draining
from requests_app import events
from requests_app.actions import due, outbox, subscriptions
from requests_app.actions.outbox import BACKOFF, LEASE, MOST_ATTEMPTS, Outcome, Trouble
from requests_app.actions.subscriptions import OVERLAP
from requests_app.errors import BadInput, NotFound, NotNow, NotPermitted
from requests_app.kinds import registry
from requests_app.outbox import OutboxRow
from requests_app.permissions import Permission
from requests_app.subscriptions import Subscription, ToldKind
from requests_app.waiting import waiting
from tests.support import api, office
from tests.support.accounts import COMMAND
from tests.support.api import Caller, machine
from tests.support.office import ADMINISTRATOR, NOON, OFFICER
from tests.support.receiver import OK, Heard, Receiver, receiver

pytestmark = pytest.mark.django_db
FAILS = b"HTTP/1.1 503 Not Now\r\nContent-Length: 0\r\n\r\n"
GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
BY: dict[str, Any] = {"actor": ADMINISTRATOR, "now": NOON}


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[office.Office]:
    with clock.frozen(NOON):
        yield office.set_up()


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as made:
        yield made


def drain(taking: Receiver, now: datetime = NOON) -> int:
    with clock.frozen(now):
        return draining.drain(seconds=30, wire=taking.wire)


def told(taking: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in taking.heard]


def rows() -> list[OutboxRow]:
    return list(OutboxRow.objects.filter(subscription__isnull=False).order_by("made_at", "id"))


def logged(name: str) -> int:
    return len(log.find(Facet.NAME, name).entries)


def signed_by(heard: Heard, secret: str) -> bool:
    """As a receiver checks it, written from the specification alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    what = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode()
    found = base64.b64encode(hmac.new(key, what + heard.body, hashlib.sha256).digest()).decode()
    return f"v1,{found}" in heard.headers["webhook-signature"].split(" ")


# --- what is told ----------------------------------------------------------------------------------
def test_an_event_names_the_request_and_nothing_about_a_person(
    taking: Receiver, settings: Any
) -> None:
    office.listening(taking.url)
    request = office.filed()

    assert drain(taking) == 1
    (event,) = told(taking)
    assert event == {
        "type": "request.received",
        "timestamp": NOON.isoformat(),
        "data": {
            "reference": request.reference,
            "kind": "access",
            "state": "in_review",
            "version": 1,
            "site": str(request.site_id),
            "received_on": "2026-03-02",
            "due_on": "2026-04-01",
            "url": f"{settings.PUBLIC_ORIGIN}/api/v1/requests/{request.reference}",
        },
    }


def test_each_move_is_an_event_as_things_stood_then(taking: Receiver) -> None:
    """Told late, all at once: each with the state and the due day of its own time."""
    office.listening(taking.url)
    request = office.filed()
    office.do(request, "extend", "ask", now=NOON)

    drain(taking)

    found = {
        one["data"]["version"]: (one["type"], one["data"]["state"], one["data"]["due_on"])
        for one in told(taking)
    }
    assert found == {
        1: ("request.received", "in_review", "2026-04-01"),
        2: ("request.moved", "in_review", "2026-04-20"),
        3: ("request.moved", "waiting", "2026-04-20"),
    }


def test_reminders_are_events_too(taking: Receiver) -> None:
    office.listening(taking.url)
    office.filed()
    for on in ("2026-03-27", "2026-04-01", "2026-04-02"):
        due.sweep(now=office.day(on))

    drain(taking, office.day("2026-04-03"))

    types = [one["type"] for one in told(taking)]
    assert types == ["request.received", "request.due_soon", "request.due_today", "request.overdue"]


@pytest.mark.parametrize(
    ("wish", "heard"),
    [
        pytest.param({}, {"access", "accounting"}, id="every kind but complaints"),
        pytest.param({"kinds": ["accounting"]}, {"accounting"}, id="one kind"),
    ],
)
def test_a_listener_hears_of_the_kinds_it_asked_for_and_never_of_a_complaint(
    taking: Receiver, wish: dict[str, Any], heard: set[str]
) -> None:
    office.listening(taking.url, **wish)
    for kind in ("access", "accounting", "complaint"):
        office.filed(kind)

    drain(taking)

    assert {one["data"]["kind"] for one in told(taking)} == heard


def test_not_even_a_row_that_names_complaints_hears_of_one() -> None:
    """However it came to be written: the last word is not the row's."""
    office.listening()
    Subscription.objects.update(kinds=["complaint"])
    office.filed("complaint")
    assert rows() == []


def test_every_kind_but_complaints_can_be_told() -> None:
    assert set(ToldKind.values) == {kind.name for kind in registry.all_kinds()} - {"complaint"}


def test_a_listener_of_one_site_hears_of_no_other(taking: Receiver, clinic: office.Office) -> None:
    office.listening(taking.url, site=str(api.other_site().pk))
    office.filed()
    assert (rows(), drain(taking)) == ([], 0)


# --- signature, replay -----------------------------------------------------------------------------
def test_an_event_is_signed_under_the_instant_of_the_try_and_one_id(taking: Receiver) -> None:
    made = subscriptions.subscribe({"url": taking.url}, **BY)
    office.filed()
    taking.answer = FAILS
    drain(taking)
    taking.answer = OK
    later = NOON + BACKOFF[0]
    drain(taking, later)

    first, second = taking.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"msg_{rows()[0].pk.hex}"
    assert first.body == second.body
    seconds = [int(one.headers["webhook-timestamp"]) for one in (first, second)]
    assert seconds == [int(NOON.timestamp()), int(later.timestamp())]
    assert signed_by(first, made.secret)
    assert signed_by(second, made.secret)
    assert not signed_by(first, subscriptions.new_secret())


@pytest.mark.parametrize(
    ("after", "both"),
    [
        pytest.param(timedelta(0), True, id="at once: both"),
        pytest.param(OVERLAP - timedelta(seconds=1), True, id="within the day: both"),
        pytest.param(OVERLAP, False, id="after it: the new one alone"),
    ],
)
def test_while_a_secret_is_replaced_either_will_do(
    taking: Receiver, after: timedelta, both: bool
) -> None:
    old = subscriptions.subscribe({"url": taking.url}, **BY)
    new = subscriptions.rotate(str(old.row.pk), **BY)
    office.filed()

    drain(taking, NOON + after)

    (heard,) = taking.heard
    assert signed_by(heard, new.secret)
    assert signed_by(heard, old.secret) is both


def test_a_second_replacement_forgets_the_first_secret(taking: Receiver) -> None:
    first = subscriptions.subscribe({"url": taking.url}, **BY)
    second = subscriptions.rotate(str(first.row.pk), **BY)
    third = subscriptions.rotate(str(first.row.pk), **BY)
    office.filed()

    drain(taking)

    verdicts = [signed_by(taking.heard[0], one.secret) for one in (first, second, third)]
    assert verdicts == [False, True, True]


# --- failing, healing, giving up -------------------------------------------------------------------
def test_a_receiver_that_fails_costs_the_others_nothing(taking: Receiver) -> None:
    office.listening("https://receiver.example.org:1/")
    office.listening(taking.url)
    for _ in range(3):
        office.filed()

    assert drain(taking) == 3
    tries = [row.attempts for row in rows() if row.outcome != Outcome.HANDED_OVER]
    assert sorted(tries) == [0, 0, 1]


def test_after_its_last_try_an_event_is_dead_and_an_alarm(taking: Receiver) -> None:
    office.listening(taking.url)
    office.filed()
    taking.answer = FAILS
    now = NOON
    for wait in [*BACKOFF, timedelta(days=30), timedelta(days=30)]:
        drain(taking, now)
        now += wait

    (row,) = rows()
    assert (row.attempts, row.outcome, row.done_at) == (MOST_ATTEMPTS, Outcome.DEAD, None)
    assert len(taking.heard) == MOST_ATTEMPTS
    assert logged(events.NOT_TOLD_DEAD) == 1
    assert waiting(now=now).unheard == 1
    assert any("1 event was given up" in one for one in alarms.raised(now))


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        pytest.param(FAILS, Trouble.REFUSED, id="a failure"),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: https://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
            Trouble.REFUSED,
            id="a redirect",
        ),
        pytest.param(b"nothing of HTTP\r\n", Trouble.UNREACHABLE, id="no answer"),
    ],
)
def test_what_is_not_taken_is_tried_again(
    taking: Receiver, answer: bytes, trouble: Trouble
) -> None:
    office.listening(taking.url)
    office.filed()
    taking.answer = answer

    assert drain(taking) == 0
    (row,) = rows()
    assert (row.outcome, row.not_before, row.done_at) == (trouble, NOON + BACKOFF[0], None)


def test_the_services_own_guard_lets_nothing_reach_this_machine(
    taking: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an argument of the test the drain is the service's: the name resolves to this machine,
    and nothing connects."""
    monkeypatch.setattr(
        "privacy_portal.webhooks.guard.socket.getaddrinfo",
        lambda *a, **k: [(2, 1, 6, "", ("127.0.0.1", taking.port))],
    )
    office.listening(taking.url)
    office.filed()

    with clock.frozen(NOON):
        assert draining.drain(seconds=30) == 0
    assert taking.connections == 0
    assert rows()[0].outcome == Trouble.UNUSABLE


def test_an_event_taken_but_not_recorded_comes_again_under_the_same_id(
    taking: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.listening(taking.url)
    office.filed()
    with monkeypatch.context() as patched:
        patched.setattr(draining, "_record", _die)
        with pytest.raises(KeyboardInterrupt):
            drain(taking)

    drain(taking, NOON + LEASE)

    assert [one.headers["webhook-id"] for one in taking.heard] == [f"msg_{rows()[0].pk.hex}"] * 2
    assert logged(events.TOLD) == 1


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_mail_takes_no_listeners_row_and_listeners_no_mail(taking: Receiver) -> None:
    office.listening(taking.url)
    office.filed()

    by_mail = {row.audience for row in outbox.claim(now=NOON)}
    drain(taking)

    assert by_mail == {"asker", "office"}
    assert {row.outcome for row in rows()} == {Outcome.HANDED_OVER}


# --- the end ---------------------------------------------------------------------------------------
def test_a_receiver_that_is_gone_hears_no_more(taking: Receiver) -> None:
    row = office.listening(taking.url)
    office.filed()
    office.filed("accounting")
    taking.answer = GONE

    drain(taking)

    row.refresh_from_db()
    assert row.ended_at == NOON
    assert len(taking.heard) == 1
    assert {one.outcome for one in rows()} == {Outcome.UNSUBSCRIBED}
    assert logged(events.SUBSCRIPTION_ENDED) == 1


def test_what_still_waits_when_it_ends_is_not_told(taking: Receiver) -> None:
    row = office.listening(taking.url)
    office.filed()
    subscriptions.end(str(row.pk), **BY)
    office.filed("accounting")

    assert drain(taking) == 0
    assert [one.outcome for one in rows()] == [Outcome.UNSUBSCRIBED]
    assert taking.connections == 0
    with pytest.raises(NotNow):
        subscriptions.end(str(row.pk), **BY)
    with pytest.raises(NotNow):
        subscriptions.rotate(str(row.pk), **BY)


def test_a_client_that_is_switched_off_hears_no_more() -> None:
    client = machine(Permission.MANAGE_WEBHOOKS)
    subscriptions.subscribe({"url": "https://a.example.org/"}, actor=client.actor, now=NOON)

    people.deactivate(client.user, actor=COMMAND)

    assert not Subscription.objects.filter(ended_at__isnull=True).exists()


# --- who may, and what is asked --------------------------------------------------------------------
def test_a_machine_client_sees_its_own_and_no_other() -> None:
    one, other = (machine(Permission.MANAGE_WEBHOOKS, name=name) for name in ("One", "Other"))
    made = one.post("/webhooks", {"url": "https://one.example.org/"}).json()
    office.listening()

    assert [row["id"] for row in one.get("/webhooks").json()["webhooks"]] == [made["id"]]
    assert other.get("/webhooks").json()["webhooks"] == []
    assert other.post(f"/webhooks/{made['id']}/end", key=None).status_code == 404
    with pytest.raises(NotFound):
        subscriptions.rotate(made["id"], actor=other.actor, now=NOON)


def test_whoever_may_not_is_told_who_may() -> None:
    with pytest.raises(NotPermitted, match="administrator"):
        subscriptions.subscribe({"url": "https://a.example.org/"}, actor=OFFICER, now=NOON)


def test_the_secret_is_shown_once_and_kept_sealed() -> None:
    client = machine(Permission.MANAGE_WEBHOOKS)
    key = str(uuid4())
    first = client.post("/webhooks", {"url": "https://one.example.org/"}, key=key).json()
    again = client.post("/webhooks", {"url": "https://one.example.org/"}, key=key).json()

    assert first["secret"].startswith("whsec_")
    assert (again["id"], again["secret"]) == (first["id"], None)
    assert first["secret"] not in str(client.get("/webhooks").content)
    rotated = _rotated(client, first["id"])
    assert rotated not in {first["secret"], None}


def _rotated(client: Caller, pk: str) -> str:
    secret: str = client.post(f"/webhooks/{pk}/rotate").json()["secret"]
    return secret


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://a.example.org/", id="no TLS"),
        pytest.param("ftp://a.example.org/", id="another protocol"),
        pytest.param("https://127.0.0.1/", id="a number for a name"),
        pytest.param("https://2130706433/", id="another number"),
        pytest.param("https://0x7f.1/", id="a number in disguise"),
        pytest.param("https://[::1]/", id="an IPv6 address"),
        pytest.param("https://localhost/", id="no dot"),
        pytest.param("https://user:secret@a.example.org/", id="with a password"),
        pytest.param("https://a.example.org\\@b.example.org/", id="two hosts"),
        pytest.param("https://a.example.org/a b", id="a blank"),
        pytest.param("https://a.example.org/\r\nHost: b", id="a line end"),
        pytest.param("https://a.example.org/#x", id="a fragment"),
        pytest.param("https://a.example.org/é", id="not ASCII"),
        pytest.param("https://a.example.org:0/", id="no port"),
    ],
)
def test_an_address_that_is_none_is_asked_for_again(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        subscriptions.subscribe({"url": url}, **BY)
    assert [one.field for one in refused.value.problems] == ["/url"]


def test_a_client_in_a_loop_is_stopped() -> None:
    for _ in range(subscriptions.MOST):
        office.listening()
    with pytest.raises(NotNow, match="already"):
        office.listening()
