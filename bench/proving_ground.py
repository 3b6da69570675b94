"""Proves one product after the other with the works' own prover: what the measurements share."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from backend.blueprints.blueprint import Blueprint, Scenario
from backend.blueprints.document import compile_blueprint
from backend.builds.clean_room import PRODUCT_LIMITS, moves_the_clock
from backend.embedded.programs import find_libfaketime
from backend.kit import build
from backend.proof.baselines import Baselines, PictureName
from backend.proof.browser import BrowserSettings
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.errors import ProductContractError, ProductDidNotStartError
from backend.proof.pictures import Picture
from backend.proof.product import ProductSpec, open_product
from backend.proof.prover import Prover, Recording, open_prover
from backend.proof.results import CriterionResult, Verdict
from backend.resources import find_toolchain, open_driver
from backend.settings import read_settings
from sandbox.protocol import SandboxDriver, SandboxSpec, Toolchain

BLUEPRINTS = Path(__file__).parent / "blueprints"
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
    blueprint: Blueprint
    files: Files

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Every scenario, those with pictures last: they cost most."""
        return tuple(sorted(self.blueprint.scenarios, key=_has_look))


def load_known_good() -> dict[str, KnownGood]:
    """Compile the blueprints of the measurements and build their products."""
    return {path.stem: _load(path) for path in sorted(BLUEPRINTS.glob("*.md"))}


def _load(path: Path) -> KnownGood:
    compiled = compile_blueprint(path.read_bytes(), path.name)
    if compiled.blueprint is None:
        raise SystemExit(f"{path.name} does not compile: {compiled.findings[0].message}")
    return KnownGood(
        name=path.stem, blueprint=compiled.blueprint, files=build(compiled.blueprint.data)
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
        """Prove a product until its first scenario that does not pass; None: all passed."""
        try:
            return await self._first_refusal(good, files, name)
        except (ProductContractError, ProductDidNotStartError) as error:
            return Refusal(criterion="", verdict="did not start", message=str(error)[-300:])

    async def accept_looks(self, good: KnownGood) -> None:
        """Keep a known-good product's pictures, as the delivery of it would."""
        folder = self.folder / f"{good.name}-accepted"
        looks = [scenario for scenario in good.scenarios if _has_look(scenario)]
        accepted: dict[PictureName, Picture] = {}
        async with open_product(self.driver, self._spec(good, good.files)) as product:
            results = await self.prover.run(
                looks,
                [product],
                blueprint=good.blueprint,
                folder=folder,
                subjects_are_fresh=True,
            )
        for result in results:
            accepted |= _pictures(result, folder)
        self._baselines[good.name] = accepted

    async def _first_refusal(self, good: KnownGood, files: Files, name: str) -> Refusal | None:
        folder = self.folder / name
        async with open_product(self.driver, self._spec(good, files)) as product:
            for number, scenario in enumerate(good.scenarios):
                (result,) = await self.prover.run(
                    [scenario],
                    [product],
                    blueprint=good.blueprint,
                    folder=folder,
                    recording=Recording.FULL if _has_look(scenario) else Recording.NONE,
                    baselines=self._baselines[good.name],
                    subjects_are_fresh=number == 0,
                )
                if result.verdict is not Verdict.PASSED:
                    return _refusal(result)
        return None

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


def _refusal(result: CriterionResult) -> Refusal:
    said = [
        message
        for attempt in result.attempts[-1:]
        for message in (*(step.message for step in attempt.steps), attempt.message)
        if message
    ]
    return Refusal(
        criterion=result.criterion,
        verdict=result.verdict.value,
        message=" ".join(said)[:300],
    )


def _pictures(result: CriterionResult, folder: Path) -> dict[PictureName, Picture]:
    if result.verdict is not Verdict.PASSED:
        raise SystemExit(f"the known-good product is refused: {_refusal(result)}")
    return {
        PictureName(
            criterion=result.criterion, picture=step.look.name, viewport=step.look.viewport
        ): Picture(content=(folder / piece.path).read_bytes(), masks=step.look.masks)
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
