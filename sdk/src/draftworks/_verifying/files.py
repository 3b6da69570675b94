"""Compares the files that are there with the files that were signed."""

import hashlib
from collections.abc import Iterator

from draftworks._errors import BundleError, UnsafePathError
from draftworks._paths import check_together
from draftworks._verifying.bundle import ENVELOPE, MANIFEST, Bundle, digest
from draftworks._verifying.fault import Fault
from draftworks._verifying.statement import Statement

PRODUCT = "product/"
BLUEPRINT = "proof/blueprint.md"
SBOM = "product/sbom.cdx.json"
_UNLISTED = frozenset({ENVELOPE, MANIFEST})  # the one holds the other, which holds all others


def check_files(bundle: Bundle, statement: Statement) -> Iterator[Fault]:
    """Yield a fault for each file that is missing, changed or too many."""
    digests = statement.digests
    if len(digests) != len(statement.subject):
        yield Fault(MANIFEST, "names a file twice")
    try:
        check_together(digests)
    except UnsafePathError as error:
        yield Fault(error.path, error.reason)
        return
    for path in sorted(digests.keys() - bundle.files):
        yield Fault(path, "is missing")
    for path in sorted(bundle.files - digests.keys() - _UNLISTED):
        yield Fault(path, "is not in the manifest: it was added")
    for path in sorted(digests.keys() & bundle.files):
        yield from _check_content(bundle, path, digests[path])
    held = {
        "/".join(parts[:length])
        for parts in (path.split("/") for path in digests)
        for length in range(1, len(parts))
    }
    for path in sorted(bundle.folders - held):
        yield Fault(path, "is a folder that the manifest does not know")


def _check_content(bundle: Bundle, path: str, expected: str) -> Iterator[Fault]:
    try:
        found = digest(bundle, path)
    except BundleError as error:
        yield Fault(error.place, error.reason)
        return
    if found != expected:
        yield Fault(path, "was changed after it was signed")


def check_names(statement: Statement) -> Iterator[Fault]:
    """Yield a fault where product and blueprint are others than those that the proof names."""
    proof, digests = statement.predicate.proof, statement.digests
    if digests.get(BLUEPRINT) != proof.blueprint.sha256:
        yield Fault(BLUEPRINT, "is not the blueprint that the proof is about")
    product = {p.removeprefix(PRODUCT): d for p, d in digests.items() if p.startswith(PRODUCT)}
    if statement.predicate.status == "delivered" and not product:
        yield Fault(PRODUCT, "is missing, though the proof says that it was delivered")
    if not product:
        return
    lines = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(product.items()))
    if hashlib.sha256(lines.encode()).hexdigest() != proof.product.tree_sha256:
        yield Fault(PRODUCT, "is not the product that was proven")
    if proof.product.sbom_sha256 is None or digests.get(SBOM) != proof.product.sbom_sha256:
        yield Fault(SBOM, "is not the bill of materials that the proof names")
