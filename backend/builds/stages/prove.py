"""Proves a product: a clean room, fresh data, every scenario, hold-outs too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from backend.blueprints.holdouts import DATA_SEED
from backend.blueprints.variation.data_sets import data_sets_of
from backend.builds.baselines import fetch_baselines
from backend.builds.clean_room import (
    Occasion,
    load_tree,
    metered_browser,
    open_products,
    run_scenarios,
)
from backend.builds.criteria import list_criteria, refusal_message
from backend.builds.dossier import PROVEN, WAITS, draw_up, publish, restore
from backend.builds.errors import StageFailedError
from backend.builds.gates import acceptance_gate
from backend.builds.narrating import narrate
from backend.builds.phases import DATA_RUNS, NARRATIONS, SECOND_LOOKS, VERDICT_RUN, PhaseClock
from backend.builds.second_looks import look_again
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Job, Outcome, Workbench
from backend.proof.baselines import Baselines
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.data_runs import with_data_runs
from backend.proof.errors import ProofError
from backend.proof.play_order import PlayOrder, Recording
from backend.proof.results import CriterionResult
from backend.proof.subject_pool import SubjectPool, open_pool


async def prove(job: Job, bench: Workbench) -> Outcome:
    """Run everything with pictures and video, and then on other data.

    What needs a person's eyes waits for them.
    """
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
    failed = [result for result in results if not result.verdict.has_held]
    if failed or not results:
        raise StageFailedError(
            FailureReason.NEEDS_MODEL,
            refusal_message(failed) if failed else "The blueprint has no scenario to prove.",
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
        async with (
            open_products(job, bench, files, contract) as products,
            open_pool(products) as pool,
        ):
            async with _phase(job, clock, VERDICT_RUN):
                results = await _verdict_run(job, bench, pool, baselines)
            async with _phase(job, clock, DATA_RUNS):
                results = await _on_other_data(job, bench, pool, results)
            async with _phase(job, clock, SECOND_LOOKS):
                results = await look_again(job, bench, pool, results)
            if bench.narrates:
                async with _phase(job, clock, NARRATIONS):
                    results = await narrate(job, bench, pool, results)
            return results
    except ProofError as error:
        raise StageFailedError(FailureReason.INTERNAL, str(error)) from error


async def _verdict_run(
    job: Job, bench: Workbench, pool: SubjectPool, baselines: Baselines
) -> list[CriterionResult]:
    """Run what is not decided yet: what failed twice in the rehearsal has failed, as recorded."""
    report = job.test_report
    failed = {result.criterion: result for result in (report.failed if report else ())}
    played = await run_scenarios(
        job,
        bench,
        pool,
        scenarios=[one for one in job.blueprint.scenarios if one.criterion not in failed],
        occasion=Occasion.PROOF,
        baselines=baselines,
    )
    found = failed | {result.criterion: result for result in played}
    return [found[scenario.criterion] for scenario in job.blueprint.scenarios]


@asynccontextmanager
async def _phase(job: Job, clock: PhaseClock, name: str) -> AsyncIterator[None]:
    """Time a part of the proving, and tell whoever follows the build that it begins."""
    await job.progress("phase", {"phase": name})
    with clock.phase(name):
        yield


async def _on_other_data(
    job: Job, bench: Workbench, pool: SubjectPool, results: list[CriterionResult]
) -> list[CriterionResult]:
    """Run again, on data of the build's own seed, what held on the data that was shown."""
    seed = job.seeds.get(DATA_SEED)
    if seed is None:
        return results
    text = job.blueprint_text.encode()
    data_sets = await asyncio.to_thread(data_sets_of, text, job.blueprint.name, seed)
    order = PlayOrder(blueprint=job.blueprint, folder=job.folder, recording=Recording.PICTURES)
    async with metered_browser(job):
        return await with_data_runs(results, data_sets, bench.prover, pool, order)
