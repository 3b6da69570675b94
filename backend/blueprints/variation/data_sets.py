"""Makes of each scenario the same one on other data, from a seed that nobody saw before."""

import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from backend.blueprints.blueprint import Blueprint, Scenario, StepKind
from backend.blueprints.document import Compiled, compile_blueprint
from backend.blueprints.field_values import is_as_valid
from backend.blueprints.texts.called_texts import is_called
from backend.blueprints.values import AS_WRITTEN
from backend.blueprints.variation.derived_values import WITH_MEANING, derived_texts, house_text
from backend.blueprints.variation.house_phrases import HousePhrases
from backend.blueprints.variation.likeness import Pair, keeps_relations, may_depend_on_order
from backend.blueprints.variation.plausible_words import like_around
from backend.blueprints.variation.product_words import NUMBER_WORDS, ProductWords
from backend.blueprints.variation.replacing import (
    capitals_of,
    is_bound,
    pairs_of,
    shape_of,
    with_texts,
)
from backend.blueprints.variation.rule_codes import RuleCodes, demands_of
from backend.blueprints.variation.rules_text import rules_text
from backend.blueprints.variation.seeded_choices import SeededChoices
from backend.blueprints.variation.text_drawing import draw_like
from backend.blueprints.variation.text_parts import Part, parts_of
from backend.blueprints.variation.value_drawing import draw_values
from backend.blueprints.variation.worked_out import WorkedOut

DATA_SETS = (1, 2)
_TRIES = 4  # to draw as many
_DRAWS_OF_VALUES = 8
_DRAWS_OF_A_TEXT = 48
_DRAWS_OF_A_CALLED_TEXT = 400  # most of them count otherwise, which is soon told
_MOST_FITTINGS = 60  # of those that do not, in the whole scenario
_MOST_FITTINGS_IN_ALL = 400  # of all texts of a scenario
_ROUNDS = 3  # a text may fit once those beside it in a sorted table have moved
_MOST_PAIRS = 600
_LOOKS = frozenset({"C19", "C20", "C33"})  # other data look different
_WORD = re.compile(r"[^\W\d_]{3,}")
_RUNS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class DataSet:
    """A scenario on other data; `replacements` are (shown, used), in the order of the text."""

    number: int
    scenario: Scenario
    replacements: tuple[tuple[str, str], ...]


def data_sets_of(source: bytes, file: str, seed: str) -> dict[str, tuple[DataSet, ...]]:
    """Return the data sets of each scenario that has any, by its criterion."""
    shown = compile_blueprint(source, file)
    if shown.blueprint is None or not shown.orderable:
        return {}
    varying = _Varying(source=source, file=file, seed=seed, shown=shown, blueprint=shown.blueprint)
    found: dict[str, list[DataSet]] = {one.criterion: [] for one in shown.blueprint.scenarios}
    for number in range(1, _TRIES + 1):
        is_due = {0, 1} if number in DATA_SETS else {1}  # one survived, so there may be another
        due = {criterion for criterion, sets in found.items() if len(sets) in is_due}
        for criterion, data_set in varying.data_sets(number, due) if due else ():
            found[criterion].append(_numbered(data_set, criterion, len(found[criterion]) + 1))
    return {criterion: tuple(sets) for criterion, sets in found.items() if sets}


def _numbered(data_set: DataSet, criterion: str, number: int) -> DataSet:
    """Count the data sets of a scenario from 1 without a gap, whichever draws they came from."""
    scenario = msgspec.structs.replace(data_set.scenario, criterion=f"{criterion}@{number}")
    return replace(data_set, number=number, scenario=scenario)


