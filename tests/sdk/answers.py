"""Answers as the works give them, to be varied by each test."""

from typing import Any

NOW = "2026-03-12T14:30:00Z"


def a_build(status: str = "coding", **changes: Any) -> dict[str, Any]:
    build = {
        "id": "b1",
        "blueprint_id": "bp1",
        "name": "Job book",
        "slug": "job-book",
        "status": status,
        "failure_reason": None,
        "failure_message": None,
        "verdict": None,
        "gate": None,
        "attempt": 1,
        "created_at": NOW,
        "started_at": NOW,
        "finished_at": None,
        "duration_seconds": 1.5,
        "cost_micros": 120_000,
        "held_micros": 1_000_000,
        "proof_digest": None,
        "criteria": [],
        "approvals": [],
    }
    return {**build, **changes}


def a_gate(kind: str = "acceptance") -> dict[str, Any]:
    criterion = {"id": "R1/a", "name": "A", "why": "critical", "evidence": ["proof/a.png"]}
    return {"kind": kind, "criteria": [criterion], "proof_digest": "d1"}


def a_blueprint(**changes: Any) -> dict[str, Any]:
    blueprint = {
        "id": "bp1",
        "name": "Job book",
        "slug": "job-book",
        "kind": "web app",
        "digest": "d" * 64,
        "orderable": True,
        "findings": [],
        "requirements": 2,
        "criteria": 8,
        "budget_micros": 20_000_000,
        "created_at": NOW,
    }
    return {**blueprint, **changes}


def a_key(**changes: Any) -> dict[str, Any]:
    key = {"id": "k1", "name": "ci", "public_id": "public01", "created_at": NOW}
    return {**key, "last_used_at": None, **changes}


def a_page(*data: Any, next_cursor: str | None = None) -> dict[str, Any]:
    return {"data": list(data), "next_cursor": next_cursor}
