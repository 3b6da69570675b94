"""Proves one product after the other as the works does: what the measurements share."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from backend.blueprints.blueprint import Blueprint, Scenario
from backend.blueprints.document import compile_blueprint
from backend.blueprints.variation.data_sets import data_sets_of
from backend.builds.clean_room import PRODUCT_LIMITS, moves_the_clock
from backend.embedded.programs import find_libfaketime
from backend.kit import build
from backend.proof.baselines import NONE_ACCEPTED, AcceptedLook, Baselines, PictureName
from backend.proof.browser import BrowserSettings
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.data_runs import with_data_runs
from backend.proof.errors import ProductContractError, ProductDidNotStartError
from backend.proof.pictures import Picture
from backend.proof.play_order import PlayOrder, Recording
from backend.proof.product import ProductSpec, open_product
from backend.proof.prover import Prover, open_prover
from backend.proof.results import CriterionResult, Verdict
from backend.proof.second_look import LookOrder, with_second_looks
from backend.proof.subject_pool import SubjectPool
from backend.proof.verdicts import concluded
from backend.resources import find_toolchain, open_driver
from backend.settings import read_settings
from sandbox.protocol import SandboxDriver, SandboxSpec, Toolchain

HERE = Path(__file__).parent
BLUEPRINTS = sorted((HERE / "blueprints").glob("*.md"))
# Two of the examples; what the third asks for is beyond the kit.
MORE_BLUEPRINTS = [
    *sorted((HERE / "clean_blueprints").glob("*.md")),
    *(HERE.parent / "examples" / f"{name}.md" for name in ("bicycle-repair", "honey-cooperative")),
]
LOOKS = frozenset({"C19", "C20", "C33"})
# On a machine that is busy with other work, fewer at a time and more patience: a step that waits
# longer for what it expects only makes a failure slower.
AT_ONCE = int(os.environ.get("BENCH_AT_ONCE", "3"))
STEP_SECONDS = float(os.environ.get("BENCH_STEP_SECONDS", "5"))
Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class KnownGood:
    """A blueprint with the product that the kit builds from it."""

    name: str
    source: bytes
    blueprint: Blueprint
    files: Files

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Every scenario, those with pictures last: they cost most."""
        return tuple(sorted(self.blueprint.scenarios, key=_has_look))


def load_known_good(paths: Sequence[Path] = BLUEPRINTS) -> dict[str, KnownGood]:
    """Compile blueprints of the measurements and build their products."""
    return {path.stem: _load(path) for path in paths}


def _load(path: Path) -> KnownGood:
    source = path.read_bytes()
    compiled = compile_blueprint(source, path.name)
    if compiled.blueprint is None:
        raise SystemExit(f"{path.name} does not compile: {compiled.findings[0].message}")
    return KnownGood(
        name=path.stem,
        source=source,
        blueprint=compiled.blueprint,
        files=build(compiled.blueprint.data),
    )


def _has_look(scenario: Scenario) -> bool:
    return any(step.expression in LOOKS for step in scenario.steps)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a product is not delivered unseen: the criterion, its verdict, what was said."""

    criterion: str
    verdict: str
    message: str


@dataclass(kw_only=True)
class ProvingGround:
    """A sandbox driver and one warm browser, shared by all products of a measurement."""

    driver: SandboxDriver
    toolchain: Toolchain
    prover: Prover
    folder: Path
    _baselines: dict[str, Baselines] = field(default_factory=dict)

    async def first_refusal(self, good: KnownGood, files: Files, name: str) -> Refusal | None:
        """Prove a product until it is refused; None: neither scenario, data run nor look did.

        The name is the seed of the data runs. Films are left out: they decide nothing.
        """
        folder = self.folder / name
        try:
            async with self._playing(good, files, folder) as playing:
                return await playing.first_refusal(name)
        except (ProductContractError, ProductDidNotStartError) as error:
            return Refusal(criterion="", verdict="did not start", message=str(error)[-300:])
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def accept_looks(self, good: KnownGood) -> None:
        """Keep a known-good product's pictures, as the delivery of it would."""
        folder = self.folder / f"{good.name}-accepted"
        looks = [scenario for scenario in good.scenarios if _has_look(scenario)]
        accepted: dict[PictureName, AcceptedLook] = {}
        if looks:
            async with self._playing(good, good.files, folder) as playing:
                for result in [await playing.verdict_run(scenario) for scenario in looks]:
                    accepted |= _pictures(result, folder)
        self._baselines[good.name] = accepted

    @asynccontextmanager
    async def _playing(
        self, good: KnownGood, files: Files, folder: Path
    ) -> AsyncIterator["_Playing"]:
        async with open_product(self.driver, self._spec(good, files)) as product:
            pool = SubjectPool([product], are_fresh=True)
            try:
                yield _Playing(
                    good=good,
                    prover=self.prover,
                    pool=pool,
                    order=PlayOrder(
                        blueprint=good.blueprint,
                        folder=folder,
                        recording=Recording.PICTURES,
                        baselines=self._baselines.get(good.name, NONE_ACCEPTED),
                    ),
                )
            finally:
                await pool.close()

    def _spec(self, good: KnownGood, files: Files) -> ProductSpec:
        library = find_libfaketime()
        return ProductSpec(
            files=files,
            contract=read_contract(files[CONTRACT_FILE]),
            sandbox=SandboxSpec(
                tenant="bench",
                build=good.name,
                role="product",
                toolchain=self.toolchain,
                limits=PRODUCT_LIMITS,
            ),
            faketime_library=str(library)
            if library and moves_the_clock(good.blueprint.scenarios)
            else None,
        )


