"""Reads `## Concepts`, an author's own sentences, and writes them out as the steps behind them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from backend.blueprints import limits
from backend.blueprints.blueprint import Person
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.gherkin_blocks import read_block
from backend.blueprints.markdown import Document
from backend.blueprints.outlines import map_texts, plain_steps
from backend.blueprints.people import fault_of_person, find_person
from backend.blueprints.scenario_source import PlainStep, SourceScenario
from backend.blueprints.sections import SectionKind
from backend.blueprints.sign_in import SIGN_IN, concept_behind, report_no_sign_in
from backend.blueprints.suggestions import Suggestions
from backend.blueprints.vocabulary import Vocabulary

_RULE = "BP024"
_PARAMETER = re.compile(r'"<([^<>"\n]+)>"')
_PLACEHOLDER = re.compile(r"<([^<>\n]+)>")
_ARGUMENT = r'"((?:[^"\\]|\\.)*)"'

Fill: TypeAlias = Callable[[str, int], str]


@dataclass(frozen=True)
class Concept:
    """One sentence of the author's, its parameters and the steps it stands for."""

    name: str
    pattern: re.Pattern[str]
    parameters: tuple[str, ...]
    steps: tuple[PlainStep, ...]
    weight: int
    line: int
    columns: tuple[str, ...] = ()  # of ## People, whose cells its steps use


class Concepts:
    """All concepts of a blueprint."""

    def __init__(
        self,
        concepts: list[Concept],
        people: tuple[Person, ...],
        fill: Fill,
        findings: Findings,
    ) -> None:
        """Keep the concepts and where to report uses that cannot be written out."""
        self._concepts = concepts
        self._people = people
        self._fill = fill
        self._findings = findings
        self._steps_left = limits.STEPS

    def expand(self, step: PlainStep, depth: int = 0) -> list[PlainStep]:
        """Return the step itself, or the steps behind the concept that it uses."""
        if (signing_in := concept_behind(step.text)) is not None:
            return [step, *self._signed_in(step, signing_in, depth)]
        found = [(c, m) for c in self._concepts if (m := c.pattern.fullmatch(step.text))]
        if not found:
            return [step]
        concept, match = found[0]
        self._report_use(step, len(found))
        if depth >= limits.CONCEPT_DEPTH or self._is_spent(step, concept):
            return []
        arguments = dict(zip(concept.parameters, match.groups(), strict=True))
        if concept.columns:
            arguments = self._cells_of(match[1], step.line) | arguments
        written: list[PlainStep] = []
        for body in concept.steps:
            filled = _fill(body, arguments)
            used = replace(
                filled, kind=step.kind, line=step.line, concept=step.concept or step.text
            )
            written += self.expand(used, depth + 1)
        return written

    def _signed_in(self, step: PlainStep, signing_in: str, depth: int) -> list[PlainStep]:
        """Return the steps that follow a sentence which only says that somebody signs in."""
        if not any(concept.pattern.fullmatch(SIGN_IN) for concept in self._concepts):
            report_no_sign_in(step.text, step.line, self._findings)
            return []
        used = replace(step, text=signing_in, concept=step.concept or step.text)
        return self.expand(used, depth + 1)

    def _cells_of(self, words: str, line: int) -> dict[str, str]:
        """Return what `## People` says of somebody, as it stands in a quoted sentence."""
        user = self._fill(_unescaped(words), line)
        person = find_person(user, self._people)
        if person is None:
            fault, remedy = fault_of_person(user, self._people)
            self._findings.error("BP010", line, f"{quoted(user)} {fault}.", remedy)
            return {}
        return {name: cell.replace('"', '\\"') for name, cell in person.cells.items()}

    def _is_spent(self, step: PlainStep, concept: Concept) -> bool:
        self._steps_left -= concept.weight
        if self._steps_left >= 0:
            return False
        message = f"The concepts unfold into more than {limits.STEPS:,} steps."
        self._findings.error(_RULE, step.line, message, "Use fewer, smaller concepts.")
        return True

    def _report_use(self, step: PlainStep, count: int) -> None:
        if count > 1:
            message = f"{quoted(step.text)} fits {count} concepts."
            self._findings.error("BP004", step.line, message, "Rename one of the concepts.")
        if step.table or step.document is not None:
            message = "A concept takes no table and no long text."
            self._findings.error("BP009", step.line, message, "Give it its words in quotes.")


def read_concepts(
    document: Document,
    vocabulary: Vocabulary,
    known: tuple[tuple[Person, ...], Fill],
    findings: Findings,
) -> Concepts:
    """Read and check all concepts; `known` are the people, and what puts shown values in place."""
    people, fill = known
    columns = tuple(dict.fromkeys(name for person in people for name in person.cells))
    concepts: list[Concept] = []
    for section in document.of(SectionKind.CONCEPTS):
        for fence in section.fences:
            for scenario in read_block(fence, findings) or ():
                concept = _concept(scenario, columns, findings)
                if concept and _is_free(concept, concepts, vocabulary, findings):
                    concepts.append(concept)
    if len(concepts) > limits.CONCEPTS:
        message = f"There are more than {limits.CONCEPTS} concepts."
        findings.error("BP000", concepts[-1].line, message, "Use fewer concepts.")
        concepts = concepts[: limits.CONCEPTS]
    suggestions = Suggestions(vocabulary)
    for concept in concepts:
        _report_unknown_steps(concept, concepts, (vocabulary, suggestions, fill), findings)
    _report_circles(concepts, findings)
    return Concepts(concepts, people, fill, findings)


