"""What a stranger's server can do to us: nothing that lasts, and nothing that leads elsewhere."""

import base64
import hashlib
import hmac
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from privacy_portal.webhooks import signing, wire
from privacy_portal.webhooks.guard import Guard
from privacy_portal.webhooks.wire import LARGEST, Unreachable, Wire
from tests.support.receiver import Receiver, receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as made:
        yield made


# --- the signature ---------------------------------------------------------------------------------
def test_the_specifications_own_example() -> None:
    found = signing.signature(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}', secret=SECRET
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_make_two_signatures_of_which_either_will_do() -> None:
    other = "whsec_" + base64.b64encode(b"k" * 32).decode()
    at = datetime.fromtimestamp(1614265330, UTC)
    made = signing.headers("msg_1", b"{}", secrets=[SECRET, other], at=at)

    found = [one.partition(",") for one in made["webhook-signature"].split(" ")]
    expected = [
        base64.b64encode(hmac.new(key, b"msg_1.1614265330.{}", hashlib.sha256).digest()).decode()
        for key in (base64.b64decode(SECRET[6:]), b"k" * 32)
    ]
    assert found == [("v1", ",", one) for one in expected]


# --- what is sent ----------------------------------------------------------------------------------
def test_one_post_with_what_it_was_given(taking: Receiver) -> None:
    assert taking.wire.post(taking.url, b'{"a":1}', {"webhook-id": "msg_1"}) == 204

    (heard,) = taking.heard
    assert heard.line == "POST /events?of=portal HTTP/1.1"
    assert (heard.body, heard.headers["webhook-id"]) == (b'{"a":1}', "msg_1")


def test_nothing_larger_than_64_kb_is_sent(taking: Receiver) -> None:
    with pytest.raises(ValueError, match="smaller"):
        taking.wire.post(taking.url, b"x" * (LARGEST + 1), {})
    assert taking.connections == 0


# --- what comes back -------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_leads_nowhere(taking: Receiver, status: int) -> None:
    taking.answer = (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: {taking.url}\r\nContent-Length: 0\r\n\r\n"
    ).encode()

    assert taking.wire.post(taking.url, b"{}", {}) == status
    assert taking.connections == 1


def test_an_answer_without_an_end_is_not_waited_for(taking: Receiver) -> None:
    """The status is enough: its body, however long, is nobody's."""
    taking.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1000
    assert taking.wire.post(taking.url, b"{}", {}) == 200


def _headers_for_ever(link: ssl.SSLSocket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        link.sendall(b"X: " + b"x" * 4000 + b"\r\n")


def _drip(link: ssl.SSLSocket) -> None:
    while True:
        link.sendall(b"H")
        time.sleep(0.05)


def _silent(link: ssl.SSLSocket) -> None:
    link.recv(1)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(_headers_for_ever, id="headers without end"),
        pytest.param(_drip, id="a byte at a time"),
        pytest.param(_silent, id="silence"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="another protocol"),
        pytest.param(b"", id="hangs up"),
    ],
)
def test_what_is_no_answer_costs_no_more_than_the_time_there_is(
    taking: Receiver, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0.5)
    taking.answer = answer  # type: ignore[assignment]
    started = time.monotonic()
    with pytest.raises(Unreachable):
        taking.wire.post(taking.url, b"{}", {})
    assert time.monotonic() - started < 3


def test_a_resolver_that_never_answers_costs_no_more_either(
    taking: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0.3)

    def never(host: str, port: int) -> list[str]:
        time.sleep(1)
        return ["127.0.0.1"]

    with pytest.raises(Unreachable):
        Wire(Guard(never, lambda a: True), taking.trust()).post(taking.url, b"{}", {})
    assert taking.connections == 0


def test_five_seconds_and_64_kb_are_what_there_is() -> None:
    assert (wire.SECONDS, wire.LARGEST) == (5.0, 65536)


# --- to whom ---------------------------------------------------------------------------------------
def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(taking: Receiver) -> None:
    stranger = Wire(taking.wire.guard, ssl.create_default_context())
    with pytest.raises(Unreachable):
        stranger.post(taking.url, b"{}", {})
    assert taking.heard == []


def test_a_certificate_of_another_name_is_not_spoken_to(taking: Receiver) -> None:
    with pytest.raises(Unreachable):
        taking.wire.post(f"https://other.example.org:{taking.port}/", b"{}", {})
    assert taking.heard == []


def test_nobody_listens_there(taking: Receiver) -> None:
    with pytest.raises(Unreachable):
        taking.wire.post("https://receiver.example.org:1/", b"{}", {})


# --- a second opinion --------------------------------------------------------------------------------
def test_the_specifications_own_library_takes_what_we_sign() -> None:
    other = "whsec_" + base64.b64encode(b"k" * 32).decode()
    body, now = b'{"type":"request.moved"}', datetime.now(UTC)
    headers = signing.headers("msg_1", body, secrets=[SECRET, other], at=now)
    for secret in (SECRET, other):
        assert Webhook(secret).verify(body, headers) == {"type": "request.moved"}


@pytest.mark.parametrize(
    ("change", "at"),
    [
        pytest.param({}, timedelta(minutes=-6), id="replayed after six minutes"),
        pytest.param({}, timedelta(minutes=6), id="from the future"),
        pytest.param({"webhook-id": "msg_2"}, timedelta(0), id="under another id"),
        pytest.param({"webhook-timestamp": "1"}, timedelta(0), id="under another instant"),
    ],
)
def test_and_refuses_what_was_replayed_or_altered(change: dict[str, str], at: timedelta) -> None:
    body, now = b'{"type":"request.moved"}', datetime.now(UTC)
    headers = signing.headers("msg_1", body, secrets=[SECRET], at=now + at)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers | change)
