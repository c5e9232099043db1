"""A caller's address is what the fronts we declared say, never what the caller says."""

from typing import Any

import pytest
from django.test import RequestFactory

from privacy_portal.network import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        pytest.param(0, "203.0.113.9", "192.0.2.1", id="no front: the header is not believed"),
        pytest.param(1, "203.0.113.9", "203.0.113.9", id="one front"),
        pytest.param(1, "6.6.6.6, 203.0.113.9", "203.0.113.9", id="the caller's own claim is left"),
        pytest.param(2, "203.0.113.9, 198.51.100.7", "203.0.113.9", id="two fronts"),
        pytest.param(2, "203.0.113.9", "unknown", id="fewer than declared"),
        pytest.param(1, "<script>", "unknown", id="no address at all"),
        pytest.param(1, "2001:DB8::1", "2001:db8::1", id="one spelling for one address"),
    ],
)
def test_where_a_caller_is(settings: Any, proxies: int, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies

    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded}
    )

    assert client_address(request) == address
