"""Writes what makes a proof folder a bundle: report, signer, statement and its signature."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from backend.blueprints.holdouts import SealedLeaf, unseal
from backend.builds.phases import in_order
from backend.builds.products import Proof
from backend.builds.workbench import Decision, Job, StoredFile, Workbench
from backend.proof.canonical import canonical_json
from backend.proof.environment import Environment
from backend.proof.event_chain import RecordedEvent
from backend.proof.manifest import ManifestInput, build_manifest
from backend.proof.report import ReportInput, render_report
from backend.proof.statement import Approval, StatementInput, build_statement

PROOF_FOLDER = "proof/"
BLUEPRINT = "blueprint.md"
REPORT = "report.html"
SIGNER = "signer.pem"
MANIFEST = "manifest.json"
ENVELOPE = "proof.dsse.json"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the build stands: a word for the statement, a sentence for the report's reader.

    `is_final` reveals what was sealed; `reason` says in a word why a build failed.
    """

    status: str
    sentence: str
    is_final: bool = False
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class BundleInput:
    """What a bundle is made of, apart from the evidence that lies in the job's folder."""

    proof: Proof
    ended: Ended
    events: Sequence[RecordedEvent]
    product: Sequence[StoredFile] = ()


def write_bundle(job: Job, bench: Workbench, parts: BundleInput) -> dict[str, bytes]:
    """Write into the job's folder what is not there yet; return all of its files.

    The order matters: the statement names the report by its digest, and the envelope holds the
    statement byte for byte.
    """
    folder, approvals = job.folder, [_approval(decision) for decision in job.decisions]
    (folder / BLUEPRINT).write_bytes(job.blueprint_text.encode())
    (folder / SIGNER).write_bytes(bench.signer.public_pem)
    page = render_report(_report_input(job, bench, parts, approvals))
    (folder / REPORT).write_text(page, encoding="utf-8")
    contents = _contents(folder)
    statement = StatementInput(
        manifest=manifest_of(job, parts.proof),
        status=parts.ended.status,
        reason=parts.ended.reason,
        files=_listed(job, contents, parts.product),
        events=parts.events,
        signed=datetime.now(UTC),
        approvals=approvals,
        leaves=_leaves(job) if parts.ended.is_final else None,
    )
    payload = canonical_json(build_statement(statement))
    signed = {MANIFEST: payload, ENVELOPE: bench.signer.sign(payload)}
    for name, content in signed.items():
        (folder / name).write_bytes(content)
    return contents | signed


def manifest_of(job: Job, proof: Proof) -> dict[str, Any]:
    """Return what was found, as a value; `proof.digest` stands for it and plays no part in it."""
    workspace = job.workspace
    return build_manifest(
        ManifestInput(
            build=str(job.build_id),
            blueprint=job.blueprint.name,
            blueprint_sha256=job.blueprint.digest,
            tree_sha256=workspace.tree_digest if workspace else None,
            product_files=workspace.files if workspace else 0,
            sbom_sha256=workspace.sbom_sha256 if workspace else None,
            results=proof.results,
            environment=proof.environment,
            tools=proof.tools,
            phases=proof.phases,
            started=datetime.fromisoformat(proof.started_at),
            finished=datetime.fromisoformat(proof.finished_at),
            holdout_root=job.holdout_root,
            seeds={
                leaf.name: leaf.digest.hex()
                for leaf in unseal((), job.holdout_salts, job.seeds.items())
            },
        )
    )


def _leaves(job: Job) -> tuple[SealedLeaf, ...]:
    return unseal(job.blueprint.scenarios, job.holdout_salts, job.seeds.items())


def _listed(
    job: Job, contents: Mapping[str, bytes], product: Sequence[StoredFile]
) -> dict[str, str]:
    """Return the digest of every file that is delivered, but for statement and envelope."""
    kept = (file for file in (*job.files, *product) if file.kind in ("proof", "product"))
    listed = {file.path: file.sha256 for file in kept}
    listed |= {
        PROOF_FOLDER + path: hashlib.sha256(content).hexdigest()
        for path, content in contents.items()
    }
    unsigned = {PROOF_FOLDER + MANIFEST, PROOF_FOLDER + ENVELOPE}
    return {path: digest for path, digest in listed.items() if path not in unsigned}


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _approval(decision: Decision) -> Approval:
    return Approval(
        gate=decision.gate,
        decision=decision.decision,
        actor=decision.actor,
        at=datetime.fromisoformat(decision.decided_at),
        comment=decision.comment,
        blanket=decision.blanket,
        criteria=decision.criteria,
        proof_digest=decision.proof_digest,
    )


def _report_input(
    job: Job, bench: Workbench, parts: BundleInput, approvals: Sequence[Approval]
) -> ReportInput:
    return ReportInput(
        blueprint=job.blueprint,
        results=parts.proof.results,
        build=str(job.build_id),
        status=parts.ended.sentence,
        started=datetime.fromisoformat(parts.proof.started_at),
        finished=datetime.fromisoformat(parts.proof.finished_at),
        environment=msgspec.convert(parts.proof.environment, Environment),
        folder=job.folder,
        approvals=approvals,
        proof_digest=parts.proof.digest,
        signer=bench.signer.fingerprint,
        seeds=job.seeds if parts.ended.is_final else {},
        phases=in_order(parts.proof.phases),
        trace_viewer=bench.trace_viewer,
    )