def _fill(body: PlainStep, arguments: dict[str, str]) -> PlainStep:
    """Quotes stay escaped in sentences and are plain in tables and long texts."""

    def plain(text: str) -> str:
        return _PLACEHOLDER.sub(lambda f: _unescaped(arguments.get(f[1], f[0])), text)

    text = _PLACEHOLDER.sub(lambda f: arguments.get(f[1], f[0]), body.text)
    return replace(map_texts(body, plain), text=text)


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"')


def _concept(
    scenario: SourceScenario, columns: tuple[str, ...], findings: Findings
) -> Concept | None:
    if scenario.is_background or scenario.is_outline or scenario.tags:
        message = "A concept is a plain Scenario: no Background, no Examples, no tags."
        findings.error(_RULE, scenario.line, message, "Write Scenario: and its steps.")
        return None
    parameters = tuple(_PARAMETER.findall(scenario.name))
    rest = _PARAMETER.sub("", scenario.name)
    if not scenario.name or not scenario.steps or _PLACEHOLDER.search(rest):
        message = f"The concept {quoted(scenario.name)} lacks a name, steps or quotes around <…>."
        remedy = 'Write it as Scenario: I take in "<bicycle>", with steps below.'
        findings.error(_RULE, scenario.line, message, remedy)
        return None
    steps = plain_steps(scenario.steps, findings)
    if len({step.kind for step in steps}) > 1:
        message = f"The concept {quoted(scenario.name)} mixes Given, When and Then."
        findings.error(_RULE, scenario.line, message, "Make one concept of each kind.")
    pieces = re.split(_PARAMETER.pattern, scenario.name)[::2]
    pattern = re.compile(_ARGUMENT.join(re.escape(piece) for piece in pieces))
    if not pattern.fullmatch(SIGN_IN):
        columns = ()
    used = _placeholders(scenario)
    _report_parameters(scenario, (parameters, columns), used, findings)
    weight = len(steps) + sum(map(_characters, steps)) // limits.CHARACTERS_PER_STEP
    return Concept(
        scenario.name,
        pattern,
        parameters,
        steps,
        weight,
        scenario.line,
        columns=tuple(name for name in columns if name in used and name not in parameters),
    )


def _characters(step: PlainStep) -> int:
    cells = sum(len(cell) + 1 for row in step.table or () for cell in row.cells)
    return len(step.text) + len(step.document or "") + cells


def _placeholders(scenario: SourceScenario) -> dict[str, int]:
    """Return every `<…>` of the steps and a line where it stands."""
    used: dict[str, int] = {}
    for step in scenario.steps:
        cells = [cell for row in step.table or () for cell in row.cells]
        for text in (step.text, step.document or "", *cells):
            used.update(dict.fromkeys(_PLACEHOLDER.findall(text), step.line))
    return used


def _report_parameters(
    scenario: SourceScenario,
    known: tuple[tuple[str, ...], tuple[str, ...]],
    used: dict[str, int],
    findings: Findings,
) -> None:
    parameters, columns = known
    for name in used.keys() - set(parameters) - set(columns):
        message = f"{quoted(f'<{name}>')} is not in the concept's name."
        findings.error(_RULE, used[name], message, "Add it to the name, in quotes.")
    # Whoever signs in is used by what ## People says of them.
    needed = set() if used.keys() & set(columns) else set(parameters)
    for name in needed - used.keys():
        message = f"The concept's {quoted(f'<{name}>')} is never used."
        findings.error(_RULE, scenario.line, message, "Use it in a step or take it out.")
    if len(set(parameters)) < len(parameters):
        message = "The concept's name has the same <…> twice."
        findings.error(_RULE, scenario.line, message, "Give each a name of its own.")


def _is_free(
    concept: Concept, others: list[Concept], vocabulary: Vocabulary, findings: Findings
) -> bool:
    plain = _PARAMETER.sub('"x"', concept.name)
    if vocabulary.match(plain):
        message = f"The concept {quoted(concept.name)} is a step already."
        findings.error(_RULE, concept.line, message, "Choose another sentence.")
        return False
    if any(other.pattern.fullmatch(plain) for other in others):
        message = f"The concept {quoted(concept.name)} is defined twice."
        findings.error(_RULE, concept.line, message, "Keep one of them.")
        return False
    return True


def _report_unknown_steps(
    concept: Concept,
    concepts: list[Concept],
    known: tuple[Vocabulary, Suggestions, Callable[[str, int], str]],
    findings: Findings,
) -> None:
    vocabulary, suggestions, fill = known
    for step in concept.steps:
        if any(other.pattern.fullmatch(step.text) for other in concepts):
            continue
        quoteless = _PLACEHOLDER.sub("1", _PARAMETER.sub('"x"', step.text))
        if not vocabulary.match(fill(quoteless, step.line)):
            message = f"{quoted(step.text)} is none of the steps that the guide lists."
            findings.error("BP004", step.line, message, suggestions.remedy_for(step.text))


def _report_circles(concepts: list[Concept], findings: Findings) -> None:
    uses = {
        concept.name: [
            other.name
            for step in concept.steps
            for other in concepts
            if other.pattern.fullmatch(concept_behind(step.text) or step.text)
        ]
        for concept in concepts
    }
    for concept in concepts:
        if concept.name in _reachable(uses[concept.name], uses):
            message = f"The concept {quoted(concept.name)} uses itself."
            findings.error(_RULE, concept.line, message, "Break the circle.")


def _reachable(start: list[str], uses: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(uses.get(name, ()))
    return seen
