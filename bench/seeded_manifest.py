"""Draws the seeded defects and writes down, before the first run, what is expected of each."""

import ast
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from bench.mutation.handmade import HANDMADE
from bench.mutation.python_operators import python_sites
from bench.mutation.scope import Everything, Reach
from bench.mutation.site import Site
from bench.mutation.text_operators import text_sites
from bench.proving_ground import KnownGood

FOLDER = Path(__file__).parent / "expectations"


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One defect: where it is, which blueprint proves the product, and that it is to be caught.

    `relabelled` names why a defect turned out to break nothing that was promised; it counts all
    the same.
    """

    name: str
    blueprint: str
    operator: str
    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    expected: str = "caught"
    relabelled: str = ""

    @property
    def site(self) -> Site:
        """The edit itself."""
        return Site(
            operator=self.operator,
            path=self.path,
            line=self.line,
            start=self.start,
            end=self.end,
            old=self.old,
            new=self.new,
        )

    @property
    def is_handmade(self) -> bool:
        """Whether a person thought of it."""
        return self.operator.startswith("by hand")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All defects of one seed: half of them by generic operators, within the scope.

    `is_unscoped`: all by generic operators, and drawn from the whole program, also from what the
    blueprint promises nothing of. It shows what the scope leaves out, and has no limit to keep.
    """

    seed: int
    is_unscoped: bool = False
    defects: tuple[Expectation, ...]


def manifest_path(seed: int) -> Path:
    """Return where a seed's expectations stand."""
    return FOLDER / f"seed-{seed}.json"


def read_manifest(seed: int) -> Manifest:
    """Read the expectations that were written down for a seed."""
    return msgspec.json.decode(manifest_path(seed).read_bytes(), type=Manifest)


def write_manifest(seed: int, goods: Sequence[KnownGood], *, each_half: int) -> Manifest:
    """Draw a seed's defects and write them down; a seed that stands there already is refused."""
    dice = random.Random(seed)  # noqa: S311  # a sample, no secret
    drawn = [
        *_drawn(dice, [_generic_kinds(good) for good in goods], goods, each_half),
        *_drawn(dice, [_handmade_kinds(good) for good in goods], goods, each_half),
    ]
    return _written(seed, drawn, is_unscoped=False)


def _written(seed: int, drawn: Iterable[tuple[KnownGood, Site]], *, is_unscoped: bool) -> Manifest:
    if manifest_path(seed).exists():
        raise SystemExit(f"{manifest_path(seed)} stands already: a seed is drawn once")
    manifest = Manifest(
        seed=seed,
        is_unscoped=is_unscoped,
        defects=tuple(
            _expectation(number, good.name, site) for number, (good, site) in enumerate(drawn, 1)
        ),
    )
    FOLDER.mkdir(exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    manifest_path(seed).write_bytes(text + b"\n")
    return manifest


def write_unscoped_manifest(seed: int, goods: Sequence[KnownGood], *, number: int) -> Manifest:
    """Draw defects from the whole program; a seed that stands there already is refused."""
    dice = random.Random(seed)  # noqa: S311  # a sample, no secret
    pools = [_by_operator(good, python_sites(good.files, Everything())) for good in goods]
    return _written(seed, _drawn(dice, pools, goods, number), is_unscoped=True)


def _drawn(
    dice: random.Random,
    kinds: list[dict[str, list[Site]]],
    goods: Sequence[KnownGood],
    number: int,
) -> Iterator[tuple[KnownGood, Site]]:
    """Go round the blueprints; each time every operator that is left is as likely as the next."""
    for turn in range(number):
        left = kinds[turn % len(goods)]
        operator = dice.choice(sorted(kind for kind, sites in left.items() if sites))
        yield goods[turn % len(goods)], left[operator].pop(dice.randrange(len(left[operator])))


def _generic_kinds(good: KnownGood) -> dict[str, list[Site]]:
    reach = Reach(good.name, good.blueprint.data)
    sites = chain(python_sites(good.files, reach), text_sites(good.files, reach))
    return _by_operator(good, sites)


def _by_operator(good: KnownGood, sites: Iterable[Site]) -> dict[str, list[Site]]:
    kinds: dict[str, list[Site]] = {}
    edits = set()
    for site in sites:
        edit = (site.path, site.start, site.end, site.new)
        if edit not in edits and _still_parses(good, site):
            kinds.setdefault(site.operator, []).append(site)
        edits.add(edit)
    return kinds


def _handmade_kinds(good: KnownGood) -> dict[str, list[Site]]:
    reach = Reach(good.name, good.blueprint.data)
    return {made.name: [made.site(good.files)] for made in HANDMADE if reach.has(made.needs)}


def _still_parses(good: KnownGood, site: Site) -> bool:
    if not site.path.endswith(".py"):
        return True
    try:
        ast.parse(site.applied_to(dict(good.files))[site.path])
    except SyntaxError:
        return False
    return True


def _expectation(number: int, blueprint: str, site: Site) -> Expectation:
    return Expectation(
        name=f"D{number:03d}",
        blueprint=blueprint,
        operator=site.operator,
        path=site.path,
        line=site.line,
        start=site.start,
        end=site.end,
        old=site.old,
        new=site.new,
    )
