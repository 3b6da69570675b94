"""Products built once for each data model, served by their own toolchain."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from backend.blueprints.blueprint import DataModel
from sandbox.protocol import Toolchain
from tests.kit.data_models import BICYCLES, TITLES, UGLY
from tests.kit.products import Product, write_product

MakeProduct: TypeAlias = Callable[[DataModel], Product]


@pytest.fixture(scope="session")
def make_product(tmp_path_factory: pytest.TempPathFactory, toolchain: Toolchain) -> MakeProduct:
    """Return a maker of products, each in a folder of its own."""

    def make(data: DataModel) -> Product:
        folder = write_product(data, tmp_path_factory.mktemp("product"))
        python = toolchain.root / "bin" / "python"
        return Product(folder, python=python, data=tmp_path_factory.mktemp("data") / "kept")

    return make


@pytest.fixture(scope="session")
def served(make_product: MakeProduct) -> Iterator[Callable[[DataModel], Product]]:
    """Return a way to get the one running product of a data model."""
    running: dict[str, Product] = {}
    with ExitStack() as stack:

        def serve(data: DataModel) -> Product:
            if data.name not in running:
                running[data.name] = stack.enter_context(make_product(data).serving())
            return running[data.name]

        yield serve


@pytest.fixture
def bicycles(served: Callable[[DataModel], Product]) -> Product:
    """Return the bicycle shop's product, empty."""
    return _empty(served(BICYCLES))


@pytest.fixture
def titles(served: Callable[[DataModel], Product]) -> Product:
    """Return the product whose titles are no texts, empty."""
    return _empty(served(TITLES))


@pytest.fixture
def ugly(served: Callable[[DataModel], Product]) -> Product:
    """Return the product with names that no one expects, empty."""
    return _empty(served(UGLY))


def _empty(product: Product) -> Product:
    product.reset()
    return product


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for a product."""
    return tmp_path / "product"
