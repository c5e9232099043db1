"""No test reaches further than this machine.

An audit hook sees every connection and every name look-up that Python makes; libpq makes its own
and is given Unix sockets only.
"""

import ipaddress
import sys
from typing import Any

_LOCAL_NAMES = {"localhost", "", None}


class NetworkClosed(RuntimeError):
    """A test tried to reach beyond this machine."""


def close() -> None:
    """Refuse from now on, for the life of this process."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"} and isinstance(args[1], tuple):
        _refuse_unless_local(args[1][0])
    elif event == "socket.getaddrinfo":
        _refuse_unless_local(args[0])


def _refuse_unless_local(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in _LOCAL_NAMES or _is_loopback(str(name)):
        return
    raise NetworkClosed("Tests reach loopback addresses and Unix sockets only.")


def _is_loopback(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
