"""A product's pictures are those of its last delivery, and no other tenant's or product's."""

import dataclasses
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar
from litestar.testing import AsyncTestClient

from backend.builds import repository
from backend.builds.baselines import (
    accepted_pictures,
    fetch_baselines,
    keep_baselines,
    list_baselines,
)
from backend.builds.gates import acceptance_gate, undecided
from backend.builds.models import BuildFile
from backend.builds.products import AcceptedPicture, Proof
from backend.builds.workbench import Baseline, Workbench
from backend.proof.results import (
    Attempt,
    Comparison,
    CriterionResult,
    Evidence,
    Look,
    Mask,
    StepResult,
    Verdict,
)
from tenants.database import Database
from tests.builds.conftest import BLUEPRINT, Caller
from tests.builds.test_allowance import bench, make_job  # noqa: F401 - a fixture
from tests.builds.test_api import start

Client = AsyncTestClient[Litestar]
FILE = "proof/pictures/list.png"
RENDERER = "b" * 64
PICTURE = AcceptedPicture(
    criterion="R1/list",
    picture="list",
    viewport="1280x800",
    renderer="a" * 64,
    path=FILE,
    masks=(Mask(name="Clock", left=1, top=2, width=3, height=4),),
)


class Shop:
    """A tenant that delivers and proves products."""

    def __init__(self, client: Client, caller: Caller, door: Database) -> None:
        self._client = client
        self._caller = caller
        self._door = door

    async def deliver(self, sha256: str, *pictures: AcceptedPicture, name: str = "Tools") -> None:
        """Deliver pictures, as the line does in the last stage's transaction."""
        tenant_id, build_id = self._caller.tenant_id, await self._start(name)
        async with self._door.tenant_session(tenant_id) as session:
            build = await repository.get_build(session, tenant_id, build_id)
            about = {"kind": "proof", "key": f"key of {sha256}", "bytes": 1, "fence": 1}
            owner = {"tenant_id": tenant_id, "build_id": build_id}
            session.add(BuildFile(**owner, path=FILE, sha256=sha256, **about))
            await session.flush()
            await keep_baselines(session, build, pictures or (PICTURE,))

    async def baselines(self, name: str = "Tools") -> tuple[Baseline, ...]:
        """Return what the product's next build would be compared with."""
        tenant_id, build_id = self._caller.tenant_id, await self._start(name)
        async with self._door.tenant_session(tenant_id) as session:
            build = await repository.get_build(session, tenant_id, build_id)
            return await list_baselines(session, build)

    async def _start(self, name: str) -> UUID:
        text = BLUEPRINT.replace("name: Tool library", f"name: {name}")
        return UUID((await start(self._client, self._caller, text))["id"])


async def test_the_newest_delivery_counts(client: Client, caller: Caller, door: Database) -> None:
    shop = Shop(client, caller, door)
    assert await shop.baselines() == ()

    await shop.deliver("1" * 64)
    await shop.deliver("2" * 64)

    (found,) = await shop.baselines()
    assert found == Baseline(picture=PICTURE, key=f"key of {'2' * 64}", sha256="2" * 64)


async def test_pictures_of_other_sizes_are_kept_apart(
    client: Client, caller: Caller, door: Database
) -> None:
    shop = Shop(client, caller, door)
    phone = msgspec.structs.replace(PICTURE, viewport="390x844")

    await shop.deliver("1" * 64, PICTURE, phone)
    await shop.deliver("2" * 64, PICTURE)

    found = {(one.picture.viewport, one.sha256[0]) for one in await shop.baselines()}
    assert found == {("1280x800", "2"), ("390x844", "1")}


async def test_the_newest_delivery_counts_whatever_renderer_took_it(
    client: Client, caller: Caller, door: Database
) -> None:
    shop = Shop(client, caller, door)

    await shop.deliver("1" * 64, msgspec.structs.replace(PICTURE, renderer=RENDERER))
    await shop.deliver("2" * 64, PICTURE)
    (back,) = await shop.baselines()
    await shop.deliver("3" * 64, msgspec.structs.replace(PICTURE, renderer=RENDERER))
    (renewed,) = await shop.baselines()

    assert (back.picture.renderer[0], back.sha256[0]) == ("a", "2")
    assert (renewed.picture.renderer[0], renewed.sha256[0]) == ("b", "3")


