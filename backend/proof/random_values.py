"""Makes the random inputs of a property from a seed, ugly ones first."""

import random
from collections.abc import Callable, Iterator

from backend.blueprints.random_inputs import RANDOM_INPUTS
from backend.proof.evaluator_program import Form, canonical

_LARGE = 10**12
_LONGEST = 12
_LETTERS = "abcXYZ019 _-.,'\"\\/<>&%\n\téßЖ中😀"
_UGLY: dict[str, tuple[object, ...]] = {
    "whole number": (0, 1, -1, _LARGE, -_LARGE),
    "number": (0, 1, -1, 0.5, -0.5, 1e15, 1e-9),
    "text": ("", " ", "a", "A", "0", "é", "a b", "\n", "'\""),
    "list of whole numbers": ([], [0], [1, 1], [2, 1], [-1, 0, 1], [3, 1, 2, 3]),
    "list of texts": ([], [""], ["a", "a"], ["b", "a"], ["a", "B"]),
    "true or false": (True, False),
}


def random_inputs(names: tuple[str, ...], count: int, seed: str) -> Iterator[dict[str, Form]]:
    """Yield so many sets of inputs; the same seed gives the same inputs."""
    dice = random.Random(seed)  # noqa: S311 (inputs for a test, to be made again from their seed)
    makers = {name: _values(RANDOM_INPUTS[name], dice) for name in names}
    for _ in range(count):
        yield {name: canonical(next(values)) for name, values in makers.items()}


def _values(kind: str, dice: random.Random) -> Iterator[object]:
    """Yield each ugly value once, in another order for each name, and then random ones."""
    yield from dice.sample(_UGLY[kind], len(_UGLY[kind]))
    while True:
        yield _MAKERS[kind](dice)


def _whole(dice: random.Random) -> int:
    return dice.randint(-100, 100) if dice.random() < 0.7 else dice.randint(-_LARGE, _LARGE)  # noqa: PLR2004 (mostly small)


def _text(dice: random.Random) -> str:
    return "".join(dice.choices(_LETTERS, k=dice.randint(0, _LONGEST)))


_MAKERS: dict[str, Callable[[random.Random], object]] = {
    "whole number": _whole,
    "number": lambda dice: _whole(dice) if dice.random() < 0.3 else dice.uniform(-1000, 1000),  # noqa: PLR2004 (mostly fractions)
    "text": _text,
    "list of whole numbers": lambda dice: [_whole(dice) for _ in range(dice.randint(0, _LONGEST))],
    "list of texts": lambda dice: [_text(dice) for _ in range(dice.randint(0, _LONGEST))],
    "true or false": lambda dice: dice.random() < 0.5,  # noqa: PLR2004 (an even coin)
}
