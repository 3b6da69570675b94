"""Records an attempt for engineers: every action, page and request, as Playwright's trace."""

import zipfile
from io import BytesIO
from pathlib import Path

import msgspec
from playwright.async_api import BrowserContext

from backend.blueprints.blueprint import Step
from backend.proof.evidence import EvidenceFolder
from backend.proof.results import Attempt, Evidence
from backend.proof.scene import Scene

_LARGEST_BYTES = 12_000_000
# Where in the works' own code each call was made: it says nothing about the product.
_OUR_CODE = (".stacks",)


class Tracer:
    """A Companion that records; `path` is where the recording lies until it is kept."""

    patience_seconds = 2.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._context: BrowserContext | None = None
        self._has_group = False

    async def begin(self, scene: Scene) -> None:
        """Begin to record."""
        context = await scene.context()
        await context.tracing.start(
            title=scene.scenario.name, screenshots=True, snapshots=True, sources=False
        )
        self._context = context

    async def before_step(self, number: int, step: Step) -> None:
        """Gather what follows under the step's sentence."""
        if self._context is None:
            return
        await self._end_group(self._context)
        await self._context.tracing.group(f"{number}. {step.text}")
        self._has_group = True

    async def end(self, fault: str) -> None:  # noqa: ARG002  # the recording shows it
        """Write the recording down."""
        context, self._context = self._context, None
        if context is None:
            return
        await self._end_group(context)
        await context.tracing.stop(path=self._path)

    async def _end_group(self, context: BrowserContext) -> None:
        if self._has_group:
            self._has_group = False
            await context.tracing.group_end()

    def keep(self, folder: EvidenceFolder, *, part: str = "") -> tuple[Evidence, ...]:
        """Move the recording to the evidence; nothing when there is none, or it is too large."""
        try:
            content = _without_our_code(self._path.read_bytes())
        except (OSError, zipfile.BadZipFile):
            return ()
        if len(content) > _LARGEST_BYTES:
            return ()
        return (folder.write(content, kind="trace", suffix="zip", part=part),)


def with_trace(attempt: Attempt, tracer: Tracer, folder: EvidenceFolder) -> Attempt:
    """Return the attempt with its recording, where one could be made."""
    return msgspec.structs.replace(attempt, evidence=(*attempt.evidence, *tracer.keep(folder)))


def _without_our_code(content: bytes) -> bytes:
    whole = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            if not entry.filename.endswith(_OUR_CODE):
                target.writestr(entry.filename, source.read(entry))
    return whole.getvalue()
