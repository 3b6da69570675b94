"""Shows a build's files with links that open them for a short while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.artifacts.store import ObjectStore
from backend.artifacts.trace_links import is_trace, viewer_link
from backend.builds.models import BuildFile
from backend.builds.schemas import ArtifactView


@dataclass(frozen=True, kw_only=True)
class FileLinks:
    """Signs links to files of the store; `viewer` and `api` are the origins that people use."""

    store: ObjectStore
    seconds: int
    viewer: str | None = None
    api: str | None = None

    async def show(self, files: Sequence[BuildFile]) -> list[ArtifactView]:
        """Return the files, each with a signed link, and a trace with one into the viewer."""
        expires_at = datetime.now(UTC) + timedelta(seconds=self.seconds)
        return [await self._show(file, expires_at) for file in files]

    async def _show(self, file: BuildFile, expires_at: datetime) -> ArtifactView:
        url = await self.store.sign(
            file.key, expires_seconds=self.seconds, file_name=file.path.rsplit("/", 1)[-1]
        )
        return ArtifactView(
            path=file.path,
            kind=file.kind,
            bytes=file.bytes,
            sha256=file.sha256,
            url=url,
            expires_at=expires_at,
            viewer_url=viewer_link(url, viewer=self.viewer, api=self.api)
            if is_trace(file.path)
            else None,
        )