@dataclass(kw_only=True)
class _Varying:
    """One blueprint and what was drawn for it until now."""

    source: bytes
    file: str
    seed: str
    shown: Compiled
    blueprint: Blueprint
    _used_values: set[str] = field(default_factory=set)  # by an earlier data set
    _used_texts: dict[str, set[str]] = field(default_factory=dict)  # likewise, by criterion

    def __post_init__(self) -> None:
        self._public = self.source.decode("utf-8").casefold()
        kept = [v.shown.casefold() for v in self.shown.values if v.kind.casefold() == AS_WRITTEN]
        rules = rules_text(self.source)
        self._kept = _Kept(rules + house_text(self.blueprint.data), kept)
        self._rule_codes = RuleCodes(f"{rules}\n{demands_of(self.blueprint.scenarios)}")
        self._phrases = HousePhrases(self.blueprint.data)
        self._known_words = _words(self._kept.text) | WITH_MEANING | NUMBER_WORDS
        self._own_words = ProductWords(self.blueprint.scenarios)
        names = (f.name for entity in self.blueprint.data.entities for f in entity.fields)
        self._field_names = frozenset(names)

    def data_sets(self, number: int, due: Container[str]) -> Iterator[tuple[str, DataSet]]:
        """Yield the scenarios that can be drawn, with their criterion as the blueprint has it."""
        drawn, declared = self._draw_values(number)
        self._used_values |= {used.casefold() for used in drawn.values()}
        for scenario in self.blueprint.scenarios:
            if scenario.criterion not in due:
                continue
            other = declared.get(scenario.criterion, scenario)
            data_set = self._data_set(scenario, other, number, drawn)
            if data_set is not None:
                yield scenario.criterion, data_set

    def _draw_values(self, number: int) -> tuple[dict[str, str], dict[str, Scenario]]:
        """Return the draw of the declared values that suits most scenarios, and those it suits."""
        best: tuple[dict[str, str], dict[str, Scenario]] = ({}, {})
        wanted = len(self.blueprint.scenarios)
        for attempt in range(_DRAWS_OF_VALUES if self.shown.values else 0):
            seed = f"{self.seed}/{attempt}"
            drawn = draw_values(
                self.shown.values, seed, number, public=self._public, used=self._used_values
            )
            suited = self._suited(drawn)
            if len(suited) > len(best[1]):
                best = drawn, suited
            if len(suited) == wanted:
                break
        return best

    def _suited(self, drawn: Mapping[str, str]) -> dict[str, Scenario]:
        compiled = compile_blueprint(self.source, self.file, instead=drawn)
        if compiled.blueprint is None or not compiled.orderable:
            return {}
        varied = {scenario.criterion: scenario for scenario in compiled.blueprint.scenarios}
        return {
            scenario.criterion: other
            for scenario in self.blueprint.scenarios
            if (other := varied.get(scenario.criterion)) and self._is_same(scenario, other)
        }

    def _is_same(self, shown: Scenario, used: Scenario) -> bool:
        """Whether two scenarios ask the same: step by step, and in how their texts relate."""
        if list(map(shape_of, shown.steps)) != list(map(shape_of, used.steps)):
            return False
        pairs = pairs_of(shown.steps, used.steps)
        if len(pairs) > _MOST_PAIRS:
            return shown.steps == used.steps
        changed = [pair for pair in pairs if pair.is_changed]
        return keeps_relations(changed, pairs, in_order=self._has_order(shown))

    def _has_order(self, scenario: Scenario) -> bool:
        if is_called(scenario.steps):  # no step says whether what is called sorts
            return True
        return may_depend_on_order(scenario.steps, self._field_names)

    def _data_set(
        self, shown: Scenario, declared: Scenario, number: int, drawn: Mapping[str, str]
    ) -> DataSet | None:
        derived = self._draw_texts(shown, declared, number)
        steps = [with_texts(step, derived) for step in declared.steps]
        kept = tuple(step for step in steps if step.expression not in _LOOKS)
        said = [(v.shown, drawn[v.name]) for v in self.shown.values if v.name in drawn]
        changed = [p for p in pairs_of(shown.steps, steps) if p.is_changed]
        replaced = [
            (text, used)
            for text, used in (*said, *derived.items())
            if text != used and any(_says(p.shown, text) and _says(p.used, used) for p in changed)
        ]
        if not replaced or not any(step.kind is StepKind.THEN for step in kept):
            return None
        scenario = msgspec.structs.replace(shown, steps=kept)
        return DataSet(number=number, scenario=scenario, replacements=tuple(replaced))

    def _draw_texts(self, shown: Scenario, declared: Scenario, number: int) -> dict[str, str]:
        """Draw another text for each derived one for which there is one that fits."""
        texts = derived_texts(
            shown.steps, declared.steps, self.blueprint.data, kept=self._kept.text
        )
        texts = [text for text in texts if not self._kept.holds(text)]
        worked_out = None
        if texts and is_called(shown.steps):
            worked_out = WorkedOut(shown.steps, self._known_words)
            is_free = worked_out.is_free_of_given
            texts = [text for text in texts if is_free and not self._own_words.holds(text)]
        drawn: dict[str, str] = {}
        tried = itertools.count()
        for _ in range(_ROUNDS if worked_out is None and self._has_order(shown) else 1):
            left = [text for text in texts if text not in drawn]
            for text in left:
                if worked_out is None:
                    candidates = self._candidates(text, (shown, declared), drawn, number)
                else:
                    candidates = self._called_candidates(text, shown, number, worked_out)
                candidates = (used for used in candidates if next(tried) < _MOST_FITTINGS_IN_ALL)
                drawn |= self._first_fitting(text, candidates, (shown, declared), drawn)
            if len(left) == sum(text not in drawn for text in texts):
                break
        self._used_texts.setdefault(shown.criterion, set()).update(
            map(str.casefold, drawn.values())
        )
        return drawn

    def _candidates(
        self,
        text: str,
        scenarios: tuple[Scenario, Scenario],
        drawn: Mapping[str, str],
        number: int,
    ) -> Iterator[str]:
        """Yield other texts of the same shape that nobody has said before."""
        shown, declared = scenarios
        pairs = pairs_of(shown.steps, [with_texts(step, drawn) for step in declared.steps])
        parts = self._rule_codes.free(text, parts_of(text, _fixed_in(text, pairs)))
        in_order = self._has_order(shown)
        for attempt in range(_DRAWS_OF_A_TEXT if parts else 0):
            choices = SeededChoices(self.seed, "text", shown.criterion, number, text, attempt)
            used = _draw(text, parts, choices, attempt, in_order=in_order)
            if used != text and not self._is_said(used, text, shown.criterion):
                yield used

    def _called_candidates(
        self, text: str, shown: Scenario, number: int, worked_out: WorkedOut
    ) -> Iterator[str]:
        """Yield texts of other words, where words of the rules stay, that count alike."""
        head, at, host = text.partition("@")
        for attempt in range(_DRAWS_OF_A_CALLED_TEXT):
            choices = SeededChoices(self.seed, "text", shown.criterion, number, text, attempt)
            initials = self._has_order(shown) and attempt % 2 == 0
            used = like_around(self._known_words, head, choices, initials=initials) + at + host
            if used == text or self._is_said(used, text, shown.criterion):
                continue
            if worked_out.counts_alike(text, used):
                yield used

    def _first_fitting(
        self,
        text: str,
        candidates: Iterable[str],
        scenarios: tuple[Scenario, Scenario],
        drawn: Mapping[str, str],
    ) -> dict[str, str]:
        """Return another text, with what it is in other capitals; nothing when none fits."""
        shown, declared = scenarios
        in_order = self._has_order(shown)
        for used in itertools.islice(candidates, _MOST_FITTINGS):
            others = capitals_of(text, used, declared.steps)
            if others is None:
                continue
            steps = [with_texts(step, {**drawn, **others}) for step in declared.steps]
            pairs = pairs_of(shown.steps, steps)
            changed = [pair for pair in pairs if text.casefold() in pair.shown.casefold()]
            if (
                len(pairs) <= _MOST_PAIRS
                and keeps_relations(changed, pairs, in_order=in_order)
                and is_as_valid(text, used)
                and all(step in declared.steps or is_bound(step) for step in steps)
            ):
                return others
        return {}

    def _is_said(self, used: str, text: str, criterion: str) -> bool:
        """Whether the blueprint says it itself, an earlier data set said it, or any page may."""
        words = _words(used.partition("@")[0]) - _words(text)
        return (
            used.casefold() in self._used_texts.get(criterion, ())
            or used.casefold() in self._public
            or any(word in self._public for word in words)
            or self._phrases.hold(used)
        )


def _draw(
    text: str, parts: Sequence[Part], choices: SeededChoices, attempt: int, *, in_order: bool
) -> str:
    if not in_order:
        return draw_like(text, parts, choices)
    steady = attempt // 2 % (len(parts) + 1)
    return draw_like(text, parts, choices, steady=steady, initials=attempt % 2 == 0)


def _fixed_in(text: str, pairs: Iterable[Pair]) -> Iterator[str]:
    """Yield what else the scenario says that stands in the text, and that is searched for."""
    for pair in pairs:
        for said in (pair.used, *(_RUNS.findall(pair.used) if pair.is_search else ())):
            if said.casefold() != text.casefold() and not pair.is_measure:
                yield said


@dataclass(frozen=True)
class _Kept:
    """What is never replaced: parts of what the blueprint says of itself, and named texts."""

    text: str
    named: Sequence[str]

    def holds(self, text: str) -> bool:
        return text.casefold() in self.named


def _says(said: str, text: str) -> bool:
    """Whether a text stands in another for itself: 3 is said in "3 rows" and not in "37.50"."""
    return re.search(rf"(?<![\w.]){re.escape(text)}(?!\w|\.\d)", said) is not None


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
