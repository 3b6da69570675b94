"""`factory run`: try a delivered product on this machine, in a sandbox of its own."""

import asyncio
import os
from pathlib import Path

import click

from backend.cli.exits import DELIVERED
from backend.proof.contract import CONTRACT_FILE, TOOL_KINDS, read_contract
from backend.proof.product import ProductSpec, open_product
from backend.resources import find_toolchain, open_driver
from backend.settings import Settings, read_settings
from sandbox.limits import Limits
from sandbox.protocol import SandboxSpec

A_DAY_SECONDS = 24 * 3600.0


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def run(folder: Path) -> int:
    """Start the product in DIR (or DIR/product) and say where it answers, until Ctrl-C.

    It runs sealed, as it was proven; what is typed into it is gone afterwards.
    """
    settings = read_settings(os.environ)
    root = folder / "product" if (folder / "product" / CONTRACT_FILE).exists() else folder
    if not (root / CONTRACT_FILE).exists():
        raise click.ClickException(f"{folder} holds no product: there is no {CONTRACT_FILE}")
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    asyncio.run(_run(files, settings))
    return DELIVERED


async def _run(files: dict[str, bytes], settings: Settings) -> None:
    sandbox = SandboxSpec(
        tenant="operator",
        build="run",
        role="product",
        toolchain=find_toolchain(settings),
        limits=Limits(lifetime_seconds=A_DAY_SECONDS),
    )
    contract = read_contract(files[CONTRACT_FILE])
    if contract.product.kind in TOOL_KINDS:
        raise click.ClickException(f"a {contract.product.kind} answers at no address: call it")
    spec = ProductSpec(files=files, contract=contract, sandbox=sandbox)
    async with open_driver() as driver, open_product(driver, spec) as product:
        click.echo(f"{spec.contract.product.name} answers at {product.address} (Ctrl-C stops it)")
        await asyncio.Event().wait()
