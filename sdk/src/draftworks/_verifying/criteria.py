"""Draws every verdict again, from the attempts and the evidence that the bundle really holds."""

from collections import Counter
from collections.abc import Iterator, Mapping

from draftworks._verifying.fault import Fault
from draftworks._verifying.statement import Attempt, Result, Statement, Step

_EVIDENCE_FOLDER = "proof/"
_HELD = ("passed", "judged")
# Steps by the first letter of their sentence: of HTTP, command lines and libraries there is a
# transcript; pages are looked at by the others, but for those that prepare or wait.
_WITH_TRANSCRIPT = ("H", "L", "B")
_WITHOUT_PAGE = frozenset({"W05", "W07", "W10", "W12", "A23", "C29"})


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
    if [attempt.number for attempt in result.attempts] != [*range(1, len(result.attempts) + 1)]:
        yield Fault(result.criterion, "lacks one of its attempts")
    lacks = [why for attempt in result.attempts if (why := _lack(attempt, digests))]
    drawn = _drawn(result, digests)
    if result.verdict not in drawn:
        why = lacks[-1] if lacks else f"its attempts say {drawn[0]}"
        yield Fault(result.criterion, f"is stated as {result.verdict}, but {why}")
    elif lacks:
        yield Fault(result.criterion, lacks[0])


def _drawn(result: Result, digests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the verdicts that the attempts allow: two that end in two ways are unstable."""
    if not result.attempts:
        return ("not_run",)
    ends = ["failed" if _lack(a, digests) else a.verdict for a in result.attempts]
    if ends[-1] not in _HELD:
        return ("failed",)
    if len(set(ends)) > 1:
        return ("unstable",)
    # Two pictures to judge that differ are unstable as well.
    return ("judged", "unstable") if ends[-1] == "judged" else ("passed",)


def _lack(attempt: Attempt, digests: Mapping[str, str]) -> str:
    """Say what an attempt lacks to be what it claims; nothing when it lacks nothing."""
    for piece in attempt.pieces:
        if digests.get(_EVIDENCE_FOLDER + piece.path) != piece.sha256:
            return f"its evidence {piece.path} is missing or another"
    if attempt.verdict not in _HELD:
        return ""
    has_video = any(piece.kind == "video" for piece in attempt.evidence)
    if any(map(_needs_page, attempt.steps)) and not has_video:
        return f"attempt {attempt.number} has no video"
    checks = [step for step in attempt.steps if step.kind == "then"]
    if not checks or any(step.verdict not in _HELD for step in attempt.steps):
        return f"not every step of attempt {attempt.number} held"
    if not all(map(_has_own_evidence, checks)):
        return f"a check of attempt {attempt.number} has no evidence"
    return ""


def _needs_page(step: Step) -> bool:
    return not step.expression.startswith(_WITH_TRANSCRIPT) and step.expression not in _WITHOUT_PAGE


def _has_own_evidence(step: Step) -> bool:
    if step.expression.startswith(_WITH_TRANSCRIPT):
        return any(piece.kind == "transcript" for piece in step.evidence)
    return bool(step.evidence)
