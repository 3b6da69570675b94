"""Renders a proof as one page that a shop owner understands and that opens from disk."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment as Templates
from jinja2 import PackageLoader, StrictUndefined
from PIL import Image, UnidentifiedImageError

from backend.blueprints.blueprint import Blueprint, Requirement, Scenario, Step
from backend.proof.environment import Environment
from backend.proof.manifest import counts
from backend.proof.results import Attempt, CriterionResult, Evidence, StepResult, Verdict
from backend.proof.statement import Approval

_THUMBNAIL = (360, 240)
_SIDE_BY_SIDE = (640, 1600)
_THUMBNAIL_QUALITY = 55
_PICTURES = frozenset({"screenshot", "picture"})
_SIDES = {"approved": "Accepted before", "picture": "Now", "heat_map": "Where they differ"}
_MICROS = 1_000_000
_WORDS = {
    Verdict.PASSED: "holds",
    Verdict.FAILED: "does not hold",
    Verdict.UNSTABLE: "held only at the second try",
    Verdict.JUDGED: "for a person to judge",
    Verdict.NOT_RUN: "not proven",
}
_WORDS_FOR_MANY = _WORDS | {Verdict.PASSED: "hold", Verdict.FAILED: "do not hold"}
_MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.UNSTABLE: "≈",
    Verdict.JUDGED: "◉",
    Verdict.NOT_RUN: "○",
}


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """All that the page tells; `folder` is where the evidence lies and the page will lie too."""

    blueprint: Blueprint
    results: Sequence[CriterionResult]
    build: str
    status: str
    started: datetime
    finished: datetime
    environment: Environment
    folder: Path
    approvals: Sequence[Approval] = ()
    cost_micros: int | None = None
    proof_digest: str | None = None
    signer: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Picture:
    href: str
    thumbnail: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class _Side:
    """One of the pictures that are looked at side by side."""

    caption: str
    picture: _Picture


@dataclass(frozen=True, kw_only=True)
class _StepLine:
    keyword: str
    result: StepResult
    source: Step | None
    starts_concept: bool
    pictures: list[_Picture]
    sides: list[_Side]


@dataclass(frozen=True, kw_only=True)
class _Try:
    attempt: Attempt
    steps: list[_StepLine]
    clips: list[str]
    notes: list[str]


@dataclass(frozen=True, kw_only=True)
class _Check:
    result: CriterionResult
    anchor: str
    tries: list[_Try]

    @property
    def cover(self) -> _Picture | None:
        """The last picture of the try that decided."""
        pictures = [p for line in self.tries[-1].steps for p in line.pictures] if self.tries else []
        return pictures[-1] if pictures else None

    @property
    def why(self) -> str:
        """Why it does not hold, or was not run, in one sentence."""
        if self.result.message:
            return self.result.message
        for one in reversed(self.tries):
            if one.attempt.message:
                return one.attempt.message
            for line in one.steps:
                if line.result.message:
                    return line.result.message
        return ""


@dataclass(frozen=True, kw_only=True)
class _Part:
    requirement: Requirement
    checks: list[_Check]

    @property
    def holds(self) -> bool:
        """Whether every check of the requirement holds."""
        return bool(self.checks) and all(
            check.result.verdict is Verdict.PASSED for check in self.checks
        )


def render_report(report: ReportInput) -> str:
    """Return the page; whatever comes from the product or the author is escaped."""
    return (
        _templates()
        .get_template("report.html")
        .render(
            report=report,
            parts=_parts(report),
            counts=counts(report.results),
            total=len(report.results),
            sealed=sum(result.holdout for result in report.results),
            failed=[r for r in report.results if r.verdict in (Verdict.FAILED, Verdict.UNSTABLE)],
            judged=[r for r in report.results if r.changed_pictures],
            accepted=_accepted_by_name(report.approvals),
            words=_WORDS,
            words_for_many=_WORDS_FOR_MANY,
            marks=_MARKS,
            Verdict=Verdict,
            anchor=_anchor,
        )
    )


@cache
def _templates() -> Templates:
    templates = Templates(
        loader=PackageLoader("backend.proof", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"moment": _moment, "dollars": _dollars, "span": _span}
    return templates


def _parts(report: ReportInput) -> list[_Part]:
    """Group the results by requirement; what has none of the blueprint's comes last."""
    scenarios = {scenario.criterion: scenario for scenario in report.blueprint.scenarios}
    known = {requirement.id: requirement for requirement in report.blueprint.requirements}
    checks: dict[str, list[_Check]] = {name: [] for name in known}
    for result in report.results:
        check = _check(result, scenarios.get(result.criterion), report.folder)
        checks.setdefault(result.requirement, []).append(check)
    return [
        _Part(
            requirement=known.get(name) or Requirement(id=name, title="Further checks"),
            checks=found,
        )
        for name, found in checks.items()
    ]


