"""Nobody is served in the clear beyond this machine."""

from argparse import ArgumentParser
from pathlib import Path

import pytest

from privacy_portal.commands import address
from privacy_portal.env import Misconfigured


def chosen(*words: str) -> address.Address:
    parser = ArgumentParser()
    address.arguments(parser)
    return address.of(parser.parse_args(words))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="the default"),
        pytest.param(("--host", "127.0.0.5"), id="another loopback address"),
        pytest.param(("--host", "::1"), id="loopback of IPv6"),
        pytest.param(("--host", "localhost"), id="by name"),
    ],
)
def test_this_machine_needs_no_certificate(words: tuple[str, ...]) -> None:
    assert chosen(*words).origin.startswith("http://")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--host", "0.0.0.0"), id="every address"),
        pytest.param(("--host", "192.0.2.7"), id="one address"),
        pytest.param(("--host", "::"), id="every address of IPv6"),
        pytest.param(("--host", "clinic.example"), id="a name"),
        pytest.param(("--host", "0.0.0.0", "--certificate", "no.pem"), id="a missing file"),
        pytest.param(("--host", "0.0.0.0", "--tls-front"), id="a front without its https address"),
    ],
)
def test_another_address_is_refused_in_the_clear(words: tuple[str, ...]) -> None:
    with pytest.raises(Misconfigured):
        chosen(*words)


def test_a_declared_front_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_ORIGIN", "https://privacy.clinic.example")
    found = chosen("--host", "0.0.0.0", "--tls-front")
    assert found.environ["PRIVACY_TRUSTED_PROXIES"] == "1"
    assert "privacy.clinic.example" in found.environ["PRIVACY_HOSTS"]


def test_a_certificate_makes_the_origin_https(tmp_path: Path) -> None:
    for name in ("chain.pem", "key.pem"):
        (tmp_path / name).touch()
    found = chosen(
        "--host", "0.0.0.0", "--certificate", str(tmp_path / "chain.pem"),
        "--certificate-key", str(tmp_path / "key.pem"),
    )  # fmt: skip
    assert found.origin.startswith("https://")


def test_the_port_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert chosen().bind == "127.0.0.1:8123"
