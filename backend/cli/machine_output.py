"""The one JSON object that `factory build --json` writes to standard output."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from backend.blueprints.blueprint import Finding
from draftworks import Build


def refused(findings: Sequence[Finding], seconds: float) -> dict[str, Any]:
    """Tell of a blueprint that was never built."""
    return _shape(status="refused", findings=findings, seconds=seconds)


def built(build: Build, findings: Sequence[Finding], seconds: float, out: Path) -> dict[str, Any]:
    """Tell of a build and everything that hangs on it."""
    return _shape(status=str(build.status), findings=findings, seconds=seconds) | {
        "build": build.id,
        "failure_reason": build.failure_reason,
        "criteria": [
            {
                "id": criterion.id,
                "requirement": criterion.requirement,
                "name": criterion.name,
                "verdict": str(criterion.verdict),
                "holdout": criterion.holdout,
                "evidence": list(criterion.evidence),
            }
            for criterion in build.criteria
        ],
        "approvals": [msgspec.to_builtins(approval) for approval in build.approvals],
        "cost_micros": build.cost_micros,
        "out": str(out),
    }


def _shape(*, status: str, findings: Sequence[Finding], seconds: float) -> dict[str, Any]:
    return {
        "build": None,
        "status": status,
        "failure_reason": None,
        "criteria": [],
        "approvals": [],
        "findings": [msgspec.to_builtins(finding) for finding in findings],
        "cost_micros": 0,
        "duration_seconds": round(seconds, 3),
        "out": None,
    }