def _accepted_by_name(approvals: Sequence[Approval]) -> frozenset[str]:
    return frozenset(
        criterion
        for approval in approvals
        if (approval.gate, approval.decision) == ("acceptance", "accept")
        for criterion in approval.criteria
    )


def _check(result: CriterionResult, scenario: Scenario | None, folder: Path) -> _Check:
    sources = scenario.steps if scenario else ()
    return _Check(
        result=result,
        anchor=_anchor(result.criterion),
        tries=[_try(attempt, sources, folder) for attempt in result.attempts],
    )


def _try(attempt: Attempt, sources: Sequence[Step], folder: Path) -> _Try:
    are_alike = len(sources) == len(attempt.steps)
    lines = []
    before: StepResult | None = None
    for index, step in enumerate(attempt.steps):
        lines.append(
            _StepLine(
                keyword="And" if before and before.kind == step.kind else step.kind.capitalize(),
                result=step,
                source=sources[index] if are_alike else None,
                starts_concept=bool(step.concept)
                and (before is None or before.concept != step.concept),
                pictures=[
                    _picture(piece, step, folder)
                    for piece in step.evidence
                    if piece.kind in _PICTURES and piece.sha256 not in _shown_next(attempt, index)
                ],
                sides=_sides(step, folder),
            )
        )
        before = step
    return _Try(
        attempt=attempt,
        steps=lines,
        clips=[quote(e.path) for e in attempt.evidence if e.kind == "video"],
        notes=[quote(e.path) for s in attempt.steps for e in s.evidence if e.kind == "aria"],
    )


def _shown_next(attempt: Attempt, index: int) -> set[str]:
    """Return the next step's pictures: what several steps share is shown at the last of them."""
    after = attempt.steps[index + 1 : index + 2]
    return {piece.sha256 for step in after for piece in step.evidence}


def _sides(step: StepResult, folder: Path) -> list[_Side]:
    """Show what was accepted, what is there now and where they differ, one beside the other."""
    by_kind = {piece.kind: piece for piece in step.evidence}
    return [
        _Side(caption=caption, picture=_picture(by_kind[kind], step, folder, _SIDE_BY_SIDE))
        for kind, caption in _SIDES.items()
        if "heat_map" in by_kind and kind in by_kind
    ]


def _picture(
    evidence: Evidence, step: StepResult, folder: Path, size: tuple[int, int] = _THUMBNAIL
) -> _Picture:
    return _Picture(
        href=quote(evidence.path),
        thumbnail=_thumbnail(folder / evidence.path, size),
        alt=f"The page at: {step.text}",
    )


def _thumbnail(path: Path, size: tuple[int, int]) -> str:
    """Return a small WebP as a data address; empty when the picture is gone."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", size)
            small = picture.convert("RGB")
            small.thumbnail(size)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return ""
    drawing = BytesIO()
    small.save(drawing, "WEBP", quality=_THUMBNAIL_QUALITY, method=2)
    return f"data:image/webp;base64,{b64encode(drawing.getvalue()).decode()}"


def _anchor(criterion: str) -> str:
    return quote(criterion, safe="").replace("%", ".")


def _moment(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC")


def _dollars(micros: int) -> str:
    return f"${micros / _MICROS:,.2f}"


def _span(seconds: float) -> str:
    if seconds < 60:  # noqa: PLR2004  # seconds of a minute
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
