"""Known-good products that need no browser, in real sandboxes, and ways to try steps on them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from backend.blueprints.blueprint import Blueprint, Scenario
from backend.blueprints.document import compile_blueprint
from backend.embedded.programs import find_libfaketime
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.opening import OpenedProduct, open_subject
from backend.proof.product import ProductSpec
from backend.resources import open_driver
from sandbox.limits import MEBIBYTE, Limits
from sandbox.protocol import SandboxSpec, Toolchain

PRODUCTS = Path(__file__).with_name("products")
_LIMITS = Limits(memory_bytes=512 * MEBIBYTE, processes=128)
_FAKETIME = find_libfaketime()


def product_files(name: str) -> dict[str, bytes]:
    root = PRODUCTS / name
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def known_good(name: str) -> Blueprint:
    """Return the blueprint that the product of this name satisfies."""
    compiled = compile_blueprint((PRODUCTS / f"{name}.md").read_bytes(), f"{name}.md")
    assert compiled.blueprint is not None
    assert compiled.orderable, compiled.findings
    return compiled.blueprint


def scenario_of(name: str, *lines: str) -> tuple[Blueprint, Scenario]:
    """Return the product's blueprint with one scenario of these lines in the others' place."""
    text = (PRODUCTS / f"{name}.md").read_text().split("## R1")[0]
    body = "\n".join(f"  {line}" for line in lines)
    text += f"## R1 Try\n```gherkin\nScenario: A try\n{body}\n```\n"
    compiled = compile_blueprint(text.encode(), "try.md")
    assert compiled.blueprint is not None
    assert compiled.orderable, compiled.findings
    return compiled.blueprint, compiled.blueprint.scenarios[0]


@asynccontextmanager
async def opened(
    name: str,
    toolchain: Toolchain,
    *,
    files: Mapping[str, bytes] | None = None,
    has_clock: bool = False,
) -> AsyncIterator[OpenedProduct]:
    """Open a product in a sandbox of its own."""
    files = product_files(name) if files is None else files
    sandbox = SandboxSpec(
        tenant="acme", build="kinds", role="product", toolchain=toolchain, limits=_LIMITS
    )
    spec = ProductSpec(
        files=files,
        contract=read_contract(files[CONTRACT_FILE]),
        sandbox=sandbox,
        faketime_library=str(_FAKETIME) if has_clock else None,
    )
    async with open_driver() as driver, open_subject(driver, spec) as product:
        yield product
