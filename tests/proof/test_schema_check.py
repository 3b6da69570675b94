"""The formats of a response are checked alike wherever the works is installed."""

from importlib.metadata import requires
from typing import Any

import pytest

from backend.proof.schema_check import fault_of


def fault(kind: str, value: Any) -> str:
    document = {"components": {"schemas": {"It": {"type": "string", "format": kind}}}}
    return fault_of(document, "It", value)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("date", "2026-03-12", "12 March"),
        ("date-time", "2026-03-12T09:00:00Z", "2026-03-12"),
        ("time", "09:00:00Z", "nine"),
        ("email", "ada@example.com", "ada"),
        ("ipv4", "127.0.0.1", "localhost"),
        ("uuid", "0192f7a0-0000-7000-8000-000000000001", "1"),
    ],
)
def test_a_text_of_another_format_is_found(kind: str, good: str, bad: str) -> None:
    assert not fault(kind, good)
    assert f"is not a '{kind}'" in fault(kind, bad)


@pytest.mark.parametrize("kind", ["uri", "hostname", "duration", "color"])
def test_a_format_that_some_installations_could_not_check_is_checked_by_none(kind: str) -> None:
    assert not fault(kind, "not one at all")


def test_what_the_formats_need_is_installed_with_the_works() -> None:
    assert any(need.startswith("rfc3339-validator") for need in requires("draftworks-works") or ())