@dataclass(kw_only=True)
class _Playing:
    """One product that is up, and how it is played upon."""

    good: KnownGood
    prover: Prover
    pool: SubjectPool
    order: PlayOrder

    async def first_refusal(self, seed: str) -> Refusal | None:
        """Go through the parts of a proof in the order of the works; stop at the first refusal."""
        results = []
        for scenario in self.good.scenarios:
            results.append(await self.verdict_run(scenario))
            if results[-1].verdict is not Verdict.PASSED:
                return _refusal(results[-1])
        data_sets = await asyncio.to_thread(
            data_sets_of, self.good.source, self.good.blueprint.name, seed
        )
        order = replace(self.order, baselines=NONE_ACCEPTED)
        for result in results:
            (other,) = await with_data_runs([result], data_sets, self.prover, self.pool, order)
            if other.verdict is not Verdict.PASSED:
                return _refusal(other)
        look = LookOrder(blueprint=self.good.blueprint, folder=self.order.folder)
        looked_at = await with_second_looks(results, self.prover, self.pool, look)
        refused = [_refusal(r) for r in looked_at if r.verdict is not Verdict.PASSED]
        return refused[0] if refused else None

    async def verdict_run(self, scenario: Scenario) -> CriterionResult:
        """Play a scenario on the data that the blueprint shows."""
        (attempts,) = await self.prover.play([scenario], self.pool, self.order)
        return concluded(scenario, attempts)


def _refusal(result: CriterionResult) -> Refusal:
    """Say what was wrong: in the look, else in the run on other data, else in the run itself."""
    look = result.second_look
    remarks = [one.message for one in look.observations if one.blocks] if look else []
    runs = [run for run in result.data_runs if run.verdict is not Verdict.PASSED]
    looked = [look.attempt] if look and look.attempt.verdict is not Verdict.PASSED else []
    attempts = runs[-1].attempts if runs else result.attempts
    wrong = looked or [one for one in attempts if one.verdict is not Verdict.PASSED]
    said = remarks or [
        message
        for attempt in wrong[-1:]
        for message in (*(step.message for step in attempt.steps), attempt.message)
        if message
    ]
    return Refusal(
        criterion=result.criterion,
        verdict=result.verdict.value,
        message=" ".join(said)[:300],
    )


def _pictures(result: CriterionResult, folder: Path) -> dict[PictureName, AcceptedLook]:
    if result.verdict is not Verdict.PASSED:
        raise SystemExit(f"the known-good product is refused: {_refusal(result)}")
    return {
        PictureName(
            criterion=result.criterion, picture=step.look.name, viewport=step.look.viewport
        ): AcceptedLook(
            picture=Picture(content=(folder / piece.path).read_bytes(), masks=step.look.masks)
        )
        for step in result.attempts[-1].steps
        if step.look is not None
        for piece in step.evidence
        if piece.kind == "picture"
    }


@asynccontextmanager
async def open_proving_ground(goods: Sequence[KnownGood]) -> AsyncIterator[ProvingGround]:
    """Open driver and browser, and take the known-good products' pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = read_settings({"DRAFTWORKS_DATA": str(folder / "data")})
        browser = BrowserSettings(
            folder=folder / "browser", lanes=1, step_seconds=STEP_SECONDS, scenario_seconds=180.0
        )
        async with open_driver() as driver, open_prover(browser) as prover:
            ground = ProvingGround(
                driver=driver,
                toolchain=find_toolchain(settings),
                prover=prover,
                folder=folder / "proofs",
            )
            for good in goods:
                await ground.accept_looks(good)
            yield ground
