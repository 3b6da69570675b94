"""Puts a product together: the files every product shares, and those its data model decides."""

import functools
from importlib.resources import files as package_files
from pathlib import Path

from backend.blueprints.blueprint import DataModel
from backend.kit.model_file import write_model
from backend.kit.names import make_key
from backend.kit.owner_files import write_product_toml, write_readme

SHARED = Path(__file__).parent / "product"
# htmx travels from the locked package that carries it, so that its updates come by the lock.
HTMX = package_files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
HTMX_IN_PRODUCT = "app/static/htmx.min.js"


def build(data: DataModel) -> dict[str, bytes]:
    """Return the product's files by path; the same data model gives the same bytes."""
    written = {path: text.encode() for path, text in files_of(data).items()}
    return dict(sorted((shared_files() | written).items()))


def files_of(data: DataModel) -> dict[str, str]:
    """Write the files that say what the product keeps; no other file holds the author's words."""
    slug = make_key(data.name, taken=(), fallback="app", joint="-")
    return {
        "app/model.py": write_model(data, slug),
        "product.toml": write_product_toml(data.name),
        "README.md": write_readme(data),
    }


@functools.cache
def shared_files() -> dict[str, bytes]:
    """Read the files that are the same in every product."""
    ours = {
        file.relative_to(SHARED).as_posix(): file.read_bytes()
        for file in SHARED.rglob("*")
        if file.is_file() and not _is_left_over(file)
    }
    return ours | {HTMX_IN_PRODUCT: HTMX.read_bytes()}


def _is_left_over(file: Path) -> bool:
    """Tell the caches of linters and interpreters, which must not travel."""
    folders = file.relative_to(SHARED).parts[:-1]
    return any(folder.startswith((".", "__")) for folder in folders)
