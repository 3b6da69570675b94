"""Says which criteria a person must look at before a build may go on, and why."""

from collections.abc import Sequence

import msgspec

from backend.builds.criteria import Criterion
from backend.builds.products import Plan, Proof
from backend.builds.status import BuildStatus
from backend.proof.lost_evidence import pieces_of
from backend.proof.results import CriterionResult, Verdict

PLAN = "plan"
ACCEPTANCE = "acceptance"
UNSTABLE = "unstable"
CHANGED_PICTURE = "changed_picture"
RENEWED_BROWSER = "renewed_browser"
BY_NAME_ONLY = frozenset({UNSTABLE, CHANGED_PICTURE, RENEWED_BROWSER})
GATE_OF = {
    BuildStatus.AWAITING_PLAN_APPROVAL: PLAN,
    BuildStatus.AWAITING_ACCEPTANCE: ACCEPTANCE,
}


class GateItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to decide: a criterion, why it needs a person, and where its evidence lies.

    `why` is `risk`, `critical` or `first_baseline`, which a blanket acceptance covers, or
    `changed_picture`, `renewed_browser` or `unstable`, which must be named.
    """

    id: str
    name: str
    why: str
    evidence: tuple[str, ...] = ()


class GateNote(msgspec.Struct, frozen=True, kw_only=True):
    """What a second look saw and does not decide: good to know before one decides."""

    criterion: str
    check: str
    page: str
    message: str
    evidence: tuple[str, ...] = ()


def plan_gate(criteria: Sequence[Criterion], plan: Plan) -> list[GateItem]:
    """List the declared risks of a plan, by criterion."""
    names = {criterion.id: criterion.name for criterion in criteria}
    return [
        GateItem(id=criterion, name=f"{names[criterion]} ({risk.kind})", why="risk")
        for risk in plan.risks
        if risk.declared
        for criterion in risk.criteria
    ]


def acceptance_gate(criteria: Sequence[Criterion], proof: Proof) -> list[GateItem]:
    """List what a person must see in a proof: critical, first or changed pictures, unstable."""
    critical = {criterion.id for criterion in criteria if criterion.critical}
    return [
        GateItem(id=result.criterion, name=result.name, why=why, evidence=evidence_paths(result))
        for result in proof.results
        for why in _reasons(result, critical=result.criterion in critical)
    ]


def _reasons(result: CriterionResult, *, critical: bool) -> list[str]:
    reasons = []
    if result.verdict is Verdict.UNSTABLE:
        reasons.append(UNSTABLE)
    if result.changed_pictures:
        reasons.append(CHANGED_PICTURE)
    if result.renewed_pictures:
        reasons.append(RENEWED_BROWSER)
    if result.first_baselines:
        reasons.append("first_baseline")
    if critical:
        reasons.append("critical")
    return reasons


def acceptance_notes(proof: Proof) -> list[GateNote]:
    """List what is only reported; none of it waits for anybody by itself."""
    return [
        GateNote(
            criterion=result.criterion,
            check=observation.check,
            page=observation.page,
            message=observation.message,
            evidence=tuple(f"proof/{piece.path}" for piece in observation.evidence),
        )
        for result in proof.results
        if result.second_look is not None
        for observation in result.second_look.observations
        if not observation.blocks
    ]


def evidence_paths(result: CriterionResult) -> tuple[str, ...]:
    """List the evidence of all of a criterion's attempts, on every data, and its clip to watch.

    The paths are relative to the delivery. That of a second look that did not hold comes with it:
    it says why the criterion is unstable.
    """
    look = result.second_look
    has_held = look is None or look.attempt.verdict is Verdict.PASSED
    seen = (result.attempts, result.data_runs, None if has_held else look, result.narration)
    return tuple(dict.fromkeys(f"proof/{evidence.path}" for evidence in pieces_of(seen)))


def undecided(items: Sequence[GateItem], accepted: set[str], *, blanket: bool) -> list[GateItem]:
    """Return what an acceptance leaves open: no blanket covers what must be named."""
    return [
        item
        for item in items
        if item.id not in accepted and (not blanket or item.why in BY_NAME_ONLY)
    ]
