"""Says what a rehearsal shows: in the verify stage only failures are recorded."""

from backend.proof.lost_evidence import pieces_of
from backend.proof.results import CriterionResult, Verdict

REHEARSED = "It held in a rehearsal, of which nothing is kept. That proves nothing."


def as_proven(result: CriterionResult) -> CriterionResult:
    """Return a rehearsal's result as far as it is shown: what merely passed is not proven."""
    if result.verdict is Verdict.FAILED or any(pieces_of(result.attempts[-1:])):
        return result
    return CriterionResult(
        criterion=result.criterion,
        requirement=result.requirement,
        name=result.name,
        tags=result.tags,
        holdout=result.holdout,
        verdict=Verdict.NOT_RUN,
        message=result.message or (REHEARSED if result.verdict is Verdict.PASSED else ""),
    )
