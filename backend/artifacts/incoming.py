"""Objects on their way into a store: whatever form they come in, measured before they are kept."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How many bytes there are, and their SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


async def write_stream(data: AsyncIterator[bytes], file: BinaryIO) -> Measure:
    """Copy a stream into a file off the event loop."""
    digest, size_bytes = hashlib.sha256(), 0
    async for block in data:
        size_bytes += len(block)
        await asyncio.to_thread(_write, block, file, digest)
    return Measure(bytes=size_bytes, sha256=digest.hexdigest())


def write_blocks(blocks: Iterable[bytes], file: BinaryIO) -> Measure:
    """Copy blocks into a file."""
    digest, size_bytes = hashlib.sha256(), 0
    for block in blocks:
        size_bytes += len(block)
        _write(block, file, digest)
    return Measure(bytes=size_bytes, sha256=digest.hexdigest())


def measure(blocks: Iterable[bytes]) -> Measure:
    """Measure blocks without keeping them."""
    digest, size_bytes = hashlib.sha256(), 0
    for block in blocks:
        size_bytes += len(block)
        digest.update(block)
    return Measure(bytes=size_bytes, sha256=digest.hexdigest())


def blocks_of(data: bytes | Path) -> Iterator[bytes]:
    """Yield bytes at once, or a file block by block."""
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _write(block: bytes, file: BinaryIO, digest: "hashlib._Hash") -> None:
    file.write(block)
    digest.update(block)
