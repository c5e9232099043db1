"""To which addresses an event may be sent: public ones only, looked at after the name is resolved.

A name may lead anywhere, and elsewhere the next time it is asked.  So it is resolved once, every
address it leads to is looked at, and the connection is made to the address that was looked at.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address
#: Name and port → the addresses it leads to, as text. Raises OSError when it leads nowhere.
Resolver = Callable[[str, int], list[str]]

#: IPv6 prefixes that carry an IPv4 address or lead into somebody's own network; `is_global` of
#: some Python versions lets them through. NAT64 (RFC 6052, 8215), 6to4, Teredo, the compatible
#: form, discard, site-local, documentation, SRv6 (RFC 9602).
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "::/96", "100::/64",
        "100:0:0:1::/64", "fec0::/10", "3fff::/20", "2001:db8::/32", "5f00::/16",
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
    )
)  # fmt: skip


class Refused(Exception):
    """The name leads to an address to which nothing is sent. Holds neither name nor address."""


def resolve(host: str, port: int) -> list[str]:
    """What the system's own resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet, whatever form it is written in."""
    if isinstance(address, IPv6Address) and (inside := address.ipv4_mapped) is not None:
        return is_public(inside)
    never = any(address in network for network in _NEVER if network.version == address.version)
    return address.is_global and not (address.is_multicast or address.is_reserved or never)


@dataclass(frozen=True, slots=True)
class Guard:
    """How names are resolved and which addresses pass. The service has one, `PUBLIC`; no setting
    makes another."""

    look_up: Resolver
    passes: Callable[[Address], bool]

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses to connect to. Refused when any that the name leads to does not pass."""
        found = [_parsed(text) for text in self.look_up(host, port)]
        passed = [str(one) for one in found if one is not None and self.passes(one)]
        if not passed or len(passed) < len(found):
            raise Refused
        return passed


def _parsed(text: str) -> Address | None:
    """Without the zone that a link-local address carries; None when it is no address."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


PUBLIC = Guard(resolve, is_public)
