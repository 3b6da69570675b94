"""Turns a requirement's scenario blocks into criteria: named, numbered, bound and checked."""

from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import TypeAlias

from backend.blueprints import limits
from backend.blueprints.blueprint import DataModel, Requirement, Scenario, Step
from backend.blueprints.concepts import Concepts
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.gherkin_blocks import read_block
from backend.blueprints.name_doubts import NameDoubts
from backend.blueprints.outlines import Run, map_texts, plain_steps, runs_of
from backend.blueprints.product_kinds import ProductKind, fits, remedy_for
from backend.blueprints.public_text import with_comments
from backend.blueprints.remembered import Remembering, fill_around
from backend.blueprints.scenario_source import PlainStep, SourceExamples, SourceScenario
from backend.blueprints.sections import Fence, Section
from backend.blueprints.seeds import report_seed_faults
from backend.blueprints.slugs import make_slug
from backend.blueprints.source import Source
from backend.blueprints.step_order import (
    report_background,
    report_bound_order,
    report_order,
    report_outcome,
    report_pictures,
)
from backend.blueprints.steps import StepBinder
from backend.blueprints.tags import report_tags, report_tags_of_steps
from backend.blueprints.tool_order import report_tool_order
from backend.blueprints.values import Values

_CRITERION_CHARACTERS = 80
_HIDE_SCENARIOS = ("BP003", "BP014", "BP022")  # faults behind which a scenario may be
Binding: TypeAlias = tuple[PlainStep, Step | None]


@dataclass
class Workshop:
    """All that scenarios are read with, and what is noted on the way."""

    source: Source
    data: DataModel
    concepts: Concepts
    values: Values
    binder: StepBinder
    doubts: NameDoubts
    findings: Findings
    kind: ProductKind = ProductKind.WEB_APP
    sealed_lines: set[int] = field(default_factory=set)
    unread_blocks: int = 0
    scenarios_left: int = limits.SCENARIOS
    steps_left: int = limits.STEPS


def read_requirement(section: Section, shop: Workshop) -> Requirement:
    """Read every block of one requirement."""
    reader = _RequirementReader(section, shop)
    for number, fence in enumerate(section.fences):
        reader.read_fence(fence, is_first=number == 0)
    if not reader.counted:
        reader.report_nothing_to_run()
    return Requirement(
        id=section.id,
        title=section.title,
        prose=section.prose,
        scenarios=tuple(reader.scenarios),
        line=section.line,
    )


