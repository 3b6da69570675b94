"""Opens a product as its kind wants it: served at an address, or at hand to be called."""

from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from backend.proof.contract import TOOL_KINDS
from backend.proof.product import ProductSpec, RunningProduct, open_product
from backend.proof.tool_product import ToolProduct, open_tool
from sandbox.protocol import SandboxDriver

OpenedProduct: TypeAlias = RunningProduct | ToolProduct


def open_subject(
    driver: SandboxDriver, spec: ProductSpec
) -> AbstractAsyncContextManager[OpenedProduct]:
    """Return the product to enter; the sandbox and all in it are gone at exit."""
    if spec.contract.product.kind in TOOL_KINDS:
        return open_tool(driver, spec)
    return open_product(driver, spec)
