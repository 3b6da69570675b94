"""Draws every verdict again, from the attempts and the evidence that the bundle really holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from draftworks._verifying.fault import Fault
from draftworks._verifying.statement import (
    Attempt,
    Evidence,
    Result,
    SecondLook,
    Statement,
    Step,
)

_EVIDENCE_FOLDER = "proof/"
_HELD = ("passed", "judged")
# Steps by the first letter of their sentence: of HTTP, command lines and libraries there is a
# transcript; pages are looked at by the others, but for those that prepare or wait.
_WITH_TRANSCRIPT = ("H", "L", "B")
_WITHOUT_PAGE = frozenset({"W05", "W07", "W10", "W12", "A23", "C29", "C34"})


def check_criteria(statement: Statement) -> Iterator[Fault]:
    """Yield a fault for each criterion that is stated as better, or as another, than it is."""
    proof = statement.predicate.proof
    seen: set[str] = set()
    for result in proof.results:
        if result.criterion in seen:
            yield Fault(result.criterion, "is in the proof twice")
        seen.add(result.criterion)
        yield from _check_result(result, statement.digests)
    counted = Counter(result.verdict for result in proof.results)
    if {word: number for word, number in proof.counts.items() if number} != dict(counted):
        yield Fault("counts", "are not those of the criteria")


def _check_result(result: Result, digests: Mapping[str, str]) -> Iterator[Fault]:
    runs = (result.attempts, *(run.attempts for run in result.data_runs))
    if not all(map(_is_numbered, runs)):
        yield Fault(result.criterion, "lacks one of its attempts")
    yield from _check_data_runs(result, digests)
    lacks = [why for attempt in result.attempts if (why := _lack(attempt, digests))]
    lacks += _lost(result.second_look.pieces, digests) if result.second_look else []
    drawn = _drawn(result, digests)
    if result.verdict not in drawn:
        why = lacks[-1] if lacks else f"{_speaker(result)} say {drawn[0]}"
        yield Fault(result.criterion, f"is stated as {result.verdict}, but {why}")
    elif lacks:
        yield Fault(result.criterion, lacks[0])


def _is_numbered(attempts: Sequence[Attempt]) -> bool:
    return [attempt.number for attempt in attempts] == [*range(1, len(attempts) + 1)]


def _check_data_runs(result: Result, digests: Mapping[str, str]) -> Iterator[Fault]:
    if [run.number for run in result.data_runs] != [*range(1, len(result.data_runs) + 1)]:
        yield Fault(result.criterion, "lacks one of its runs on other data")
    for run in result.data_runs:
        said = f"its run {run.number} on other data"
        if not any(one.shown != one.used for one in run.replacements):
            yield Fault(result.criterion, f"{said} replaces nothing")
        lacks = [why for one in run.attempts if (why := _lack(one, digests, is_filmed=False))]
        drawn = _verdict_of(run.attempts, digests, is_filmed=False)[0]
        if run.verdict != drawn:
            why = lacks[-1] if lacks else f"its attempts say {drawn}"
            yield Fault(result.criterion, f"{said} is stated as {run.verdict}, but {why}")
        elif lacks:
            yield Fault(result.criterion, f"{said}: {lacks[0]}")


def _speaker(result: Result) -> str:
    return "its attempts and its second look" if result.second_look else "its attempts"


def _drawn(result: Result, digests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the verdicts that all runs allow: a second look makes none of them better."""
    drawn, look = _drawn_from_runs(result, digests), result.second_look
    if look is None or drawn[0] in ("failed", "not_run"):
        return drawn
    if any(observation.blocks for observation in look.observations):
        return ("failed",)
    return drawn if _held_again(look, digests) else ("unstable",)


def _held_again(look: SecondLook, digests: Mapping[str, str]) -> bool:
    steps = look.attempt.steps
    return (
        look.attempt.verdict == "passed"
        and any(step.kind == "then" for step in steps)
        and all(step.verdict == "passed" for step in steps)
        and not _lost(look.pieces, digests)
    )


def _drawn_from_runs(result: Result, digests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the verdicts that all attempts allow: on other data none may end worse."""
    shown = _verdict_of(result.attempts, digests)
    others = {
        _verdict_of(run.attempts, digests, is_filmed=False)[0] for run in result.data_runs
    } - {"passed"}
    if "failed" in (shown[0], *others) or "not_run" in others:
        return ("failed",)
    return ("unstable",) if others else shown


def _verdict_of(
    attempts: Sequence[Attempt], digests: Mapping[str, str], *, is_filmed: bool = True
) -> tuple[str, ...]:
    """Return the verdicts that the attempts allow: two that end in two ways are unstable."""
    if not attempts:
        return ("not_run",)
    ends = ["failed" if _lack(a, digests, is_filmed=is_filmed) else a.verdict for a in attempts]
    if ends[-1] not in _HELD:
        return ("failed",)
    if len(set(ends)) > 1:
        return ("unstable",)
    # Two pictures to judge that differ are unstable as well.
    return ("judged", "unstable") if ends[-1] == "judged" else ("passed",)


def _lack(attempt: Attempt, digests: Mapping[str, str], *, is_filmed: bool = True) -> str:
    """Say what an attempt lacks to be what it claims; nothing when it lacks nothing.

    The first attempt on other data needs no video: its pictures are its evidence.
    """
    if lost := _lost(attempt.pieces, digests):
        return lost[0]
    if attempt.verdict not in _HELD:
        return ""
    has_video = any(piece.kind == "video" for piece in attempt.evidence)
    owes_video = is_filmed or attempt.number > 1
    if owes_video and any(needs_page(step.expression) for step in attempt.steps) and not has_video:
        return f"attempt {attempt.number} has no video"
    checks = [step for step in attempt.steps if step.kind == "then"]
    if not checks or any(step.verdict not in _HELD for step in attempt.steps):
        return f"not every step of attempt {attempt.number} held"
    if not all(map(_has_own_evidence, checks)):
        return f"a check of attempt {attempt.number} has no evidence"
    return ""


def _lost(pieces: Iterable[Evidence], digests: Mapping[str, str]) -> list[str]:
    """Name the pieces that the bundle does not hold as they were seen."""
    return [
        f"its evidence {piece.path} is missing or another"
        for piece in pieces
        if digests.get(_EVIDENCE_FOLDER + piece.path) != piece.sha256
    ]


def needs_page(expression: str) -> bool:
    """Whether a step looks at pages, so that its attempt owes a video."""
    return not owes_transcript(expression) and expression not in _WITHOUT_PAGE


def owes_transcript(expression: str) -> bool:
    """Whether a step's evidence is a text: what was sent or run, and what came back."""
    return expression.startswith(_WITH_TRANSCRIPT)


def _has_own_evidence(step: Step) -> bool:
    if owes_transcript(step.expression):
        return any(piece.kind == "transcript" for piece in step.evidence)
    return bool(step.evidence)