class _RequirementReader:
    def __init__(self, section: Section, shop: Workshop) -> None:
        self._section = section
        self._shop = shop
        self._background: tuple[PlainStep, ...] = ()
        self._background_bindings: tuple[Binding, ...] = ()
        self._slugs: dict[str, tuple[str, int]] = {}
        self.scenarios: list[Scenario] = []
        self.counted = 0

    def read_fence(self, fence: Fence, *, is_first: bool) -> None:
        """Read one block: the background, if it is the first, and the scenarios."""
        sources = read_block(fence, self._shop.findings)
        if sources is None:
            self._shop.unread_blocks += 1
            self.counted += 1  # whatever it holds, the block itself is blamed
            return
        for source in sources:
            if source.is_background:
                self._read_background(source, is_first=is_first)
            else:
                self._read_scenario(source, fence)

    def report_nothing_to_run(self) -> None:
        """Blame a requirement without scenarios, unless its scenarios are blamed already."""
        section, findings = self._section, self._shop.findings
        if findings.has_error_between(section.line, section.last_line, *_HIDE_SCENARIOS):
            return
        said = "has only scenarios that are @wip" if self._slugs else "has no scenario"
        message = f"The requirement {quoted(section.id)} {said}, so nothing would prove it."
        remedy = "Add a scenario below it, in a block that begins with ```gherkin."
        findings.error("BP001", section.line, message, remedy)

    def _read_background(self, source: SourceScenario, *, is_first: bool) -> None:
        findings = self._shop.findings
        if not is_first:
            message = "A Background stands only in a requirement's first block."
            findings.error("BP006", source.line, message, "Move it there, above the scenarios.")
        if not source.steps:
            message, remedy = "The Background has no steps.", "Add Given steps or delete it."
            findings.error("BP002", source.line, message, remedy)
        steps = plain_steps(source.steps, findings)
        report_background(steps, findings)
        self._background = self._written_out(steps)
        self._background_bindings = self._bindings(self._background)

    def _read_scenario(self, source: SourceScenario, fence: Fence) -> None:
        findings = self._shop.findings
        self._seal(source, fence)
        report_tags(source, findings)
        slug = self._slug(source)
        runs = [] if self._is_too_much(source) else runs_of(source, findings)
        if "@wip" in source.tag_names:
            message = "The scenario is @wip: it is not run and not counted."
            findings.info("BP005", source.line, message, "Delete the tag when it shall count.")
            return
        self.counted += 1
        for run in runs:
            is_sealed_row = "@holdout" in run.tags and "@holdout" not in source.tag_names
            last_line = source.last_line if is_sealed_row else source.first_line - 1
            with findings.hushed(range(source.first_line, last_line + 1)):
                self._read_run(source, run, slug)

    def _read_run(self, source: SourceScenario, run: Run, slug: str) -> None:
        findings = self._shop.findings
        own = self._written_out(run.steps, self._background)
        steps = (*self._background, *own)
        bindings = (*self._background_bindings, *self._bindings(own))
        bound_own = _bound(bindings[len(self._background) :])
        bound = _bound(bindings)
        report_order(steps, findings)
        report_outcome(source, steps if own else (), _no_outcomes(bound_own), findings)
        report_tags_of_steps(source, [step.expression for step in bound], findings)
        report_pictures(source, bound, findings)
        whole = takewhile(lambda binding: binding[1] is not None, bindings)
        in_order = _bound(tuple(whole))  # a missing step would blame the next
        report_bound_order(in_order, findings)
        report_tool_order(in_order, findings)
        self._report_kind(bound)
        report_seed_faults(bindings, self._shop.data, findings)
        self._shop.doubts.report(bound)
        suffix = f"#{run.row}" if run.row else ""
        self.scenarios.append(
            Scenario(
                criterion=f"{self._section.id}/{slug}{suffix}",
                requirement=self._section.id,
                name=self._shop.values.fill(run.name, source.line),
                steps=bound,
                tags=run.tags,
                line=source.line,
                source=self._source_of(source, run),
            )
        )

    def _written_out(
        self, steps: tuple[PlainStep, ...], before: tuple[PlainStep, ...] = ()
    ) -> tuple[PlainStep, ...]:
        """Unfold concepts, then put the shown values in place; what is remembered comes later."""
        values, findings = self._shop.values, self._shop.findings
        written = [inner for step in steps for inner in self._shop.concepts.expand(step)]
        remembering = Remembering((*before, *written), values.names, findings)
        for step in (*before, *written):
            remembering.pass_by(step)

        def fill(step: PlainStep, text: str) -> str:
            return fill_around(text, remembering.names, lambda part: values.fill(part, step.line))

        return tuple(map_texts(step, partial(fill, step)) for step in written)

    def _report_kind(self, steps: tuple[Step, ...]) -> None:
        """Blame steps that a product of the ordered kind could not answer."""
        kind = self._shop.kind
        for step in steps:
            if not fits(step.expression, kind):
                message = f"{quoted(step.text)} is no step for a {kind}."
                self._shop.findings.error("BP026", step.line, message, remedy_for(kind))

    def _bindings(self, steps: tuple[PlainStep, ...]) -> tuple[Binding, ...]:
        return tuple((step, self._shop.binder.bind(step)) for step in steps)

    def _slug(self, source: SourceScenario) -> str:
        findings = self._shop.findings
        if not source.name or len(source.name) > limits.NAME_CHARACTERS * 2:
            message = "The scenario has no name, or one that is far too long."
            findings.error("BP008", source.line, message, "Say in one line what it shows.")
        slug = make_slug(source.name, longest=_CRITERION_CHARACTERS, prefix="scenario")
        if slug in self._slugs and source.name:
            self._report_same_name(source, *self._slugs[slug])
        self._slugs.setdefault(slug, (source.name, source.line))
        return slug

    def _report_same_name(self, source: SourceScenario, name: str, line: int) -> None:
        said = f"is too much like {quoted(name)} in line {line}"
        if source.name == name:
            said = f"stands in line {line} already"
        message = f"The name {quoted(source.name)} {said}."
        remedy = "Give each scenario of a requirement a name of its own."
        self._shop.findings.error("BP008", source.line, message, remedy)

    def _is_too_much(self, source: SourceScenario) -> bool:
        shop = self._shop
        rows = sum(len(examples.rows) for examples in source.examples)
        runs = rows if source.is_outline else 1
        text = sum(
            len(line) for line in shop.source.lines[source.first_line - 1 : source.last_line]
        )
        steps = len(source.steps) + len(self._background) + text // limits.CHARACTERS_PER_STEP
        shop.scenarios_left -= runs
        shop.steps_left -= runs * steps
        if len(source.steps) > limits.STEPS_PER_SCENARIO:
            message = f"The scenario has more than {limits.STEPS_PER_SCENARIO} steps."
            shop.findings.error("BP000", source.line, message, "Split it.")
            return True
        if shop.scenarios_left >= 0 and shop.steps_left >= 0:
            return False
        message = (
            f"The scenarios are too many: at most {limits.SCENARIOS} with {limits.STEPS:,} "
            "steps in all, each row of Examples counting as a scenario."
        )
        shop.findings.error("BP000", source.line, message, "Leave out rows or scenarios.")
        return True

    def _seal(self, source: SourceScenario, fence: Fence) -> None:
        shop = self._shop
        parts: list[SourceScenario | SourceExamples] = [source, *source.examples]
        for part in parts:
            if any(tag.name == "@holdout" for tag in part.tags):
                lines = with_comments(shop.source, part.first_line, part.last_line, fence)
                shop.sealed_lines.update(lines)
                shop.findings.seal(lines.start, lines.stop - 1)

    def _source_of(self, source: SourceScenario, run: Run) -> str:
        """Return the scenario's lines; for a row of an outline, without the other rows."""
        if not run.row:
            return self._shop.source.between(source.first_line, source.last_line)
        others = {row.line for examples in source.examples for row in examples.rows}
        numbers = range(source.first_line, source.last_line + 1)
        lines = self._shop.source.lines
        return "\n".join(lines[n - 1] for n in numbers if n == run.row_line or n not in others)


def _bound(bindings: tuple[Binding, ...]) -> tuple[Step, ...]:
    return tuple(step for _, step in bindings if step is not None)


def _no_outcomes(steps: tuple[Step, ...]) -> frozenset[int]:
    """Return the lines that measure nothing: what a model judges, and what is only remembered."""
    return frozenset(
        step.line for step in steps if step.expression.startswith("J") or step.expression == "H12"
    )
