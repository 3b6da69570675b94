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

    @property
    def has_held(self) -> bool:
        """Whether it held in the end; what is unstable or judged is still a person's to accept."""
        return self in (Verdict.PASSED, Verdict.UNSTABLE, Verdict.JUDGED)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One file of evidence: its path below the proof folder, its kind and its digest.

    `kind` is `screenshot`, `picture` (a look-like step), `approved` and `heat_map` (where it looks
    different), `video`, `aria`, `trace`, `transcript` (what was sent, run or answered, as text),
    `mail`, `narration` (a video with words in it) or `chapters` (where its steps begin, WebVTT).
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
    RENEWED = "renewed"  # another renderer took the accepted one: only eyes can compare them


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


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """A text of the blueprint and what one unseen run said in its place."""

    shown: str
    used: str


class DataRun(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario run on data that its builders never saw; `number` counts from 1."""

    number: int
    verdict: Verdict
    replacements: tuple[Replacement, ...]
    attempts: tuple[Attempt, ...]


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What a second look found on one page; `blocks` when the blueprint wants it to decide."""

    check: str
    page: str
    message: str
    blocks: bool
    evidence: tuple[Evidence, ...] = ()


class SecondLook(msgspec.Struct, frozen=True, kw_only=True):
    """One more run of a scenario that passed, for what its steps do not ask: pages, links, speed.

    `checks` names what was looked at, also where nothing was found.
    """

    attempt: Attempt
    checks: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a narrated clip a step begins; steps count from 1."""

    step: int
    milliseconds: int


class Narration(msgspec.Struct, frozen=True, kw_only=True):
    """A clip of the scenario, made for people to watch; it decides nothing."""

    clip: Evidence
    chapters: tuple[Chapter, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class CriterionResult(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario's verdict over all its attempts; every attempt is kept, not only the best.

    The verdict is drawn from `attempts` (the data as the blueprint shows it), `data_runs` and what
    blocks in `second_look`; a `narration` shows and never decides. `message` says why a scenario
    was not run, where that is not told by an attempt.
    """

    criterion: str
    requirement: str
    name: str
    tags: tuple[str, ...]
    holdout: bool
    verdict: Verdict
    attempts: tuple[Attempt, ...] = ()
    first_baselines: tuple[str, ...] = ()
    changed_pictures: tuple[str, ...] = ()
    renewed_pictures: tuple[str, ...] = ()
    data_runs: tuple[DataRun, ...] = ()
    second_look: SecondLook | None = None
    narration: Narration | None = None
    message: str = ""
