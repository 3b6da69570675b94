"""A manifest has one spelling, and it is that of RFC 8785."""

import string
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.proof.canonical import canonical_json
from backend.proof.errors import ProofError
from draftworks._verifying import canonical as verifier

# Milliseconds and seconds as a proof holds them; what would need an exponent is refused.
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.integers(-(10**9), 10**9).map(
    lambda number: number / 1000
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(string.printable, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_any_value_is_spelled_as_the_standard_has_it(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_who_verifies_spells_what_was_read_in_the_same_way(value: Any) -> None:
    spelled = canonical_json(value)

    assert verifier.canonical_json(msgspec.json.decode(spelled)) == spelled


@pytest.mark.parametrize("number", [1e300, 1e-9, 2**60])
def test_a_number_without_an_agreed_spelling_is_refused(number: float) -> None:
    with pytest.raises(ProofError, match="no agreed way"):
        canonical_json({"a": number})
