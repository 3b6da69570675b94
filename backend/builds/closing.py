"""Closes a build that ends: its bundle is signed over the very event that ends it."""

import dataclasses
from datetime import UTC, datetime

import msgspec

from backend.builds.bundle import PROOF_FOLDER, Ended
from backend.builds.dossier import draw_up, publish, restore
from backend.builds.errors import StageFailedError
from backend.builds.products import Delivery, Proof, TestReport
from backend.builds.rehearsal import as_proven
from backend.builds.stage_ending import Closing, Ending
from backend.builds.status import TERMINAL, BuildStatus, FailureReason
from backend.builds.workbench import LOST, Job, StoredFile, Workbench
from backend.proof.event_chain import RecordedEvent, following_event
from backend.proof.lost_evidence import pieces_of, with_lost_evidence_failed
from backend.proof.results import CriterionResult, Verdict
from billing.meters import Meter


async def close(job: Job, bench: Workbench, ending: Ending) -> Ending:
    """Return the ending with its bundle, which nobody sees before the ending is recorded.

    The event that ends the build is made here, as the next of its chain, and recorded as it is.
    """
    lost = await restore(job, bench)
    job = dataclasses.replace(job, files=tuple(file for file in job.files if file not in lost))
    proof = _with_lost_evidence_failed(job, bench, _last_proof(job, bench, ending))
    if ending.next_status is BuildStatus.DELIVERED and proof != job.proof:
        raise StageFailedError(FailureReason.INTERNAL, "evidence was lost while handing over")
    _drop_what_nothing_names(job, proof)
    history = await job.read_events()
    last_event = None if job.status in TERMINAL else _last_event(history, ending, proof)
    files = await publish(
        job,
        bench,
        proof,
        _ended(ending),
        events=(*history, last_event) if last_event else history,
        product=ending.files,
    )
    written = {file.path for file in files}
    gone = (dataclasses.replace(file, kind=LOST) for file in lost if file.path not in written)
    closing = Closing(proof=proof, files=(*files, *gone), last_event=last_event)
    return dataclasses.replace(ending, product=_counted(job, ending, files), closing=closing)


def _last_proof(job: Job, bench: Workbench, ending: Ending) -> Proof:
    """Return what was found until the end: the proof if there is one of this product."""
    if isinstance(ending.product, Proof):
        return ending.product
    tree = job.workspace.tree_digest if job.workspace else ""
    if job.proof is not None and job.proof.tree_digest == tree:
        return job.proof
    report = ending.product if isinstance(ending.product, TestReport) else job.test_report
    seen = {result.criterion: result for result in (report.results if report else ())}
    now = datetime.now(UTC)
    return draw_up(
        job,
        bench,
        _with_the_rest(job, seen | job.found),
        started_at=datetime.fromisoformat(job.started_at) if job.started_at else now,
        finished_at=now,
    )


def _with_the_rest(job: Job, seen: dict[str, CriterionResult]) -> tuple[CriterionResult, ...]:
    """Add what was never run: a report that left it out would look better than the truth."""
    return tuple(
        as_proven(seen[scenario.criterion])
        if scenario.criterion in seen
        else CriterionResult(
            criterion=scenario.criterion,
            requirement=scenario.requirement,
            name=scenario.name,
            tags=scenario.tags,
            holdout=scenario.is_holdout,
            verdict=Verdict.NOT_RUN,
        )
        for scenario in job.blueprint.scenarios
    )


def _with_lost_evidence_failed(job: Job, bench: Workbench, proof: Proof) -> Proof:
    results = tuple(with_lost_evidence_failed(result, job.folder) for result in proof.results)
    if results == proof.results:
        return proof
    return draw_up(
        job,
        bench,
        results,
        started_at=datetime.fromisoformat(proof.started_at),
        finished_at=datetime.fromisoformat(proof.finished_at),
        phases=proof.phases,
    )


def _drop_what_nothing_names(job: Job, proof: Proof) -> None:
    """Delete what an attempt left behind that was broken off: no result tells of it."""
    named = {piece.path for piece in pieces_of(proof.results)}
    named |= {file.path.removeprefix(PROOF_FOLDER) for file in job.files}
    for path in job.folder.rglob("*"):
        if path.is_file() and path.relative_to(job.folder).as_posix() not in named:
            path.unlink()
    for path in sorted(job.folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _last_event(history: tuple[RecordedEvent, ...], ending: Ending, proof: Proof) -> RecordedEvent:
    told = ending.told | {"proof_digest": proof.digest}
    return following_event(
        history,
        kind="status",
        at=datetime.now(UTC),
        data={"status": ending.next_status.value, **told},
    )


def _ended(ending: Ending) -> Ended:
    sentence = {
        BuildStatus.DELIVERED: "The product was delivered.",
        BuildStatus.CANCELED: "The build was canceled, so nothing was delivered.",
        BuildStatus.FAILED: f"The build failed. {ending.message}",
    }[ending.next_status]
    return Ended(
        status=ending.next_status.value,
        sentence=sentence,
        is_final=True,
        reason=ending.reason.value if ending.reason else None,
    )


def _counted(job: Job, ending: Ending, files: tuple[StoredFile, ...]) -> msgspec.Struct | None:
    """Meter what a delivery keeps; the bundle of any other ending costs its customer nothing."""
    if not isinstance(ending.product, Delivery):
        return ending.product
    job.consumption.add(Meter.STORED_BYTES, sum(file.bytes for file in files))
    return msgspec.structs.replace(ending.product, proof_files=len(files))
