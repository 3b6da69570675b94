"""Keeps tests on this machine: a test process connects to loopback and Unix sockets only."""

import ipaddress
import sys
from typing import Any

_LOCAL_NAMES = {"", "localhost", None}


class LeftTheMachineError(Exception):
    """A test tried to reach another machine; no OSError, so that no code takes it for weather."""


def _refuse_far_places(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo" and not _is_local(arguments[0]):
        raise LeftTheMachineError(f"no lookup of {arguments[0]!r}")
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not _is_local(address[0]):
            raise LeftTheMachineError(f"no connection to {address!r}")


def _is_local(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode("idna")
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_configure() -> None:
    """Watch every connection from now on."""
    sys.addaudithook(_refuse_far_places)
