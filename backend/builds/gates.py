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
BY_NAME_ONLY = frozenset({UNSTABLE, CHANGED_PICTURE})
GATE_OF = {
    BuildStatus.AWAITING_PLAN_APPROVAL: PLAN,
    BuildStatus.AWAITING_ACCEPTANCE: ACCEPTANCE,
}


class GateItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to decide: a criterion, why it needs a person, and where its evidence lies."""

    id: str
    name: str
    why: str  # critical, first_baseline, changed_picture, unstable or risk
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
    if result.first_baselines:
        reasons.append("first_baseline")
    if critical:
        reasons.append("critical")
    return reasons


def evidence_paths(result: CriterionResult) -> tuple[str, ...]:
    """List the files of evidence of all of a criterion's attempts, relative to the delivery."""
    paths = (f"proof/{evidence.path}" for evidence in pieces_of(result.attempts))
    return tuple(dict.fromkeys(paths))


def undecided(items: Sequence[GateItem], accepted: set[str], *, blanket: bool) -> list[GateItem]:
    """Return what an acceptance leaves open: no blanket covers what must be named."""
    return [
        item
        for item in items
        if item.id not in accepted and (not blanket or item.why in BY_NAME_ONLY)
    ]
