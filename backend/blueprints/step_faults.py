"""What is wrong with the arguments of a step, as every check of arguments tells it."""

from typing import NamedTuple


class Fault(NamedTuple):
    """The words that are wrong, what is wrong with them, and how to mend it."""

    words: str
    fault: str
    remedy: str
    rule: str = "BP009"
