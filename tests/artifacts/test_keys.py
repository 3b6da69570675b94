"""Keys that lead where they should, and nowhere else."""

from uuid import UUID

import pytest

from backend.artifacts.errors import InvalidKeyError
from backend.artifacts.keys import AttemptKeys, build_prefix, check_path

TENANT = UUID("0192f7a0-0000-7000-8000-000000000001")
BUILD = UUID("0192f7a0-0000-7000-8000-00000000000b")
KEYS = AttemptKeys(tenant_id=TENANT, build_id=BUILD, attempt=2, fence=7)


def test_a_key_says_whose_it_is_and_who_wrote_it() -> None:
    key = KEYS.key("proof/report.html")

    assert key == f"{TENANT}/builds/{BUILD}/2-7/proof/report.html"
    assert key.startswith(build_prefix(TENANT, BUILD))
    assert KEYS.path(key) == "proof/report.html"


def test_a_key_of_another_attempt_is_not_ours() -> None:
    other = AttemptKeys(tenant_id=TENANT, build_id=BUILD, attempt=2, fence=8)
    with pytest.raises(InvalidKeyError, match="does not lie under"):
        KEYS.path(other.key("proof/report.html"))


@pytest.mark.parametrize("path", ["", "/a", "a/", "../a", "a/../b", "a\\b", "a\tb", "a\x7fb"])
def test_paths_that_climb_or_hide_are_refused(path: str) -> None:
    with pytest.raises(InvalidKeyError) as caught:
        check_path(path)
    with pytest.raises(InvalidKeyError):
        KEYS.key(path)

    assert caught.value.reason
