"""Objects in a local folder, for one machine: content-addressed blobs and signed links.

Below the folder: `index.sqlite3` says which blob a key names, `<tenant>/<ab>/<sha256>` are the
blobs, `incoming/` holds what is being written. A blob is synced to disk under a name of its own
before it is renamed, so that a crash leaves the old object or the new one, never half of one.
"""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from backend.artifacts.errors import InvalidRangeError, ObjectCorruptError, ObjectNotFoundError
from backend.artifacts.incoming import (
    BLOCK_BYTES,
    Measure,
    blocks_of,
    measure,
    write_blocks,
    write_stream,
)
from backend.artifacts.keys import check_key, check_prefix
from backend.artifacts.links import LinkSigner, SignedLink
from backend.artifacts.local_index import LocalIndex, tenant_of
from backend.artifacts.ranges import checked_stop
from backend.artifacts.store import ListedObject, ObjectData, StoredObject

_ABANDONED_SECONDS = 24 * 3600


class LocalStore:
    """An ObjectStore in a folder of its own; several processes may use it at once.

    `link_secret` (32 bytes or more) signs the links and has to be the same in all of them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        link_secret: bytes,
        clock: Callable[[], float] = time.time,
        list_page: int = 1000,
    ) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._signer = LinkSigner(link_secret, clock=clock)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        self._index = LocalIndex(folder / "index.sqlite3", page_rows=list_page)
        self._drop_abandoned()

    async def put(
        self, key: str, data: ObjectData, *, content_type: str, if_absent: bool = False
    ) -> StoredObject:
        """Keep bytes, a file or a stream under a key."""
        check_key(key)
        part = self._incoming / secrets.token_hex(16)
        try:
            if isinstance(data, bytes | Path):
                size = await asyncio.to_thread(self._receive, data, part)
            else:
                size = await self._receive_stream(data, part)
            stored = _stored(key, size, content_type)
            await asyncio.to_thread(self._keep, stored, part, if_absent=if_absent)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        return stored

    async def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        return await asyncio.to_thread(self._read, check_key(key))

    async def open(
        self, key: str, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Return an object's bytes from `start` up to before `stop`, in pieces."""
        stored, file = await asyncio.to_thread(self._open, check_key(key))
        try:
            end = checked_stop(key, stored.bytes, start=start, stop=stop)
        except InvalidRangeError:
            file.close()
            raise
        return _pieces(file, start=start, length=end - start)

    async def head(self, key: str) -> StoredObject:
        """Return what is known of an object."""
        return await asyncio.to_thread(self._find, check_key(key))

    async def list(self, prefix: str) -> AsyncIterator[ListedObject]:
        """Yield the objects whose keys start with a prefix inside one tenant, in key order."""
        after = ""
        check_prefix(prefix)
        while page := await asyncio.to_thread(self._index.page, prefix, after):
            for stored in page:
                yield ListedObject(key=stored.key, bytes=stored.bytes, stored_at=stored.stored_at)
            after = page[-1].key

    async def delete(self, key: str) -> None:
        """Forget an object; nothing happens when there is none."""
        await asyncio.to_thread(self._delete, check_key(key))

    async def sign(
        self, key: str, *, expires_seconds: int, file_name: str, attachment: bool = True
    ) -> str:
        """Return a path on the works' own API that opens the object until it expires."""
        return self._signer.sign(
            check_key(key),
            expires_seconds=expires_seconds,
            file_name=file_name,
            attachment=attachment,
        )

    async def close(self) -> None:
        """Do nothing: every operation closes what it opens."""

    def verify_link(self, token: str, signature: str) -> SignedLink:
        """Return what a link says; raise InvalidLinkError or LinkExpiredError."""
        return self._signer.verify(token, signature)

    def _receive(self, data: bytes | Path, part: Path) -> Measure:
        with part.open("xb") as file:
            size = write_blocks(blocks_of(data), file)
            _sync(file)
        return size

    async def _receive_stream(self, data: AsyncIterator[bytes], part: Path) -> Measure:
        with await asyncio.to_thread(part.open, "xb") as file:
            size = await write_stream(data, file)
            await asyncio.to_thread(_sync, file)
        return size

    def _keep(self, stored: StoredObject, part: Path, *, if_absent: bool) -> None:
        blob = self._blob(stored)

        def keep_blob() -> None:
            for made in (blob.parent.parent, blob.parent):
                made.mkdir(mode=0o700, exist_ok=True)
            part.replace(blob)
            _sync_folder(blob.parent)

        old = self._index.add(stored, if_absent=if_absent, keep_blob=keep_blob)
        if old is not None and old.sha256 != stored.sha256:
            self._drop_unused(old)

    def _delete(self, key: str) -> None:
        old = self._index.remove(key)
        if old is not None:
            self._drop_unused(old)

    def _drop_unused(self, stored: StoredObject) -> None:
        blob = self._blob(stored)
        self._index.drop_unused(stored, lambda: blob.unlink(missing_ok=True))

    def _read(self, key: str) -> bytes:
        stored, file = self._open(key)
        with file:
            data = file.read()
        if measure([data]).sha256 != stored.sha256:
            raise ObjectCorruptError(key)
        return data

    def _find(self, key: str) -> StoredObject:
        stored = self._index.find(key)
        if stored is None:
            raise ObjectNotFoundError(key)
        return stored

    def _open(self, key: str) -> tuple[StoredObject, BinaryIO]:
        stored = self._find(key)
        try:
            return stored, self._blob(stored).open("rb")
        except FileNotFoundError as error:
            # Replaced or deleted since the look-up, or lost from the disk.
            now = self._find(key)
            if now.sha256 != stored.sha256:
                return self._open(key)
            raise ObjectCorruptError(key) from error

    def _blob(self, stored: StoredObject) -> Path:
        return self._folder / tenant_of(stored.key) / stored.sha256[:2] / stored.sha256

    def _drop_abandoned(self) -> None:
        """Remove what crashed processes left half written."""
        for part in self._incoming.iterdir():
            try:
                if part.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                    part.unlink()
            except FileNotFoundError:
                continue  # another process was faster


def _stored(key: str, size: Measure, content_type: str) -> StoredObject:
    return StoredObject(
        key=key,
        bytes=size.bytes,
        sha256=size.sha256,
        content_type=content_type,
        stored_at=datetime.now(UTC),
    )


async def _pieces(file: BinaryIO, *, start: int, length: int) -> AsyncIterator[bytes]:
    with file:
        await asyncio.to_thread(file.seek, start)
        while length > 0 and (
            block := await asyncio.to_thread(file.read, min(BLOCK_BYTES, length))
        ):
            length -= len(block)
            yield block


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
