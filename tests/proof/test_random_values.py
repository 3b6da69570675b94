"""A property meets every ugly input, and the same seed makes the same inputs."""

import pytest

from backend.blueprints.random_inputs import RANDOM_INPUTS
from backend.proof.evaluator_program import canonical
from backend.proof.random_values import random_inputs


@pytest.mark.parametrize("seed", ["1", "2", "3", "4", "5", "6", "7", "8"])
def test_zero_nothing_and_both_truths_are_always_among_the_inputs(seed: str) -> None:
    inputs = list(random_inputs(("n", "text", "xs", "flag"), 20, seed))

    for name, value in (("n", 0), ("text", ""), ("xs", []), ("flag", True), ("flag", False)):
        assert canonical(value) in [one[name] for one in inputs]


def test_the_same_seed_makes_the_same_inputs_for_every_kind() -> None:
    names = tuple(RANDOM_INPUTS)

    assert list(random_inputs(names, 50, "a")) == list(random_inputs(names, 50, "a"))
    assert list(random_inputs(names, 50, "a")) != list(random_inputs(names, 50, "b"))
