"""Reviews the code with static tools, in a sandbox of their own and by the works' own rules."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from backend.builds.clean_room import load_tree
from backend.builds.errors import StageFailedError
from backend.builds.products import Review, ReviewFinding
from backend.builds.source_scan import TOOL, scan_source
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Job, Outcome, Workbench
from billing.meters import Meter
from sandbox.protocol import ExecResult

# `--isolated`, `--ini /dev/null` and the two `ignore` flags: the product's own configuration and
# comments must not silence its reviewer.
RUFF = (
    "ruff check --isolated --ignore-noqa --no-cache --exit-zero --output-format json "
    "--select E9,F,B,S --exclude tests ."
)
BANDIT = "bandit -r . -f json -q --exit-zero --ignore-nosec --ini /dev/null -x ./tests"
RUFF_BLOCKS = ("E9", "F", "B")
BANDIT_BLOCKS = ("MEDIUM", "HIGH")
REVIEW_SECONDS = 120.0


async def review(job: Job, bench: Workbench) -> Outcome:
    """Collect findings; those at or above the severity floor block."""
    files = await load_tree(job, bench)
    ref = await bench.driver.create(job.sandbox("tool", bench.toolchain, read_only_workspace=True))
    try:
        await bench.driver.put(ref, files)
        ruff, bandit = await asyncio.gather(*(_run(job, bench, ref, c) for c in (RUFF, BANDIT)))
    finally:
        await bench.driver.destroy(ref)
    product = Review(
        findings=(
            *scan_source(files, job.blueprint),
            *_ruff_findings(ruff),
            *_bandit_findings(bandit),
        ),
        tools=(TOOL, "ruff", "bandit"),
    )
    if product.blocking:
        raise StageFailedError(FailureReason.REFUSED, _refusal(product.blocking), product=product)
    return Outcome(next_status=BuildStatus.PROVING, product=product)


def _refusal(blocking: Sequence[ReviewFinding]) -> str:
    """Say to the owner what was found, and that it is not theirs to mend."""
    first = blocking[0]
    place = f"{first.path}, line {first.line}" if first.line else first.path
    more = f" That is the first of {len(blocking)} such findings." if len(blocking) > 1 else ""
    return (
        "The review of the works refused the product, so it is neither delivered nor billed. "
        f"In {place}: {first.message} ({first.tool}, {first.rule}).{more}"
    )


async def _run(job: Job, bench: Workbench, ref: Any, command: str) -> ExecResult:
    result = await bench.driver.exec(
        ref,
        command.split(),
        env={"LANG": "C.UTF-8", "HOME": "/tmp"},  # noqa: S108 - the sandbox's own /tmp
        timeout_seconds=REVIEW_SECONDS,
    )
    job.consumption.add(Meter.SANDBOX_MILLISECONDS, round(result.seconds * 1000))
    return result


def _decode(result: ExecResult, tool: str) -> Any:
    """Read a tool's JSON; a review without an answer is a failed review, never a clean one."""
    try:
        return msgspec.json.decode(result.stdout)
    except msgspec.DecodeError as error:
        words = result.stderr[-500:].decode(errors="replace")
        raise StageFailedError(
            FailureReason.INTERNAL, f"{tool} gave no verdict (exit {result.exit_code}): {words}"
        ) from error


def _ruff_findings(result: ExecResult) -> Sequence[ReviewFinding]:
    return [
        ReviewFinding(
            tool="ruff",
            rule=item["code"] or "syntax",
            path=_relative(item["filename"]),
            line=item["location"]["row"],
            message=item["message"],
            blocks=item["code"] is None or item["code"].startswith(RUFF_BLOCKS),
        )
        for item in _decode(result, "ruff")
    ]


def _bandit_findings(result: ExecResult) -> Sequence[ReviewFinding]:
    return [
        ReviewFinding(
            tool="bandit",
            rule=item["test_id"],
            path=_relative(item["filename"]),
            line=item["line_number"],
            message=item["issue_text"],
            blocks=item["issue_severity"] in BANDIT_BLOCKS
            and item["issue_confidence"] in BANDIT_BLOCKS,
        )
        for item in _decode(result, "bandit")["results"]
    ]


def _relative(path: str) -> str:
    return path.removeprefix("/workspace/").removeprefix("./")
