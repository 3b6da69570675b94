"""However a build ends, its proof folder is a signed bundle that says how it ended."""

import dataclasses
import hashlib
from pathlib import Path

import msgspec
import pytest

from backend.blueprints.holdouts import commit_holdouts
from backend.builds.closing import close
from backend.builds.dossier import WAITS, draw_up, publish, require_evidence
from backend.builds.errors import StageFailedError
from backend.builds.products import TestReport
from backend.builds.stage_ending import Closing, Ending
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import LOST, Job, StoredFile, Workbench
from backend.proof.event_chain import RecordedEvent, chained_event, following_event
from backend.proof.results import Attempt, CriterionResult, Evidence, StepResult, Verdict
from draftworks import verify_bundle
from tests.builds.test_allowance import bench, make_job  # noqa: F401 - a fixture
from tests.sdk.bundles import ADDED, NOW, SEALED

NEEDS_MODEL = Ending(
    stage="verify",
    next_status=BuildStatus.FAILED,
    reason=FailureReason.NEEDS_MODEL,
    message="It does not do this.",
    criteria=(ADDED,),
)
CANCELED = Ending(stage="prove", next_status=BuildStatus.CANCELED)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Describe a build of which all that is known was told when it was ordered."""
    folder = tmp_path / "out" / "proof"
    folder.mkdir(parents=True)
    plain = make_job(folder, hold_micros=200_000)
    sealed = commit_holdouts(plain.blueprint.scenarios)
    first = chained_event(
        "",
        sequence=1,
        kind="status",
        at=NOW,
        data={"status": "queued", "holdout_root": sealed.root},
    )
    last = chained_event(first.hash, sequence=2, kind="status", at=NOW, data={"status": "proving"})

    async def read_events() -> tuple[RecordedEvent, ...]:
        return (first, last)

    return dataclasses.replace(
        plain,
        holdout_root=sealed.root,
        holdout_salts={leaf.name: leaf.salt for leaf in sealed.leaves},
        read_events=read_events,
    )


def attempt(verdict: Verdict, *evidence: Evidence) -> Attempt:
    step = StepResult(
        text="it holds", expression="C01", kind="then", line=1, verdict=verdict, evidence=evidence
    )
    return Attempt(number=1, verdict=verdict, steps=(step,), seconds=1.0, evidence=evidence)


def result(criterion: str, verdict: Verdict, *evidence: Evidence) -> CriterionResult:
    return CriterionResult(
        criterion=criterion,
        requirement="R1",
        name=criterion,
        tags=(),
        holdout=criterion == SEALED,
        verdict=verdict,
        attempts=(attempt(verdict, *evidence),),
    )


async def closed(job: Job, bench: Workbench, ending: Ending) -> Closing:  # noqa: F811
    closing = (await close(job, bench, ending)).closing
    assert closing is not None
    return closing


async def test_a_build_that_failed_before_anything_was_seen_has_a_bundle_that_verifies(
    job: Job,
    bench: Workbench,  # noqa: F811
) -> None:
    files = (await closed(job, bench, NEEDS_MODEL)).files

    found = verify_bundle(job.folder.parent)
    assert found.is_verified, found.faults
    assert (found.status, found.reason) == ("failed", "needs_model")
    assert found.counts["not_run"] == 2
    assert "1 sealed scenario was fixed before any code was written, and revealed" in str(
        found.shown
    )
    assert {file.path for file in files} == {
        "proof/blueprint.md",
        "proof/manifest.json",
        "proof/proof.dsse.json",
        "proof/report.html",
        "proof/signer.pem",
    }
    page = (job.folder / "report.html").read_text()
    assert bench.signer.fingerprint in page


async def test_what_passed_without_evidence_in_a_rehearsal_is_not_called_passed(
    job: Job,
    bench: Workbench,  # noqa: F811
) -> None:
    seen = TestReport(boot_seconds=1.0, own_tests=None, results=(result(ADDED, Verdict.PASSED),))

    await closed(job, bench, dataclasses.replace(NEEDS_MODEL, product=seen))

    found = verify_bundle(job.folder.parent)
    assert found.is_verified, found.faults
    assert (found.counts["passed"], found.counts["not_run"]) == (0, 2)


async def test_a_bundle_that_waits_for_a_person_does_not_reveal_what_is_sealed(
    job: Job,
    bench: Workbench,  # noqa: F811
) -> None:
    proof = draw_up(
        job,
        bench,
        [result(ADDED, Verdict.FAILED), result(SEALED, Verdict.FAILED)],
        started_at=NOW,
        finished_at=NOW,
    )

    await publish(job, bench, proof, WAITS, events=await job.read_events())

    said = msgspec.json.decode((job.folder / "manifest.json").read_bytes())["predicate"]
    assert verify_bundle(job.folder.parent).is_verified
    assert said["proof_digest"] == proof.digest
    assert said["revealed"] is None
    assert all(salt not in str(said) for salt in job.holdout_salts.values())


async def test_evidence_that_was_lost_or_changed_stops_a_delivery(
    job: Job,
    bench: Workbench,  # noqa: F811
) -> None:
    lost = Evidence(path="videos/lost.webm", kind="video", sha256="0" * 64, bytes=1)
    proof = draw_up(
        job, bench, [result(ADDED, Verdict.PASSED, lost)], started_at=NOW, finished_at=NOW
    )

    with pytest.raises(StageFailedError, match=r"videos/lost\.webm is missing or was changed"):
        require_evidence(job, proof)


async def with_video(job: Job, bench: Workbench) -> tuple[Job, Evidence]:  # noqa: F811
    """Write a video and keep it, as a stage before did."""
    content = b"a clip"
    digest = hashlib.sha256(content).hexdigest()
    path = f"videos/R1.a-tool-is-added.attempt-1.{digest[:10]}.webm"
    (job.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (job.folder / path).write_bytes(content)
    key = job.keys.key(f"proof/{path}")
    await bench.store.put(key, content, content_type="video/webm")
    file = StoredFile(
        path=f"proof/{path}", kind="proof", key=key, sha256=digest, bytes=len(content)
    )
    piece = Evidence(path=path, kind="video", sha256=digest, bytes=len(content))
    return dataclasses.replace(job, files=(*job.files, file)), piece


async def test_a_canceled_build_tells_what_was_found_and_names_its_last_event(
    job: Job,
    bench: Workbench,  # noqa: F811
) -> None:
    job, video = await with_video(job, bench)
    (job.folder / "videos/half.webm").write_bytes(b"an attempt that was broken off")
    job.found[ADDED] = result(ADDED, Verdict.PASSED, video)

    closing = await closed(job, bench, CANCELED)

    found = verify_bundle(job.folder.parent)
    assert found.is_verified, found.faults
    assert (found.status, found.counts["passed"], found.counts["not_run"]) == ("canceled", 1, 1)
    assert not (job.folder / "videos/half.webm").exists()
    said = msgspec.json.decode((job.folder / "manifest.json").read_bytes())["predicate"]
    last = said["events"]["entries"][-1]
    assert closing.last_event is not None
    assert (last["hash"], last["data"]["status"]) == (closing.last_event.hash, "canceled")
    assert last["data"]["proof_digest"] == said["proof_digest"]
    assert job.consumption.quantities == {}


async def test_a_build_that_ended_before_gets_its_bundle_without_another_event(
    job: Job,
    bench: Workbench,  # noqa: F811
) -> None:
    history = await job.read_events()
    ended = following_event(history, kind="status", at=NOW, data={"status": "canceled"})

    async def read_events() -> tuple[RecordedEvent, ...]:
        return (*history, ended)

    over = dataclasses.replace(job, status=BuildStatus.CANCELED, read_events=read_events)

    closing = await closed(over, bench, dataclasses.replace(CANCELED, stage="close"))

    assert closing.last_event is None
    found = verify_bundle(job.folder.parent)
    assert (found.is_verified, found.status) == (True, "canceled"), found.faults


@pytest.mark.parametrize("spoil", ["here", "in the store", "everywhere"])
async def test_evidence_comes_back_from_the_store_and_is_failed_when_it_is_lost_there_too(
    job: Job,
    bench: Workbench,  # noqa: F811
    spoil: str,
) -> None:
    job, video = await with_video(job, bench)
    path = video.path
    found_then = [result(ADDED, Verdict.PASSED, video), result(SEALED, Verdict.FAILED)]
    proof = draw_up(job, bench, found_then, started_at=NOW, finished_at=NOW)
    if spoil in ("here", "everywhere"):
        (job.folder / path).write_bytes(b"another clip")
    if spoil in ("in the store", "everywhere"):
        await bench.store.delete(job.files[0].key)

    closing = await closed(job, bench, dataclasses.replace(NEEDS_MODEL, product=proof))

    found = verify_bundle(job.folder.parent)
    assert found.is_verified, found.faults
    is_lost = spoil == "everywhere"
    assert (found.counts["passed"], found.counts["failed"]) == ((0, 2) if is_lost else (1, 1))
    assert [file.path for file in closing.files if file.kind == LOST] == [f"proof/{path}"] * is_lost
    assert (closing.proof.digest == proof.digest) == (not is_lost)
