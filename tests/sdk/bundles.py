"""Makes small bundles as the works makes them: its own statement, signed by its own signer."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.artifacts.tree import tree_digest
from backend.blueprints.document import compile_blueprint
from backend.blueprints.holdouts import commit_holdouts
from backend.proof.canonical import canonical_json, digest_of
from backend.proof.event_chain import RecordedEvent, chained_event
from backend.proof.manifest import ManifestInput, build_manifest
from backend.proof.results import (
    Attempt,
    CriterionResult,
    DataRun,
    Evidence,
    Replacement,
    SecondLook,
    StepResult,
    Verdict,
)
from backend.proof.signing import Signer
from backend.proof.statement import Approval, StatementInput, build_statement
from backend.proof.verdicts import verdict_of, with_data_runs_drawn
from tests.builds.conftest import BLUEPRINT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PRODUCT = {
    "app/__init__.py": b"",
    "app/web.py": b"print('tools')\n",
    "product.toml": b"[product]\n",
    "sbom.cdx.json": b'{"bomFormat": "CycloneDX"}\n',
}
ADDED, SEALED = "R1/a-tool-is-added", "R1/a-tool-needs-a-name"

SEED = "5eed" * 16

Statement = dict[str, Any]


def new_signer() -> Signer:
    return Signer(Ed25519PrivateKey.generate())


@dataclass(kw_only=True)
class Story:
    """What happened to a build; a test changes one thing of it, before it is signed."""

    status: str = "delivered"
    reason: str | None = None
    told_status: str | None = None
    verdicts: dict[str, tuple[Verdict, ...]] = field(
        default_factory=lambda: {ADDED: (Verdict.PASSED,), SEALED: (Verdict.PASSED,)}
    )
    other_data: dict[str, tuple[tuple[Verdict, ...], ...]] = field(default_factory=dict)
    accepted_proof: str | None = None
    accepts: tuple[str, ...] = (ADDED,)
    blanket: bool = False
    look: SecondLook | None = None  # at the first criterion
    stated: Verdict | None = None  # of it, whatever was seen
    tags: tuple[str, ...] = ()  # likewise
    first_baselines: tuple[str, ...] = ()

    def told(self, result: CriterionResult) -> CriterionResult:
        """Return a result as the story has it."""
        if result.criterion != ADDED:
            return result
        verdict = self.stated or result.verdict
        return msgspec.structs.replace(
            result,
            second_look=self.look,
            verdict=verdict,
            tags=self.tags,
            first_baselines=self.first_baselines,
        )


def write_bundle(folder: Path, story: Story | None = None, signer: Signer | None = None) -> Path:
    """Write an honest bundle of a story and return its folder."""
    told, key = story or Story(), signer or new_signer()
    files = {"proof/blueprint.md": BLUEPRINT.encode(), "proof/signer.pem": key.public_pem}
    files["proof/report.html"] = b"<!doctype html><title>Proof</title>"
    if told.status == "delivered":
        files |= {f"product/{path}": content for path, content in PRODUCT.items()}
    results = [
        told.told(
            _on_other_data(_result(name, verdicts, files), told.other_data.get(name, ()), files)
        )
        for name, verdicts in told.verdicts.items()
    ]
    statement = _statement(told, results, files)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    sign(folder, statement, key)
    return folder


def sign(folder: Path, statement: Statement, signer: Signer) -> None:
    """Write a statement and its envelope, whatever the statement says."""
    payload = canonical_json(statement)
    (folder / "proof/manifest.json").write_bytes(payload)
    (folder / "proof/proof.dsse.json").write_bytes(signer.sign(payload))


def sign_anew(folder: Path, change: Callable[[Statement], object], signer: Signer) -> None:
    """Change what a bundle states and sign it with another key, as a forger would."""
    statement: Statement = msgspec.json.decode((folder / "proof/manifest.json").read_bytes())
    change(statement)
    (folder / "proof/signer.pem").write_bytes(signer.public_pem)
    for subject in statement["subject"]:
        if subject["name"] == "proof/signer.pem":
            subject["digest"]["sha256"] = hashlib.sha256(signer.public_pem).hexdigest()
    sign(folder, statement, signer)


def copy_of(bundle: Path, place: Path) -> Path:
    """Copy a bundle so that a test may spoil it."""
    shutil.copytree(bundle, place, symlinks=True)
    return place


def _statement(story: Story, results: list[CriterionResult], files: dict[str, bytes]) -> Statement:
    blueprint = compile_blueprint(BLUEPRINT.encode(), "tools.md").blueprint
    assert blueprint is not None
    seeds = {"data": SEED} if story.other_data else {}
    sealed = commit_holdouts(blueprint.scenarios, seeds=seeds.items())
    manifest = build_manifest(
        ManifestInput(
            build="b-1",
            blueprint=blueprint.name,
            blueprint_sha256=blueprint.digest,
            tree_sha256=tree_digest(PRODUCT),
            product_files=len(PRODUCT),
            sbom_sha256=hashlib.sha256(PRODUCT["sbom.cdx.json"]).hexdigest(),
            results=results,
            environment={"browser": "none"},
            tools={"python": "3.11"},
            started=NOW,
            finished=NOW + timedelta(seconds=2.5),
            holdout_root=sealed.root,
            seeds={leaf.name: leaf.digest.hex() for leaf in sealed.leaves if leaf.name in seeds},
        )
    )
    proof_digest = digest_of(manifest)
    accepted = Approval(
        gate="acceptance",
        decision="accept",
        actor="Ada",
        at=NOW,
        comment="looks right",
        criteria=story.accepts,
        blanket=story.blanket,
        proof_digest=story.accepted_proof or proof_digest,
    )
    approvals = [accepted] if story.status == "delivered" else []
    has_ended = story.status in ("delivered", "failed", "canceled")
    return build_statement(
        StatementInput(
            manifest=manifest,
            status=story.status,
            reason=story.reason,
            files={path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
            events=_events(story, sealed.root, proof_digest, approvals),
            signed=NOW,
            approvals=approvals,
            leaves=sealed.leaves if has_ended else None,
        )
    )


def _events(
    story: Story, root: str, proof_digest: str, approvals: list[Approval]
) -> list[RecordedEvent]:
    told: list[dict[str, Any]] = [
        {"status": "queued", "holdout_root": root},
        {"status": "planning"},
        {"status": "coding", "stage": "plan", "seconds": 0.25},
        {"status": "verifying", "stage": "code", "seconds": 1.0},
        {"status": "proving", "stage": "review"},
    ]
    has_ended = story.status in ("delivered", "failed", "canceled")
    proven = {"status": "awaiting_acceptance", "stage": "prove", "proof_digest": proof_digest}
    for approval in approvals:
        told += [proven, _decision(approval)]
    told += [{"status": story.told_status or story.status, **_why(story)}] * has_ended
    events: list[RecordedEvent] = []
    for number, data in enumerate(told, start=1):
        previous = events[-1].hash if events else ""
        at = NOW + timedelta(seconds=number)
        events.append(chained_event(previous, sequence=number, kind="status", at=at, data=data))
    return events


def _why(story: Story) -> dict[str, Any]:
    return {"failure_reason": story.reason} if story.reason else {}


def _decision(approval: Approval) -> dict[str, Any]:
    said = msgspec.to_builtins(approval)
    del said["at"]
    return {"status": "delivering", **said}


def _result(
    criterion: str, verdicts: tuple[Verdict, ...], files: dict[str, bytes]
) -> CriterionResult:
    attempts = tuple(
        _attempt(criterion, number, verdict, files)
        for number, verdict in enumerate(verdicts, start=1)
    )
    verdict = verdicts[-1] if verdicts else Verdict.NOT_RUN
    if verdict is Verdict.PASSED and Verdict.FAILED in verdicts:
        verdict = Verdict.UNSTABLE
    return CriterionResult(
        criterion=criterion,
        requirement="R1",
        name=criterion.removeprefix("R1/").replace("-", " "),
        tags=("@holdout",) if criterion == SEALED else (),
        holdout=criterion == SEALED,
        verdict=verdict,
        attempts=attempts,
    )


def _on_other_data(
    result: CriterionResult, runs: tuple[tuple[Verdict, ...], ...], files: dict[str, bytes]
) -> CriterionResult:
    """Add runs on other data: the first attempt of each has pictures and no video."""
    data_runs = []
    for number, verdicts in enumerate(runs, start=1):
        attempts = [
            _attempt(f"{result.criterion}.data-{number}", count, verdict, files)
            for count, verdict in enumerate(verdicts, start=1)
        ]
        attempts[0] = msgspec.structs.replace(attempts[0], evidence=())
        data_runs.append(
            DataRun(
                number=number,
                verdict=verdict_of(attempts),
                replacements=(Replacement(shown="Long ladder", used=f"Oak {number}"),),
                attempts=tuple(attempts),
            )
        )
    return with_data_runs_drawn(result, data_runs)


def _attempt(criterion: str, number: int, verdict: Verdict, files: dict[str, bytes]) -> Attempt:
    stem = f"{criterion.replace('/', '.')}.attempt-{number}"

    def evidence(kind: str, name: str, suffix: str) -> Evidence:
        content = f"{kind} of {stem}".encode() * 20
        digest = hashlib.sha256(content).hexdigest()
        path = f"{name}.{digest[:10]}.{suffix}"
        files[f"proof/{path}"] = content
        return Evidence(path=path, kind=kind, sha256=digest, bytes=len(content))

    return Attempt(
        number=number,
        verdict=verdict,
        seconds=1.25,
        evidence=(evidence("video", f"videos/{stem}", "webm"),),
        steps=(
            StepResult(
                text='I press "Save"',
                expression="A02",
                kind="when",
                line=20,
                verdict=Verdict.PASSED,
            ),
            StepResult(
                text='I should see the message "Tool saved"',
                expression="C09",
                kind="then",
                line=21,
                verdict=verdict,
                evidence=(evidence("screenshot", f"screenshots/{stem}.2", "png"),),
            ),
        ),
    )
