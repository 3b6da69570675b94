"""Fetching artifacts: each streamed beside its place, checked, and only then put there."""

import hashlib
import secrets
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from draftworks._calls import list_artifacts
from draftworks._core import Core, checked_link, connection_errors
from draftworks._errors import APIStatusError, ChecksumMismatchError, DownloadError
from draftworks._models import Artifact
from draftworks._paths import check_together, place_in
from draftworks._wire import Incoming

_BLOCK_BYTES = 1024 * 1024
_EXPIRED_LINK_STATUSES = frozenset({401, 403, 404, 410})


class Downloader:
    """One download of one build's artifacts into one folder."""

    def __init__(self, core: Core, build_id: str | UUID, folder: Path) -> None:
        self._core = core
        self._build_id = build_id
        self._folder = folder
        self._listed: dict[str, Artifact] = {}

    async def download(self, kinds: Collection[str] | None) -> tuple[Path, ...]:
        """Fetch all artifacts of these kinds; refuse every path before the first byte."""
        wanted = (kinds,) if isinstance(kinds, str) else kinds
        artifacts = [a for a in await self._list() if wanted is None or a.kind in wanted]
        check_together(artifact.path for artifact in artifacts)
        await self._core.wire.call(lambda: self._folder.mkdir(parents=True, exist_ok=True))
        return tuple([await self._fetch(artifact) for artifact in artifacts])

    async def _list(self) -> list[Artifact]:
        artifacts: list[Artifact] = []
        cursor: str | None = None
        while True:
            page = await self._core.send(list_artifacts(self._build_id, limit=None, cursor=cursor))
            artifacts += page.data
            cursor = page.next_cursor
            if cursor is None:
                return artifacts

    async def _fetch(self, artifact: Artifact) -> Path:
        place = await self._core.wire.call(lambda: place_in(self._folder, artifact.path))
        if await self._core.wire.call(lambda: _is_there(place, artifact)):
            return place
        try:
            await self._core.retrying(lambda: self._write(self._newest(artifact), place))
        except APIStatusError as error:
            if error.status_code not in _EXPIRED_LINK_STATUSES:
                raise
            # Links are short-lived: a long download asks for new ones and goes on.
            self._listed = {a.path: a for a in await self._list()}
            await self._core.retrying(lambda: self._write(self._newest(artifact), place))
        return place

    def _newest(self, artifact: Artifact) -> Artifact:
        newest = self._listed.get(artifact.path, artifact)
        if newest.sha256 != artifact.sha256:
            raise DownloadError(artifact.path, "was replaced while downloading: download again")
        return newest

    async def _write(self, artifact: Artifact, place: Path) -> None:
        request = self._core.request("GET", checked_link(artifact.url))
        incoming = await self._core.open(request)
        part = place.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with connection_errors(request):
                await self._copy(artifact, incoming, part)
            await self._core.wire.call(lambda: part.replace(place))
        finally:
            await incoming.close()
            await self._core.wire.call(lambda: part.unlink(missing_ok=True))

    async def _copy(self, artifact: Artifact, incoming: Incoming, part: Path) -> None:
        digest, size = hashlib.sha256(), 0
        file: BinaryIO = await self._core.wire.call(lambda: part.open("xb"))
        try:
            while block := await incoming.read():
                size += len(block)
                if size > artifact.bytes:
                    raise ChecksumMismatchError(artifact.path, f"is over {artifact.bytes} bytes")
                digest.update(block)
                await self._core.wire.call(partial(file.write, block))
        finally:
            await self._core.wire.call(file.close)
        if size != artifact.bytes:
            raise ChecksumMismatchError(artifact.path, f"is {size} bytes, not {artifact.bytes}")
        if digest.hexdigest() != artifact.sha256.lower():
            raise ChecksumMismatchError(artifact.path, "has another SHA-256 than promised")


def _is_there(place: Path, artifact: Artifact) -> bool:
    """Say whether the very same file was fetched before."""
    if place.is_symlink() or not place.is_file() or place.stat().st_size != artifact.bytes:
        return False
    digest = hashlib.sha256()
    with place.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest() == artifact.sha256.lower()
