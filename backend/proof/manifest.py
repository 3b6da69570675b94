"""Writes down what a prover found as one value; decisions name it by its digest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from backend.proof.environment import Environment
from backend.proof.results import CriterionResult, Verdict


class ManifestInput(msgspec.Struct, frozen=True, kw_only=True):
    """All that a manifest says; `tree_sha256` names the product's files (`artifacts/tree.py`).

    `seeds` are the digests of the seeds' sealed leaves: a proof is one and the same before and
    after they are revealed.
    """

    build: str
    blueprint: str
    blueprint_sha256: str
    tree_sha256: str | None
    product_files: int
    results: Sequence[CriterionResult]
    environment: Environment | Mapping[str, str]
    tools: Mapping[str, str]
    started: datetime
    finished: datetime
    holdout_root: str | None = None
    sbom_sha256: str | None = None
    seeds: Mapping[str, str] = {}
    phases: Mapping[str, float] = {}


def build_manifest(parts: ManifestInput) -> dict[str, Any]:
    """Return the manifest: every attempt and every piece of evidence, not only the best."""
    return {
        "build": parts.build,
        "blueprint": {"name": parts.blueprint, "sha256": parts.blueprint_sha256},
        "product": {
            "tree_sha256": parts.tree_sha256,
            "files": parts.product_files,
            "sbom_sha256": parts.sbom_sha256,
        },
        "holdout_root": parts.holdout_root,
        "environment": msgspec.to_builtins(parts.environment),
        "tools": dict(parts.tools),
        "seeds": dict(parts.seeds),
        "results": [msgspec.to_builtins(result) for result in parts.results],
        "counts": counts(parts.results),
        "phases": dict(parts.phases),
        "started": moment(parts.started),
        "finished": moment(parts.finished),
    }


def counts(results: Sequence[CriterionResult]) -> dict[str, int]:
    """Return how many criteria ended in each way."""
    return {
        verdict.value: sum(result.verdict is verdict for result in results) for verdict in Verdict
    }


def moment(instant: datetime) -> str:
    """Spell a moment as the manifest does: UTC, to the second."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
