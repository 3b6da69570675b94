"""Orders a build through the SDK, as any customer would, and sees it to where it rests."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from backend.builds.gates import BY_NAME_ONLY
from backend.cli.screen import BuildProgress, waiting_line
from draftworks import Build, Draftworks, Gate

ACCEPT, REJECT, LATER = "accept", "reject", "later"


@dataclass(frozen=True)
class Answer:
    """What a person says at a gate."""

    decision: str
    comment: str = ""
    criteria: tuple[str, ...] = ()
    blanket: bool = False


Ask = Callable[[Build, Gate, Path], Answer]


class Order:
    """One build and the folder that it is written to."""

    def __init__(self, client: Draftworks, console: Console, out: Path) -> None:
        self._client = client
        self._console = console
        self._out = out
        self._seen: int | None = None

    def see_through(self, build_id: str, ask: Ask) -> Build:
        """Follow a build to its end, or to a gate that nobody answers now."""
        while True:
            build = self._follow(build_id)
            if build.gate is None or build.is_finished:
                return self._fetch(build)
            self._fetch(build)
            answer = ask(build, build.gate, self._out)
            if answer.decision == LATER:
                return build
            self.decide(build, build.gate, answer)

    def decide(self, build: Build, gate: Gate, answer: Answer) -> None:
        """Send the answer, naming the proof that was there to be seen."""
        self._client.builds.decide(
            build.id,
            gate=str(gate.kind),
            decision=answer.decision,
            criteria=answer.criteria,
            comment=answer.comment,
            proof_digest=gate.proof_digest,
            blanket=answer.blanket,
        )

    def _follow(self, build_id: str) -> Build:
        """Show what happens until the build rests; what was shown before is not shown again."""
        with (
            BuildProgress(self._console) as progress,
            self._client.builds.events(build_id, after=self._seen) as events,
        ):
            for event in events:
                self._seen = event.seq
                progress.show(event)
                if event.status is not None and event.status.awaits_person:
                    build = self._client.builds.get(build_id)
                    if build.needs_person:
                        return build
        return self._client.builds.get(build_id)

    def _fetch(self, build: Build) -> Build:
        self._out.mkdir(parents=True, exist_ok=True)
        self._client.builds.download(build.id, self._out)
        return build


def accept_blanket(_build: Build, gate: Gate, _out: Path) -> Answer:
    """Approve plan, first pictures and what has passed; never what must be named."""
    if any(item.why in BY_NAME_ONLY for item in gate.criteria):
        return Answer(LATER)
    return Answer(ACCEPT, comment="blanket acceptance by the operator", blanket=True)


def ask_on_terminal(console: Console) -> Ask:
    """Make the question that shows each criterion and where its evidence lies."""

    def ask(_build: Build, gate: Gate, out: Path) -> Answer:
        if not sys.stdin.isatty():
            return Answer(LATER)
        console.print(f"\n[bold]The works asks you ({gate.kind}):[/bold]")
        for item in gate.criteria:
            console.print(waiting_line(item), soft_wrap=True)
            for path in item.evidence:
                console.print(Text(f"      {out / path}"), soft_wrap=True)
        if (out / "proof" / "report.html").exists():
            console.print(Text(f"  The report: {out / 'proof' / 'report.html'}"), soft_wrap=True)
        choice = click.prompt(
            "Accept all of it?", type=click.Choice(["yes", "no", "later"]), default="later"
        )
        if choice == "later":
            return Answer(LATER)
        if choice == "no":
            return Answer(REJECT, comment=click.prompt("What is wrong with it?", default=""))
        return Answer(ACCEPT, criteria=tuple(item.id for item in gate.criteria))

    return ask
