"""How a product's pages read is that of its last delivery; what is only told waits for nobody."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar
from litestar.testing import AsyncTestClient

from backend.builds import repository
from backend.builds.criteria import refusal_message
from backend.builds.gates import acceptance_gate, acceptance_notes
from backend.builds.models import BuildFile, StageRun
from backend.builds.products import AcceptedStructure, Delivery, Proof
from backend.builds.structures import accepted_structures, list_structures
from backend.builds.workbench import KeptStructure
from backend.proof.results import (
    Attempt,
    CriterionResult,
    Evidence,
    Observation,
    SecondLook,
    StepResult,
    Verdict,
)
from tenants.database import Database
from tests.builds.conftest import BLUEPRINT, Caller
from tests.builds.test_api import start

Client = AsyncTestClient[Litestar]
FILE = "proof/aria/list.txt"


def structure(sha256: str) -> AcceptedStructure:
    return AcceptedStructure(criterion="R1/list", step="I see it", path=FILE, sha256=sha256)


class Shop:
    """A tenant that delivers and proves products."""

    def __init__(self, client: Client, caller: Caller, door: Database) -> None:
        self._client = client
        self._caller = caller
        self._door = door

    async def deliver(
        self, sha256: str, *, status: str = "delivered", kept: str | None = None
    ) -> None:
        """Deliver one page, as the line does in the last stage's transaction."""
        tenant_id, build_id = self._caller.tenant_id, await self._start("Tools")
        delivery = Delivery(
            tree_digest="t", proof_digest="p", product_files=1, proof_files=1,
            structures=(structure(sha256),),
        )  # fmt: skip
        now = datetime.now(UTC)
        owner = {"tenant_id": tenant_id, "build_id": build_id}
        async with self._door.tenant_session(tenant_id) as session:
            build = await repository.get_build(session, tenant_id, build_id)
            build.status, build.finished_at = status, now
            about = {"kind": "proof", "key": f"key of {sha256}", "bytes": 1, "fence": 1}
            session.add(BuildFile(**owner, path=FILE, sha256=kept or sha256, **about))
            session.add(
                StageRun(
                    **owner, number=9, stage="deliver", attempt=1, fence=1, ended_well=True,
                    product=msgspec.to_builtins(delivery), seconds=1.0, finished_at=now,
                )
            )  # fmt: skip

    async def structures(self, name: str = "Tools") -> tuple[KeptStructure, ...]:
        """Return what the product's next build would be compared with."""
        tenant_id, build_id = self._caller.tenant_id, await self._start(name)
        async with self._door.tenant_session(tenant_id) as session:
            build = await repository.get_build(session, tenant_id, build_id)
            return await list_structures(session, build)

    async def _start(self, name: str) -> UUID:
        text = BLUEPRINT.replace("name: Tool library", f"name: {name}")
        return UUID((await start(self._client, self._caller, text))["id"])


async def test_the_last_delivery_counts_and_nothing_that_was_not_delivered(
    client: Client, caller: Caller, door: Database
) -> None:
    shop = Shop(client, caller, door)
    assert await shop.structures() == ()

    await shop.deliver("1" * 64)
    await shop.deliver("2" * 64)
    await shop.deliver("3" * 64, status="failed")

    (found,) = await shop.structures()
    assert found == KeptStructure(structure=structure("2" * 64), key=f"key of {'2' * 64}")


async def test_a_page_whose_file_is_another_is_compared_with_nothing(
    client: Client, caller: Caller, door: Database
) -> None:
    shop = Shop(client, caller, door)

    await shop.deliver("1" * 64, kept="9" * 64)

    assert await shop.structures() == ()


async def test_another_product_and_another_tenant_have_none_of_them(
    client: Client, caller: Caller, door: Database, make_caller: Any
) -> None:
    shop = Shop(client, caller, door)
    neighbour = Shop(client, await make_caller("The neighbour"), door)

    await shop.deliver("1" * 64)

    assert await shop.structures("Toys") == ()
    assert await neighbour.structures() == ()


def result(
    *observations: Observation, verdict: Verdict = Verdict.PASSED, again: Verdict = Verdict.PASSED
) -> CriterionResult:
    words = Evidence(path="aria/list.txt", kind="aria", sha256="1" * 64, bytes=1)
    picture = Evidence(path="screenshots/list.jpg", kind="screenshot", sha256="2" * 64, bytes=1)
    steps = tuple(
        StepResult(
            text="I see it", expression="C01", kind="then", line=1, verdict=again, evidence=pieces
        )
        for pieces in ((picture,), (words,))
    )
    return CriterionResult(
        criterion="R1/list",
        requirement="R1",
        name="The list",
        tags=(),
        holdout=False,
        verdict=verdict,
        second_look=SecondLook(
            attempt=Attempt(number=1, verdict=again, steps=steps, seconds=1.0),
            observations=observations,
        ),
    )


def observation(message: str, *, blocks: bool) -> Observation:
    return Observation(check="page structure", page="/tools", message=message, blocks=blocks)


def proof(*results: CriterionResult) -> Proof:
    return Proof(digest="", tree_digest="", results=results, started_at="", finished_at="")


def test_what_is_delivered_are_the_pages_in_words_of_a_look_that_held() -> None:
    found = accepted_structures(proof(result()))

    assert found == (msgspec.structs.replace(structure("1" * 64), step="I see it #2"),)
    assert accepted_structures(proof(result(again=Verdict.FAILED))) == ()


def test_what_is_only_told_stands_beside_the_decision_and_opens_no_gate() -> None:
    told = proof(result(observation("A button is gone.", blocks=False)))

    (note,) = acceptance_notes(told)

    assert (note.criterion, note.page, note.message) == ("R1/list", "/tools", "A button is gone.")
    assert acceptance_gate((), told) == []


def test_what_did_not_hold_again_is_shown_to_whoever_decides() -> None:
    unstable = result(verdict=Verdict.UNSTABLE, again=Verdict.FAILED)

    (item,) = acceptance_gate((), proof(unstable))

    assert item.why == "unstable"
    assert item.evidence == ("proof/screenshots/list.jpg", "proof/aria/list.txt")


def test_a_refusal_names_the_pages_and_not_a_missing_model() -> None:
    pages = refusal_message([result(observation("No label.", blocks=True), verdict=Verdict.FAILED)])
    steps = refusal_message([result(verdict=Verdict.FAILED)])

    assert "No label." in pages
    assert "language model" not in pages
    assert "“The list”" in steps
    assert "language model" in steps
