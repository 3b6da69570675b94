"""Whether one changed bit in any byte of a bundle is found, over every byte there is."""

import asyncio
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.table import Table

from draftworks import verify_bundle
from tests.sdk.bundles import new_signer, write_bundle


async def run() -> tuple[Table, dict[str, Any]]:
    """Change each byte of a small bundle in turn, as a folder and as its zip."""
    return await asyncio.to_thread(_measure)


def _measure() -> tuple[Table, dict[str, Any]]:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        bundle = write_bundle(Path(name) / "bundle", signer=new_signer())
        folder = list(_sweep_folder(bundle))
        zipped = list(_sweep_zip(bundle, Path(name)))
    table = Table(title="One changed bit in every byte of a bundle")
    for heading in ("kind", "bytes", "found", "verified with the very same files", "missed"):
        table.add_column(heading)
    figures: dict[str, Any] = {"seconds": time.perf_counter() - began}
    for kind, outcomes in (("folder", folder), ("zip", zipped)):
        counts = [outcomes.count(word) for word in ("found", "harmless", "missed")]
        table.add_row(kind, str(len(outcomes)), *map(str, counts))
        figures[kind] = dict(zip(("found", "harmless", "missed"), counts, strict=True))
    figures["is_met"] = not any("missed" in outcomes for outcomes in (folder, zipped))
    return table, figures


def _sweep_folder(bundle: Path) -> Iterator[str]:
    for file in sorted(path for path in bundle.rglob("*") if path.is_file()):
        content = file.read_bytes()
        for changed in _changed(content):
            file.write_bytes(changed)
            yield "missed" if verify_bundle(bundle).is_verified else "found"
        file.write_bytes(content)


def _sweep_zip(bundle: Path, folder: Path) -> Iterator[str]:
    whole = Path(shutil.make_archive(str(folder / "whole"), "zip", bundle))
    honest, place = _files(whole), folder / "changed.zip"
    for changed in _changed(whole.read_bytes()):
        place.write_bytes(changed)
        if not verify_bundle(place).is_verified:
            yield "found"
        else:  # such as the time of the last reading, which Info-ZIP writes and zipfile does not
            yield "harmless" if _files(place) == honest else "missed"


def _changed(content: bytes) -> Iterator[bytes]:
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1 << position % 8
        yield bytes(changed)


def _files(place: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(place) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
