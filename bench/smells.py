"""Measures how often each rule on wording is right, and how many injected smells it finds."""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from backend.blueprints.blueprint import DataModel
from backend.blueprints.document import compile_blueprint
from backend.blueprints.findings import Findings
from backend.blueprints.markdown import read_document
from backend.blueprints.sections import Prose, SectionKind
from backend.blueprints.source import Source
from backend.blueprints.wording.catalogue import WORDING_RULES
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence, sentences_of
from backend.blueprints.wording.smells import smells_in
from bench import slips
from bench.gaps import measure_gaps

HERE = Path(__file__).parent
SEED = 20_26
EACH = 4  # times that each template is put into the blueprints, at places drawn by seed


@dataclass(frozen=True)
class Clean:
    """A blueprint that nobody has anything to say against: its prose and its nouns."""

    name: str
    parts: tuple[Prose, ...]
    nouns: Nouns


@dataclass
class Tally:
    """How one rule did."""

    injected: int = 0
    found: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of the injected smells, the share that is found."""
        return self.found / self.injected if self.injected else 0.0

    @property
    def precision(self) -> float:
        """Of the findings, the share that is right."""
        said = self.found + len(self.wrong)
        return self.found / said if said else 1.0


async def run() -> tuple[Table, dict[str, Any]]:
    """Measure on the half that no list was tuned on, and say so."""
    tallies = measure_half(held_out=True)
    table = Table(title="Rules of the check, on the held-out half of the clean blueprints")
    for column in ("rule", "injected", "found", "recall", "wrong", "precision"):
        table.add_column(column, justify="right")
    for name, tally in tallies.items():
        table.add_row(name, *map(str, row_of(tally)))
    wrong = {name: tally.wrong for name, tally in tallies.items() if tally.wrong}
    figures = {name: row_of(tally) for name, tally in tallies.items()}
    return table, {"figures": figures, "wrong": wrong}


def row_of(tally: Tally) -> tuple[int, int, str, int, str]:
    """Return the figures of one rule as tables show them."""
    recall, precision = f"{tally.recall:.0%}", f"{tally.precision:.0%}"
    return tally.injected, tally.found, recall, len(tally.wrong), precision


def measure_half(*, held_out: bool) -> dict[str, Tally]:
    """Measure wording, coverage and names on one half of the clean blueprints."""
    paths = half_of(held_out=held_out)
    tallies = _measure_wording([_read(path) for path in paths], 1 if held_out else 0)
    for name, (injected, found, wrong) in measure_gaps(paths).items():
        tallies[name] = Tally(injected, found, wrong)
    tallies[slips.RULE] = Tally(*slips.measure_slips(paths, SEED))
    return dict(sorted(tallies.items()))


def half_of(*, held_out: bool) -> list[Path]:
    """Return every second clean blueprint; the examples belong to neither half."""
    paths = sorted((HERE / "clean_blueprints").glob("*.md"))
    return paths[1 if held_out else 0 :: 2]


def _measure_wording(blueprints: list[Clean], half: int) -> dict[str, Tally]:
    tallies = {rule.rule.id: Tally() for rule in WORDING_RULES}
    for clean in blueprints:
        for name, sentence, words in _findings(clean, clean.parts):
            tallies[name].wrong.append(f"{clean.name}: {sentence}: {words}")
    templates = tomllib.loads((HERE / "smell_templates.toml").read_text("utf-8"))
    for name, listed in templates.items():
        _inject(name, listed | {"templates": listed["templates"][half::2]}, blueprints, tallies)
    misses = tomllib.loads((HERE / "near_misses.toml").read_text("utf-8"))
    for name, sentences in misses.items():
        _try_near_misses(name, sentences[half::2], blueprints, tallies)
    return tallies


def _try_near_misses(
    rule: str, sentences: list[str], blueprints: list[Clean], tallies: dict[str, Tally]
) -> None:
    """Put in sentences that are no smell: whatever the rule says of them is wrong."""
    draw = random.Random(f"{SEED}{rule}")  # noqa: S311 - a seed makes the figures repeatable
    for sentence in sentences * EACH:
        clean = draw.choice(blueprints)
        parts, words = _put_in(sentence, clean, draw) or (clean.parts, "")
        clean_said = set(_findings(clean, clean.parts))
        for name, where, said in set(_findings(clean, parts)) - clean_said:
            if name == rule and _is_about(said, words):
                tallies[rule].wrong.append(f"{clean.name}: {where}: {said}")


def _inject(
    rule: str, listed: dict[str, list[str]], blueprints: list[Clean], tallies: dict[str, Tally]
) -> None:
    draw = random.Random(f"{SEED}{rule}")  # noqa: S311 - a seed makes the figures repeatable
    allowed = {rule, *listed.get("also", [])}
    for template in listed["templates"] * EACH:
        made = None
        while made is None:
            clean = draw.choice(blueprints)
            made = _put_in(template, clean, draw)
        parts, words = made
        clean_said = set(_findings(clean, clean.parts))
        new = [one for one in _findings(clean, parts) if one not in clean_said]
        tallies[rule].injected += 1
        tallies[rule].found += any(name == rule for name, _, _ in new)
        for name, sentence, said in new:
            if name not in allowed and _is_about(said, words):
                tallies[name].wrong.append(f"{clean.name}: {sentence}: {said}")


def _is_about(said: str, words: str) -> bool:
    return said in " ".join(words.split())


def _put_in(
    template: str, clean: Clean, draw: random.Random
) -> tuple[tuple[Prose, ...], str] | None:
    """Return the prose with the smell in it and the words put in, or None if it has no place."""
    number = draw.randrange(len(clean.parts))
    part = clean.parts[number]
    nouns = {"one": clean.nouns.one, "many": clean.nouns.many, "field": clean.nouns.field}
    filled = template.format(**nouns)
    if " => " in filled:
        before, words = filled.split(" => ")
        if f" {before} " not in part.text:
            return None
        text = part.text.replace(f" {before} ", f" {words} ", 1)
    elif filled.startswith("~"):
        words, stop = filled[1:], part.text.rindex(".")
        text = f"{part.text[:stop]}{words}{part.text[stop:]}"
    else:
        words, text = filled, f"{part.text} {filled}"
    parts = (*clean.parts[:number], Prose(text, part.line), *clean.parts[number + 1 :])
    return parts, words


def _findings(clean: Clean, parts: tuple[Prose, ...]) -> Iterator[tuple[str, str, str]]:
    sentences: list[Sentence] = [one for part in parts for one in sentences_of(part, "R1")]
    for rule, smell in smells_in(sentences, clean.nouns):
        sentence = " ".join(smell.sentence.text.split())
        yield rule.rule.id, sentence, " ".join(smell.words.split())


def _read(path: Path) -> Clean:
    text = path.read_text("utf-8")
    compiled = compile_blueprint(text.encode(), path.name)
    data = compiled.blueprint.data if compiled.blueprint else DataModel(name="")
    source = Source(text=text, lines=tuple(text.split("\n")))
    body = source.lines.index("---", 1) + 2
    sections = read_document(source, body, Findings(path.name)).of(SectionKind.REQUIREMENT)
    parts = [part for section in sections for part in section.parts if isinstance(part, Prose)]
    return Clean(path.stem, tuple(parts), Nouns(data))
