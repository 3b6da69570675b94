"""The same API and callers as the tests of builds."""

from tests.builds.conftest import caller, client, door, make_caller, settings

__all__ = ["caller", "client", "door", "make_caller", "settings"]
