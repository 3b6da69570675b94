"""Puts slips of the pen into the names of clean blueprints, and counts which are doubted."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.blueprints.document import compile_blueprint

RULE = "BP210"
# A name of each sort, as steps write it; the columns of a table stand below its step, which is
# blamed for them.
_SITES = {
    "field that is filled in": r'I fill in "([^"]+)"',
    "field that is chosen from": r'I select "[^"]+" from "([^"]+)"',
    "choice": r'I select "([^"]+)" from',
    "field that is looked at": r'(?:Then|And) "([^"]+)" should (?:be|show the error)',
    "table": r'the "([^"]+)" table',
    "column": r'the "[^"]+" table should contain:\n +\| ([^|]+?) +\|',
    "button or link": r'I (?:press|follow the) "([^"]+)"',
    "message": r'the message "([^"]+)"',
    "error": r'should show the error "([^"]+)"',
}
_SHORTEST = 3
_CONTAINED = frozenset({"message", "error"})
# What an owner may rightly want beside the data: a product of more than the kit builds has it.
_OWN_NAMES = (
    'Then I should see the button "Print {one}"',
    'Then I should see the link "Archive"',
    'Then I should see the heading "Welcome"',
    'Then I should see the message "{One} sent"',
    'Then I should see the message "Payment received"',
)


@dataclass(frozen=True)
class _Doubt:
    """Where a name was doubted, and in what words."""

    line: int
    message: str


def measure_slips(paths: list[Path], seed: int) -> tuple[int, int, list[str]]:
    """Return how many slips were made, how many found, and what was doubted without one."""
    injected = found = 0
    wrong: list[str] = []
    for path in paths:
        text = path.read_text("utf-8")
        draw = random.Random(f"{seed}{RULE}{path.stem}")  # noqa: S311 - repeatable figures
        clean = _doubts(text)
        wrong += [f"{path.stem}: {doubt.message}" for doubt in clean]
        for changed, line in _with_slips(text, draw):
            new = _doubts(changed) - clean
            injected += 1
            found += any(doubt.line == line for doubt in new)
            wrong += [f"{path.stem}: {doubt.message}" for doubt in new if doubt.line != line]
        for changed in _with_own_names(text):
            wrong += [f"{path.stem}: {doubt.message}" for doubt in _doubts(changed) - clean]
    return injected, found, wrong


def _doubts(text: str) -> set[_Doubt]:
    findings = compile_blueprint(text.encode(), "clean.md").findings
    return {_Doubt(found.line, found.message) for found in findings if found.rule == RULE}


def _with_slips(text: str, draw: random.Random) -> Iterator[tuple[str, int]]:
    """Yield the text with one name of each sort misspelt, and the line that it stands in."""
    names = set(re.findall(r'"([^"]+)"', text))
    for sort, pattern in _SITES.items():
        places = [place for place in re.finditer(pattern, text) if len(place[1]) >= _SHORTEST]
        if not places:
            continue
        place = draw.choice(places)
        slip = draw.choice(_SLIPS)(place[1], draw)
        # One that hits another name is none, and a part of a message is enough for its check.
        if slip not in names and not (sort in _CONTAINED and slip in place[1]):
            begin, end = place.span(1)
            yield text[:begin] + slip + text[end:], text.count("\n", 0, place.start()) + 1


def _without_a_letter(name: str, draw: random.Random) -> str:
    place = _letter(name, draw)
    return name[:place] + name[place + 1 :]


def _with_a_letter_twice(name: str, draw: random.Random) -> str:
    place = _letter(name, draw)
    return name[:place] + name[place] + name[place:]


def _letter(name: str, draw: random.Random) -> int:
    """Return where a letter stands, but for the first, which nobody gets wrong."""
    return draw.choice([n for n in range(1, len(name)) if name[n].isalpha()])


def _with_letters_swapped(name: str, draw: random.Random) -> str:
    places = [n for n in range(1, len(name) - 1) if name[n] != name[n + 1]]
    if not places:
        return _without_a_letter(name, draw)
    place = draw.choice(places)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _with_another_case(name: str, _: random.Random) -> str:
    return name.swapcase() if len(name.split()) == 1 else name.title()


_SLIPS: tuple[Callable[[str, random.Random], str], ...] = (
    _without_a_letter,
    _with_a_letter_twice,
    _with_letters_swapped,
    _with_another_case,
)


def _with_own_names(text: str) -> Iterator[str]:
    """Yield the text with a name in it that is no slip, in place of a first outcome."""
    entity = re.search(r"^### ([^(\n]+?)(?: \(|$)", text, re.MULTILINE)
    if entity is None:
        return
    one = entity[1][:1].lower() + entity[1][1:]
    for template in _OWN_NAMES:
        outcome = template.format(one=one, One=entity[1])
        yield re.sub(r'Then I should see the message "[^"]+"', outcome, text, count=1)
