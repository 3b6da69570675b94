"""Adds a CycloneDX bill of materials to a product, made by the standard tool in a sandbox."""

import hashlib
from typing import Any

import msgspec

from backend.builds.errors import StageFailedError
from backend.builds.status import FailureReason
from backend.builds.workbench import Job, Workbench
from billing.meters import Meter

REQUIREMENTS = "requirements.txt"
BILL = "sbom.cdx.json"
COMMAND = ("cyclonedx-py", "requirements", "--output-reproducible", "--of", "JSON", REQUIREMENTS)

# The same requirements give the same bill: only the product's name differs.
_bills: dict[str, dict[str, Any]] = {}


async def add_bill_of_materials(
    files: dict[str, bytes], job: Job, bench: Workbench
) -> dict[str, bytes]:
    """Return the tree with `sbom.cdx.json` in it."""
    requirements = files[REQUIREMENTS]
    digest = hashlib.sha256(requirements).hexdigest()
    if digest not in _bills:
        _bills[digest] = await _make(requirements, job, bench)
    bill = _bills[digest]
    component = {"type": "application", "bom-ref": "product", "name": job.blueprint.name}
    metadata = {**bill.get("metadata", {}), "component": component}
    named = {**bill, "metadata": metadata}
    return {**files, BILL: msgspec.json.format(msgspec.json.encode(named), indent=2) + b"\n"}


async def _make(requirements: bytes, job: Job, bench: Workbench) -> dict[str, Any]:
    ref = await bench.driver.create(job.sandbox("tool", bench.toolchain))
    try:
        await bench.driver.put(ref, {REQUIREMENTS: requirements})
        result = await bench.driver.exec(ref, COMMAND, timeout_seconds=60)
        job.consumption.add(Meter.SANDBOX_MILLISECONDS, round(result.seconds * 1000))
    finally:
        await bench.driver.destroy(ref)
    if result.exit_code != 0:
        words = result.stderr[-500:].decode(errors="replace")
        raise StageFailedError(FailureReason.INTERNAL, f"no bill of materials: {words}")
    return dict(msgspec.json.decode(result.stdout))
