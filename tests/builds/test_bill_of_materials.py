"""A product's bill of materials is as CycloneDX's own schema asks, and names every package."""

import dataclasses
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.artifacts.local_store import LocalStore
from backend.builds.bill_of_materials import BILL, REQUIREMENTS, add_bill_of_materials
from backend.builds.status import BuildStatus
from backend.builds.workbench import Job, Workbench
from backend.kit import build
from backend.proof.signing import Signer
from backend.resources import open_driver
from sandbox.protocol import Toolchain
from tests.builds.bills import refusals
from tests.builds.test_allowance import make_job

PINNED = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)
Bill = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(
    tmp_path_factory: pytest.TempPathFactory, toolchain: Toolchain
) -> AsyncIterator[Workbench]:
    """Open what the stage uses: a sandbox, and the tool in its toolchain."""
    async with open_driver() as driver:
        yield Workbench(
            driver=driver,
            toolchain=toolchain,
            store=LocalStore(tmp_path_factory.mktemp("artifacts"), link_secret=b"s" * 32),
            prover=None,  # type: ignore[arg-type]
            environment=None,  # type: ignore[arg-type]
            signer=Signer(Ed25519PrivateKey.generate()),
            lanes=1,
            faketime_library=None,
        )


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return make_job(tmp_path, hold_micros=0, status=BuildStatus.CODING)


@pytest_asyncio.fixture(loop_scope="module")
async def bill(job: Job, bench: Workbench) -> bytes:
    """Return the bill of a product as the kit builds it."""
    return (await add_bill_of_materials(build(job.blueprint.data), job, bench))[BILL]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_schema_of_the_declared_version_has_nothing_against_it(bill: bytes) -> None:
    said: Bill = msgspec.json.decode(bill)

    assert refusals(bill) == []
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    assert said["metadata"]["component"]["name"] == "Tool library"


@pytest.mark.asyncio(loop_scope="module")
async def test_it_names_every_package_that_the_product_needs(job: Job, bill: bytes) -> None:
    said: Bill = msgspec.json.decode(bill)
    requirements = build(job.blueprint.data)[REQUIREMENTS].decode()

    named = {(part["name"], part["version"]) for part in said["components"]}
    references = [part["bom-ref"] for part in (said["metadata"]["component"], *said["components"])]
    assert named == set(PINNED.findall(requirements))
    assert all(part["purl"].startswith("pkg:pypi/") for part in said["components"])
    assert len(set(references)) == len(references)
    assert {one["ref"] for one in said["dependencies"]} <= set(references)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ["Zoë & Söhne <b>\"'`\\", "店", "🚲 " * 40])
async def test_no_name_of_a_product_breaks_it(job: Job, bench: Workbench, name: str) -> None:
    blueprint = msgspec.structs.replace(job.blueprint, name=name)
    named = dataclasses.replace(job, blueprint=blueprint)

    files = await add_bill_of_materials(build(blueprint.data), named, bench)

    assert refusals(files[BILL]) == []
    assert msgspec.json.decode(files[BILL])["metadata"]["component"]["name"] == name


def _drop_name(said: Bill) -> None:
    del said["components"][0]["name"]


def _invent_kind(said: Bill) -> None:
    said["components"][0]["type"] = "libary"


def _invent_field(said: Bill) -> None:
    said["colour"] = "blue"


def _spoil_hash(said: Bill) -> None:
    said["components"][0]["externalReferences"][0]["hashes"][0]["content"] = "none"


def _spoil_address(said: Bill) -> None:
    said["components"][0]["externalReferences"][0]["url"] = "http://[no address"


def _name_one_twice(said: Bill) -> None:
    said["components"].append(said["components"][0])


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "spoil",
    [_drop_name, _invent_kind, _invent_field, _spoil_hash, _spoil_address, _name_one_twice],
)
async def test_a_broken_bill_is_refused(bill: bytes, spoil: Callable[[Bill], None]) -> None:
    said: Bill = msgspec.json.decode(bill)
    spoil(said)

    assert refusals(msgspec.json.encode(said))
