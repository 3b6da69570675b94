"""Turns a requirement's scenario blocks into criteria: named, numbered, bound and checked."""

from dataclasses import dataclass, field

from backend.blueprints import limits
from backend.blueprints.blueprint import DataModel, Requirement, Scenario, Step
from backend.blueprints.concepts import Concepts
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.gherkin_blocks import read_block
from backend.blueprints.outlines import Run, map_texts, plain_steps, runs_of
from backend.blueprints.public_text import with_comments
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
from backend.blueprints.values import Values

_CRITERION_CHARACTERS = 80


@dataclass
class Workshop:
    """All that scenarios are read with, and what is noted on the way."""

    source: Source
    data: DataModel
    concepts: Concepts
    values: Values
    binder: StepBinder
    findings: Findings
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
        message = f"The requirement {quoted(section.id)} has no scenario that runs."
        shop.findings.error("BP001", section.line, message, "Add a scenario that proves it.")
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
        self._bound_background: tuple[Step, ...] = ()
        self._slugs: dict[str, str] = {}
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
        self._bound_background = self._bound(self._background)

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
            self._read_run(source, run, slug)

    def _read_run(self, source: SourceScenario, run: Run, slug: str) -> None:
        findings = self._shop.findings
        own = self._written_out(run.steps)
        steps = (*self._background, *own)
        bound_own = self._bound(own)
        bound = (*self._bound_background, *bound_own)
        report_order(steps, findings)
        report_outcome(source, steps if own else (), _judged(bound_own), findings)
        report_tags_of_steps(source, [step.expression for step in bound], findings)
        report_pictures(source, bound, findings)
        if len(bound) == len(steps):  # a missing step would blame the ones after it
            report_bound_order(bound, findings)
            report_seed_faults(bound, self._shop.data, findings)
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

    def _written_out(self, steps: tuple[PlainStep, ...]) -> tuple[PlainStep, ...]:
        """Unfold concepts, then put the shown values in place."""
        written = [inner for step in steps for inner in self._shop.concepts.expand(step)]
        fill = self._shop.values.fill
        return tuple(map_texts(step, lambda text, at=step.line: fill(text, at)) for step in written)  # type: ignore[misc]  # the default binds the line

    def _bound(self, steps: tuple[PlainStep, ...]) -> tuple[Step, ...]:
        bound = (self._shop.binder.bind(step) for step in steps)
        return tuple(step for step in bound if step is not None)

    def _slug(self, source: SourceScenario) -> str:
        findings = self._shop.findings
        if not source.name or len(source.name) > limits.NAME_CHARACTERS * 2:
            message = "The scenario has no name, or one that is far too long."
            findings.error("BP008", source.line, message, "Say in one line what it shows.")
        slug = make_slug(source.name, longest=_CRITERION_CHARACTERS, prefix="scenario")
        if slug in self._slugs and source.name:
            message = (
                f"The name {quoted(source.name)} is too much like {quoted(self._slugs[slug])}."
            )
            remedy = "Give each scenario of a requirement a name of its own."
            findings.error("BP008", source.line, message, remedy)
        self._slugs.setdefault(slug, source.name)
        return slug

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


def _judged(steps: tuple[Step, ...]) -> frozenset[int]:
    return frozenset(step.line for step in steps if step.expression.startswith("J"))