async def test_the_last_picture_is_fetched_though_another_renderer_took_it(
    tmp_path: Path,
    bench: Workbench,  # noqa: F811
) -> None:
    ours = msgspec.structs.replace(PICTURE, viewport="390x844", renderer=RENDERER)
    environment = msgspec.structs.replace(bench.environment, renderer_sha256=RENDERER)
    renewed = dataclasses.replace(bench, environment=environment)
    plain = make_job(tmp_path, hold_micros=1)
    key = f"{plain.tenant_id}/list.png"
    await bench.store.put(key, b"a picture", content_type="image/png")
    kept = tuple(Baseline(picture=one, key=key, sha256="1" * 64) for one in (PICTURE, ours))
    job = dataclasses.replace(plain, baselines=kept)

    found = await fetch_baselines(job, renewed)

    assert {name.viewport: look.is_by_this_renderer for name, look in found.items()} == {
        "1280x800": False,
        "390x844": True,
    }
    assert {look.picture.content for look in found.values()} == {b"a picture"}


async def test_another_product_and_another_tenant_have_none_of_them(
    client: Client, caller: Caller, door: Database, make_caller: Any
) -> None:
    shop = Shop(client, caller, door)
    neighbour = Shop(client, await make_caller("The neighbour"), door)

    await shop.deliver("1" * 64)

    assert await shop.baselines("Toys") == ()
    assert await neighbour.baselines() == ()


def result(comparison: Comparison, verdict: Verdict) -> CriterionResult:
    paths = ("pictures/list.png",)
    step = StepResult(
        text="the page should look like",
        expression="C19",
        kind="then",
        line=1,
        verdict=verdict,
        look=Look(name="list", viewport="1280x800", comparison=comparison),
        evidence=(
            Evidence(path="approved/list.png", kind="approved", sha256="1" * 64, bytes=1),
            Evidence(path=paths[0], kind="picture", sha256="2" * 64, bytes=1),
        ),
    )
    return CriterionResult(
        criterion="R1/list",
        requirement="R1",
        name="The list",
        tags=(),
        holdout=False,
        verdict=verdict,
        attempts=(Attempt(number=1, verdict=verdict, steps=(step,), seconds=1.0),),
        first_baselines=paths if comparison is Comparison.FIRST else (),
        changed_pictures=paths if comparison is Comparison.CHANGED else (),
        renewed_pictures=paths if comparison is Comparison.RENEWED else (),
    )


def proof(*results: CriterionResult) -> Proof:
    return Proof(
        digest="",
        tree_digest="",
        results=results,
        started_at="",
        finished_at="",
        environment={"renderer_sha256": "a" * 64},
    )


def test_what_is_delivered_is_the_new_picture_and_not_the_one_before() -> None:
    pictures = accepted_pictures(proof(result(Comparison.CHANGED, Verdict.JUDGED)))

    assert pictures == (msgspec.structs.replace(PICTURE, masks=()),)


def test_a_blanket_covers_a_first_picture_and_never_one_that_may_have_changed() -> None:
    first = acceptance_gate((), proof(result(Comparison.FIRST, Verdict.PASSED)))
    same = acceptance_gate((), proof(result(Comparison.SAME, Verdict.PASSED)))
    changed = acceptance_gate((), proof(result(Comparison.CHANGED, Verdict.JUDGED)))
    renewed = acceptance_gate((), proof(result(Comparison.RENEWED, Verdict.JUDGED)))

    assert [item.why for item in first] == ["first_baseline"]
    assert undecided(first, set(), blanket=True) == []
    assert same == []
    assert [item.why for item in changed] == ["changed_picture"]
    assert undecided(changed, set(), blanket=True) == changed
    assert undecided(changed, {"R1/list"}, blanket=False) == []
    assert [item.why for item in renewed] == ["renewed_browser"]
    assert undecided(renewed, set(), blanket=True) == renewed
    assert undecided(renewed, {"R1/list"}, blanket=False) == []
