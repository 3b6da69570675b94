"""Shows a build to people and programs: rows in, response structs out."""

from collections.abc import Sequence
from typing import Any

import msgspec

from backend.builds.criteria import Criterion
from backend.builds.gates import (
    ACCEPTANCE,
    GATE_OF,
    PLAN,
    acceptance_gate,
    acceptance_notes,
    evidence_paths,
    plan_gate,
)
from backend.builds.models import Build, DecisionRow
from backend.builds.rehearsal import as_proven
from backend.builds.repository import History
from backend.builds.schemas import ApprovalView, BuildSummary, BuildView, CriterionView, GateView
from backend.builds.status import ended_as
from backend.proof.results import CriterionResult, Verdict


def summarize(build: Build) -> BuildSummary:
    """Show a build in a list."""
    return BuildSummary(**_summary(build))


def show(
    build: Build, history: History, decisions: Sequence[DecisionRow], *, is_in_line: bool
) -> BuildView:
    """Show a build whole; a worker still has something to do for one that `is_in_line`."""
    results = latest_results(history)
    rehearsed = {result.criterion: result.verdict for result in _rehearsed(history)}
    criteria = [
        _criterion(entry, results.get(entry.id), rehearsed.get(entry.id))
        for entry in build.listed_criteria
    ]
    return BuildView(
        **_summary(build),
        gate=open_gate(build, history),
        criteria=criteria,
        counts={v.value: sum(c.verdict == v.value for c in criteria) for v in Verdict},
        approvals=[_approval(row) for row in decisions],
        bundle_is_final=build.has_ended and not is_in_line,
    )


def latest_results(history: History) -> dict[str, CriterionResult]:
    """Return each criterion's result: the proof's, else the rehearsal's as far as that is shown."""
    proof = history.close or history.prove
    results = proof.results if proof else map(as_proven, _rehearsed(history))
    return {result.criterion: result for result in results}


def _rehearsed(history: History) -> tuple[CriterionResult, ...]:
    return history.verify.results if history.verify else ()


def open_gate(build: Build, history: History) -> GateView | None:
    """Show what waits for a person, if anything does."""
    kind = GATE_OF.get(build.state)
    if kind == PLAN and history.plan is not None:
        return GateView(
            kind=kind, criteria=plan_gate(build.listed_criteria, history.plan), proof_digest=None
        )
    if kind == ACCEPTANCE and history.prove is not None:
        items = acceptance_gate(build.listed_criteria, history.prove)
        return GateView(
            kind=kind,
            criteria=items,
            proof_digest=history.prove.digest,
            notes=acceptance_notes(history.prove),
        )
    return None


def _summary(build: Build) -> dict[str, Any]:
    ending = ended_as(build.state, build.reason)
    duration = (
        (build.finished_at - build.started_at).total_seconds()
        if build.finished_at and build.started_at
        else None
    )
    return {
        "id": build.id,
        "blueprint_id": build.blueprint_id,
        "name": build.name,
        "slug": build.slug,
        "status": build.status,
        "failure_reason": build.failure_reason,
        "failure_message": build.failure_message,
        "verdict": ending.value if ending else None,
        "attempt": build.attempt,
        "created_at": build.created_at,
        "started_at": build.started_at,
        "finished_at": build.finished_at,
        "duration_seconds": duration,
        "cost_micros": build.cost_micros,
        "held_micros": 0 if build.has_ended else build.hold_micros,
        "proof_digest": build.proof_digest,
    }


def _criterion(
    entry: Criterion, result: CriterionResult | None, rehearsed: Verdict | None
) -> CriterionView:
    return CriterionView(
        **msgspec.structs.asdict(entry),
        verdict=(result.verdict if result else Verdict.NOT_RUN).value,
        rehearsal=rehearsed.value if rehearsed else None,
        evidence=list(evidence_paths(result)) if result else [],
    )


def _approval(row: DecisionRow) -> ApprovalView:
    return ApprovalView(
        gate=row.gate,
        decision=row.decision,
        criteria=row.criteria,
        comment=row.comment,
        blanket=row.blanket,
        actor=row.actor,
        proof_digest=row.proof_digest,
        decided_at=row.decided_at,
    )
