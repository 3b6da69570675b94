"""What the prover saw, as values: the only thing that later stages decide from."""

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """How one criterion ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNSTABLE = "unstable"  # failed, then passed in a clean context: never silently green
    JUDGED = "judged"  # what a machine cannot decide: a person does, by name
    NOT_RUN = "not_run"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One file of evidence: its path below the proof folder, its kind and its digest.

    `kind` is `screenshot`, `picture` (a look-like step), `approved` and `heat_map` (where it looks
    different), `video`, `aria` or `trace`.
    """

    path: str
    kind: str
    sha256: str
    bytes: int


class Comparison(StrEnum):
    """How a picture compares with the one that a person accepted last."""

    FIRST = "first"
    SAME = "same"
    CHANGED = "changed"


class Mask(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a picture that the author left out, in pixels from the left and the top."""

    name: str
    left: int
    top: int
    width: int
    height: int


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a look-like step pictured: `name` and `viewport` find the approved picture again."""

    name: str
    viewport: str
    masks: tuple[Mask, ...] = ()
    comparison: Comparison = Comparison.FIRST
    changed_pixels: int = 0


class StepResult(msgspec.Struct, frozen=True, kw_only=True):
    """One step as it ran; `message` says in plain words why it failed."""

    text: str
    expression: str
    kind: str
    line: int
    verdict: Verdict
    milliseconds: int = 0
    message: str = ""
    concept: str | None = None
    evidence: tuple[Evidence, ...] = ()
    look: Look | None = None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a scenario in a clean browser context and on just-started data.

    `message` says what went wrong apart from the steps: no product to run on, evidence lost.
    """

    number: int
    verdict: Verdict
    steps: tuple[StepResult, ...]
    seconds: float
    evidence: tuple[Evidence, ...] = ()
    console_errors: tuple[str, ...] = ()
    network_errors: tuple[str, ...] = ()
    message: str = ""


class CriterionResult(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario's verdict over all its attempts; every attempt is kept, not only the best."""

    criterion: str
    requirement: str
    name: str
    tags: tuple[str, ...]
    holdout: bool
    verdict: Verdict
    attempts: tuple[Attempt, ...] = ()
    first_baselines: tuple[str, ...] = ()
    changed_pictures: tuple[str, ...] = ()
