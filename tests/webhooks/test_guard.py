"""To which addresses nothing is sent, whatever name leads there and however it is written."""

import ipaddress
import socket
from pathlib import Path

import pytest

from privacy_portal.webhooks import guard, wire
from privacy_portal.webhooks.guard import PUBLIC, Guard, Refused, is_public
from tests.support.receiver import NAME, receiver

CLOSED = {
    "loopback": "127.0.0.1",
    "loopback, another of them": "127.8.9.1",
    "this host": "0.0.0.0",
    "private, 10/8": "10.1.2.3",
    "private, 172.16/12": "172.31.255.255",
    "private, 192.168/16": "192.168.0.1",
    "link-local": "169.254.1.1",
    "a cloud's own data about the machine": "169.254.169.254",
    "behind a carrier's NAT": "100.64.0.1",
    "behind a carrier's NAT, last": "100.127.255.255",
    "for tests of networks": "198.18.0.1",
    "documentation": "192.0.2.1",
    "6to4 relay": "192.88.99.1",
    "protocol assignments": "192.0.0.9",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6 loopback": "::1",
    "IPv6 this host": "::",
    "IPv6 link-local": "fe80::1",
    "IPv6 link-local with its zone": "fe80::1%eth0",
    "IPv6 unique local": "fd00::1",
    "IPv6 unique local, fc00": "fc00::1",
    "IPv6 site-local": "fec0::1",
    "IPv6 multicast": "ff02::1",
    "IPv6 documentation": "2001:db8::1",
    "IPv6 documentation, the newer": "3fff::1",
    "IPv4 mapped: loopback": "::ffff:127.0.0.1",
    "IPv4 mapped: private": "::ffff:10.0.0.1",
    "IPv4 mapped: carrier's NAT": "::ffff:100.64.0.1",
    "IPv4 compatible: loopback": "::127.0.0.1",
    "NAT64 to a private address": "64:ff9b::10.0.0.1",
    "NAT64, local prefix": "64:ff9b:1::10.0.0.1",
    "6to4 to a private address": "2002:0a00:0001::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "discard only": "100::1",
    "no address at all": "somewhere",
}
OPEN = {
    "IPv4": "93.184.216.34",
    "IPv4, just outside 172.16/12": "172.32.0.1",
    "IPv4, just outside the carrier's": "100.128.0.1",
    "IPv6": "2606:2800:220:1:248:1893:25c8:1946",
    "IPv4 mapped": "::ffff:93.184.216.34",
}


def leading_to(*addresses: str) -> Guard:
    return Guard(look_up=lambda host, port: list(addresses), passes=is_public)


@pytest.mark.parametrize("address", [pytest.param(a, id=name) for name, a in CLOSED.items()])
def test_a_name_that_leads_there_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        leading_to(address).addresses("innocent.example.org", 443)


@pytest.mark.parametrize("address", [pytest.param(a, id=name) for name, a in OPEN.items()])
def test_a_name_that_leads_to_the_public_internet_passes(address: str) -> None:
    passed = leading_to(address).addresses("innocent.example.org", 443)
    assert passed == [str(ipaddress.ip_address(address))]


@pytest.mark.parametrize("at", [0, 1])
def test_one_closed_address_among_open_ones_refuses_the_name(at: int) -> None:
    found = ["93.184.216.34", "93.184.216.35"]
    found.insert(at, "10.0.0.1")
    with pytest.raises(Refused):
        leading_to(*found).addresses("innocent.example.org", 443)


def test_a_name_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(Refused):
        leading_to().addresses("innocent.example.org", 443)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_the_services_own_guard_refuses_this_machine_by_any_name(name: str) -> None:
    with pytest.raises(Refused):
        PUBLIC.addresses(name, 443)


def test_the_connection_goes_to_the_address_that_was_looked_at(tmp_path: Path) -> None:
    """The name leads elsewhere when it is asked a second time; it is asked once."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with receiver(tmp_path) as taking:
        reaching = wire.Wire(Guard(resolve, lambda address: True), taking.trust())
        assert reaching.post(taking.url, b"{}", {}) == 204
    assert asked == [NAME]
    assert [one.headers["host"] for one in taking.heard] == [f"{NAME}:{taking.port}"]


def test_a_refused_name_is_never_connected_to(tmp_path: Path) -> None:
    """The same name, the same server; only the address is looked at as the service does."""
    with receiver(tmp_path) as taking:
        guarded = wire.Wire(leading_to("127.0.0.1"), taking.trust())
        with pytest.raises(Refused):
            guarded.post(taking.url, b"{}", {})
    assert taking.connections == 0


def test_no_setting_opens_the_guard() -> None:
    """The allowance of these tests is an argument: there is nothing in the environment to set."""
    assert Guard(guard.resolve, is_public) == PUBLIC
    assert wire.PUBLIC_WIRE.guard is PUBLIC
    for module in (guard, wire):
        source = Path(module.__file__).read_text(encoding="utf-8")
        assert "settings" not in source.replace("no setting", "")
        assert "environ" not in source


def test_the_resolver_asks_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))] * 2
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: said)
    assert guard.resolve("innocent.example.org", 443) == ["93.184.216.34"]
