"""What `factory` shows: progress while a build runs, a table when it rests, findings."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import which
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from backend.blueprints.blueprint import Finding, Severity
from backend.builds.phases import DATA_RUNS, NARRATIONS, SECOND_LOOKS, VERDICT_RUN
from draftworks import (
    Blueprint,
    Build,
    BuildEvent,
    CheckedBlueprint,
    Criterion,
    GateCriterion,
    tell_measures,
)

STAGE_WORDS = {
    "queued": "in line",
    "planning": "planning",
    "awaiting_plan_approval": "waiting for you: the plan",
    "coding": "building",
    "verifying": "checking that it works",
    "reviewing": "reviewing the code",
    "proving": "proving every scenario",
    "awaiting_acceptance": "waiting for you: the proof",
    "delivering": "delivering",
    "delivered": "delivered",
    "failed": "failed",
    "canceled": "canceled",
}
PHASE_WORDS = {
    VERDICT_RUN: "each scenario, filmed",
    DATA_RUNS: "what holds, on other data",
    SECOND_LOOKS: "a second look at its pages",
    NARRATIONS: "the clips to watch",
}
WHY_WORDS = {
    "risk": "a risk that the blueprint declares",
    "critical": "marked as critical",
    "first_baseline": "its first picture",
    "changed_picture": "looks different from before",
    "renewed_browser": "the browser that takes pictures was renewed: does it still look right?",
    "unstable": "failed once and then held",
}
VERDICT_STYLES = {
    "passed": ("✔", "green"),
    "failed": ("✖", "red"),
    "unstable": ("~", "yellow"),
    "judged": ("◉", "cyan"),
    "not_run": ("·", "dim"),
}


class BuildProgress:
    """Follows one build's events on the screen; on no terminal, one plain line an event."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("in line", total=None, count="")

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: BuildEvent) -> None:
        """Show one event."""
        data = event.data
        if event.type == "status":
            words = STAGE_WORDS.get(str(data["status"]), str(data["status"]))
            self._progress.update(self._task, description=words, total=None, count="")
            self._console.print(f"  [bold]{words}[/bold]", highlight=False)
        elif event.type == "phase":
            words = PHASE_WORDS.get(str(data["phase"]), str(data["phase"]))
            self._progress.update(self._task, description=words, total=None, count="")
            self._console.print(f"  proving: {words}", highlight=False)
        elif event.type == "scenario":
            self._progress.update(
                self._task,
                total=data["total"],
                completed=data["done"],
                count=f"{data['done']}/{data['total']}",
            )
            mark, style = VERDICT_STYLES.get(str(data["verdict"]), ("?", ""))
            line = Text(f"    {mark} ", style=style).append(str(data["name"]), style="default")
            if data.get("rehearsal"):
                line.append(" (rehearsal)", style="dim")
            self._console.print(line)


def criteria_table(criteria: Sequence[Criterion]) -> Table:
    """Show every acceptance scenario with its verdict."""
    table = Table(title="Acceptance scenarios", title_justify="left", title_style="bold")
    table.add_column("Scenario", overflow="fold")
    table.add_column("Criterion", overflow="fold", style="dim")
    table.add_column("Kind")
    table.add_column("Verdict", no_wrap=True)
    for criterion in criteria:
        mark, style = VERDICT_STYLES.get(str(criterion.verdict), ("?", ""))
        table.add_row(
            Text(criterion.name),
            Text(criterion.id),
            ", ".join(_kinds(criterion)),
            Text(f"{mark} {str(criterion.verdict).replace('_', ' ')}", style=style),
        )
    return table


def _counted(criteria: Sequence[Criterion]) -> str:
    """Name every verdict that there is: what was unstable or not run is never left out."""
    counts = Counter(str(criterion.verdict) for criterion in criteria)
    others = [
        f"{counts[verdict]} {verdict.replace('_', ' ')}"
        for verdict in VERDICT_STYLES
        if verdict != "passed" and counts[verdict]
    ]
    told = f"{counts['passed']} of {len(criteria)} scenarios passed"
    return f"{told}, {', '.join(others)}." if others else f"{told}."


def _kinds(criterion: Criterion) -> Iterable[str]:
    if criterion.critical:
        yield "critical"
    if criterion.holdout:
        yield "sealed"


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """Say of each finding where it is, what is wrong and how to mend it."""
    for finding in findings:
        style = "red" if finding.severity is Severity.ERROR else "yellow"
        head = Text(f"{finding.file}:{finding.line}: ", style="bold")
        head.append(f"{finding.rule} {finding.severity.value}", style=style)
        head.append(f" {finding.message}", style="default")
        console.print(head, soft_wrap=True)
        for line in finding.remedy.split("\n"):
            console.print(Text(f"    {line}", style="dim"), soft_wrap=True)


def show_measures(console: Console, blueprint: Blueprint | CheckedBlueprint) -> None:
    """Say what the scenarios cover, and then what a build may cost."""
    for sentence in tell_measures(blueprint.measures, blueprint.quote):
        console.print(Text(sentence), soft_wrap=True)


def waiting_line(item: GateCriterion) -> Text:
    """Say what waits for a person, and why."""
    why = WHY_WORDS.get(item.why, item.why)
    return Text.assemble("  ", (item.name, "bold"), " ", (item.id, "dim"), f" ({why})")


def show_result(console: Console, build: Build, out: Path | None) -> None:
    """Show how a build stands, and where everything is."""
    console.print(criteria_table(build.criteria))
    console.print(_counted(build.criteria), highlight=False)
    if build.failure_reason:
        head = Text(f"The build failed: {build.failure_reason}. ", style="bold red")
        console.print(head.append(build.failure_message or "", style="default"))
    if build.needs_person and build.gate is not None:
        console.print(
            f"[bold yellow]It waits for you[/] at the {build.gate.kind} gate: "
            f"`factory accept {build.id}` or `factory reject {build.id} -m …`."
        )
        for item in build.gate.criteria:
            console.print(waiting_line(item), soft_wrap=True)
    if build.status == "delivered":
        console.print("[bold green]Delivered.[/]")
    for approval in build.approvals:
        how = " (the operator's blanket acceptance)" if approval.blanket else ""
        console.print(Text(f"{approval.gate}: {approval.decision} by {approval.actor}{how}"))
    console.print(f"Cost: ${build.cost_micros / 1_000_000:.4f}", highlight=False)
    if out is not None:
        console.print(Text(f"Build {build.id}, files in {out}"), soft_wrap=True)
        for name in ("product", "proof/report.html"):
            if (out / name).exists():
                console.print(Text(f"  {out / name}"), soft_wrap=True)
        if (out / "proof" / "proof.dsse.json").exists():
            command = which("draftworks") or Path(sys.executable).with_name("draftworks")
            console.print(Text(f"To check it: {command} verify {out}"), soft_wrap=True)
