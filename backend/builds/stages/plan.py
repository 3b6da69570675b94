"""Plans a build: what to build, what is risky about it, and what it may cost."""

from backend.builds.errors import StageFailedError
from backend.builds.products import Plan, WorkItem
from backend.builds.quote import quote
from backend.builds.risk import assess
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Job, Outcome, Workbench

KIT_BUILDS = "web app"


async def plan(job: Job, _bench: Workbench) -> Outcome:
    """Turn requirements into work items; a declared risk waits for a person."""
    if job.rejection is not None:
        raise StageFailedError(
            FailureReason.REJECTED,
            f"The plan was rejected: {job.rejection.comment or 'no comment'}",
        )
    if job.blueprint.kind != KIT_BUILDS:
        raise StageFailedError(
            FailureReason.NEEDS_MODEL,
            f"The kit builds web apps only; this blueprint asks for a {job.blueprint.kind}.",
            criteria=[scenario.criterion for scenario in job.blueprint.scenarios],
        )
    low, high = quote(job.blueprint)
    product = Plan(
        items=tuple(
            WorkItem(
                requirement=requirement.id,
                title=requirement.title,
                criteria=tuple(scenario.criterion for scenario in requirement.scenarios),
            )
            for requirement in job.blueprint.requirements
        ),
        risks=assess(job.blueprint),
        quote_low_micros=low,
        quote_high_micros=high,
    )
    waits = product.needs_approval
    return Outcome(
        next_status=BuildStatus.AWAITING_PLAN_APPROVAL if waits else BuildStatus.CODING,
        product=product,
    )
