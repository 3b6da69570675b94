"""Proves a product: a clean room, fresh data, every scenario, hold-outs too."""

from datetime import UTC, datetime

from backend.builds.baselines import fetch_baselines
from backend.builds.clean_room import load_tree, open_products, run_scenarios
from backend.builds.criteria import list_criteria, needs_model_message
from backend.builds.dossier import PROVEN, WAITS, draw_up, publish, restore
from backend.builds.errors import StageFailedError
from backend.builds.gates import acceptance_gate
from backend.builds.phases import VERDICT_RUN, PhaseClock
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Job, Outcome, Workbench
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.errors import ProofError
from backend.proof.prover import Recording
from backend.proof.results import CriterionResult, Verdict

# What is unstable or judged waits for a person, who accepts it by name.
NOT_FAILED = frozenset({Verdict.PASSED, Verdict.UNSTABLE, Verdict.JUDGED})


async def prove(job: Job, bench: Workbench) -> Outcome:
    """Run everything with pictures and video; what needs a person's eyes waits for them."""
    started = datetime.now(UTC)
    files = await load_tree(job, bench)
    await restore(job, bench)
    clock = PhaseClock()
    results = await _run(job, bench, files, clock)
    proof = draw_up(
        job,
        bench,
        results,
        started_at=started,
        finished_at=datetime.now(UTC),
        phases=clock.seconds,
    )
    failed = [result for result in results if result.verdict not in NOT_FAILED]
    if failed or not results:
        raise StageFailedError(
            FailureReason.NEEDS_MODEL,
            needs_model_message([result.name for result in failed])
            if failed
            else "The blueprint has no scenario to prove.",
            criteria=[result.criterion for result in failed],
            product=proof,
        )
    waits = bool(acceptance_gate(list_criteria(job.blueprint), proof))
    return Outcome(
        next_status=BuildStatus.AWAITING_ACCEPTANCE if waits else BuildStatus.DELIVERING,
        product=proof,
        files=await publish(
            job,
            bench,
            proof,
            WAITS if waits else PROVEN,
            events=await job.read_events(),
        ),
    )


async def _run(
    job: Job, bench: Workbench, files: dict[str, bytes], clock: PhaseClock
) -> list[CriterionResult]:
    try:
        contract = read_contract(files[CONTRACT_FILE])
        baselines = await fetch_baselines(job, bench)
        async with open_products(job, bench, files, contract) as products:
            with clock.phase(VERDICT_RUN):
                return await run_scenarios(
                    job,
                    bench,
                    products,
                    scenarios=job.blueprint.scenarios,
                    recording=Recording.FULL,
                    baselines=baselines,
                )
    except ProofError as error:
        raise StageFailedError(FailureReason.INTERNAL, str(error)) from error
