"""Verifies a workspace: it boots, passes its own tests and satisfies the visible scenarios."""

from backend.builds.clean_room import Occasion, load_tree, open_products, run_scenarios
from backend.builds.dossier import keep_evidence
from backend.builds.errors import StageFailedError
from backend.builds.products import OwnTests, TestReport
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.task_group import open_task_group
from backend.builds.workbench import Job, Outcome, Workbench
from backend.proof.contract import CONTRACT_FILE, ProductContract, read_contract
from backend.proof.errors import ProofError
from backend.proof.results import CriterionResult
from backend.proof.subject_pool import open_pool
from billing.meters import Meter

OUTPUT_CAP = 4000
OWN_TESTS_SECONDS = 120.0


async def verify(job: Job, bench: Workbench) -> Outcome:
    """Run what the builders may see; whatever fails is recorded with pictures of the failure."""
    files = await load_tree(job, bench)
    try:
        contract = read_contract(files[CONTRACT_FILE])
        async with open_task_group() as group:
            tests = group.create_task(_own_tests(job, bench, files, contract))
            report = await _scenarios(job, bench, files, contract)
    except ProofError as error:
        raise StageFailedError(FailureReason.INTERNAL, str(error)) from error
    product = TestReport(boot_seconds=report[0], own_tests=tests.result(), results=tuple(report[1]))
    _require_own_tests(product)
    # There is nobody yet who would mend what failed. So the build goes on to its proof: its owner
    # is to see all that holds and all that does not, each with its evidence.
    return Outcome(
        next_status=BuildStatus.REVIEWING,
        product=product,
        files=await keep_evidence(job, bench, (*product.failed, *product.unstable)),
    )


async def _scenarios(
    job: Job, bench: Workbench, files: dict[str, bytes], contract: ProductContract
) -> tuple[float, list[CriterionResult]]:
    async with (
        open_products(job, bench, files, contract) as products,
        open_pool(products) as pool,
    ):
        results = await run_scenarios(
            job,
            bench,
            pool,
            scenarios=job.blueprint.visible_scenarios,
            occasion=Occasion.REHEARSAL,
        )
        return max(product.boot_seconds for product in products), results


async def _own_tests(
    job: Job, bench: Workbench, files: dict[str, bytes], contract: ProductContract
) -> OwnTests:
    ref = await bench.driver.create(job.sandbox("build", bench.toolchain))
    try:
        await bench.driver.put(ref, files)
        result = await bench.driver.exec(
            ref,
            ["sh", "-c", contract.test.command],
            env={"LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/workspace"},
            timeout_seconds=OWN_TESTS_SECONDS,
        )
        job.consumption.add(Meter.SANDBOX_MILLISECONDS, round(result.seconds * 1000))
    finally:
        await bench.driver.destroy(ref)
    output = (result.stdout + result.stderr).decode(errors="replace")
    return OwnTests(exit_code=result.exit_code, seconds=result.seconds, output=output[-OUTPUT_CAP:])


def _require_own_tests(report: TestReport) -> None:
    """Raise StageFailedError unless the product's own tests passed."""
    if report.own_tests is not None and report.own_tests.exit_code != 0:
        raise StageFailedError(
            FailureReason.INTERNAL,
            f"The product's own tests ended with {report.own_tests.exit_code}: "
            f"{report.own_tests.output[-500:]}",
            product=report,
        )
