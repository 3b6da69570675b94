"""What can be done with blueprints, builds and keys, for callers on an event loop.

Arguments, results and errors are those of the same methods of `Draftworks`; a test compares them.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID

from draftworks import _calls as calls
from draftworks._core import Core
from draftworks._documents import check, submit
from draftworks._downloading import Downloader
from draftworks._event_streams import AsyncEventStream
from draftworks._following import Follower
from draftworks._models import ApiKey, Artifact, Blueprint, Build, CheckedBlueprint, CreatedApiKey
from draftworks._pages import AsyncPage
from draftworks._waiting import EventHook, Until, Waiter


class AsyncBlueprints:
    """`client.blueprints`: written specifications, as the works stored them."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def submit(
        self,
        path_or_text: str | os.PathLike[str],
        *,
        file: str | None = None,
        idempotency_key: str | None = None,
    ) -> Blueprint:
        """Store a blueprint and return it with its findings; see `Blueprints.submit`."""
        return await submit(self._core, path_or_text, file=file, idempotency_key=idempotency_key)

    async def check(
        self, path_or_text: str | os.PathLike[str], *, file: str | None = None
    ) -> CheckedBlueprint:
        """Check a blueprint and store nothing; see `Blueprints.check`."""
        return await check(self._core, path_or_text, file=file)

    async def get(self, blueprint_id: str | UUID) -> Blueprint:
        """Return a blueprint; NotFoundError when there is none of this id."""
        return await self._core.send(calls.read_blueprint(blueprint_id))

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPage[Blueprint]:
        """Return a page of blueprints, `limit` to a page (1 to 100); iterate it for all."""
        return await AsyncPage.fetch(
            self._core, lambda at: calls.list_blueprints(limit=limit, cursor=at), cursor
        )


class AsyncBuilds:
    """`client.builds`: blueprints on their way through the works."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def start(self, blueprint_id: str | UUID, *, idempotency_key: str | None = None) -> Build:
        """Order a build of a blueprint and return it, queued; see `Builds.start`."""
        call = calls.start_build(blueprint_id, idempotency_key=idempotency_key)
        return await self._core.send(call)

    async def get(self, build_id: str | UUID) -> Build:
        """Return a build as it stands; NotFoundError when there is none of this id."""
        return await self._core.send(calls.read_build(build_id))

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPage[Build]:
        """Return a page of builds, `limit` to a page (1 to 100); iterate it for all."""
        return await AsyncPage.fetch(
            self._core, lambda at: calls.list_builds(limit=limit, cursor=at), cursor
        )

    async def cancel(self, build_id: str | UUID, *, idempotency_key: str | None = None) -> Build:
        """Stop a build and return it; ConflictError when it has ended already."""
        call = calls.cancel_build(build_id, idempotency_key=idempotency_key)
        return await self._core.send(call)

    async def decide(  # noqa: PLR0913 - one decision's fields, all by name
        self,
        build_id: str | UUID,
        *,
        gate: str,
        decision: str,
        criteria: Sequence[str] = (),
        comment: str = "",
        proof_digest: str | None = None,
        blanket: bool = False,
        idempotency_key: str | None = None,
    ) -> Build:
        """Answer the question that a build waits with; see `Builds.decide`."""
        body = calls.decision_body(
            gate=gate,
            decision=decision,
            criteria=criteria,
            comment=comment,
            proof_digest=proof_digest,
            blanket=blanket,
        )
        call = calls.decide_build(build_id, body, idempotency_key=idempotency_key)
        return await self._core.send(call)

    def events(self, build_id: str | UUID, after: int | None = None) -> AsyncEventStream:
        """Return a build's events as they happen, for `async for`; see `Builds.events`."""
        return AsyncEventStream(Follower(self._core, build_id, after=after))

    async def wait(
        self,
        build_id: str | UUID,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - the core's own deadline, for both clients
        on_event: EventHook | None = None,
        until: Until = "end",
    ) -> Build:
        """Wait for a build's end; `on_event` may be a coroutine function; see `Builds.wait`."""
        return await Waiter(self._core, build_id, until=until).wait(timeout, on_event)

    async def artifacts(
        self, build_id: str | UUID, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPage[Artifact]:
        """Return the files of a build's product and proof, with short-lived links."""
        return await AsyncPage.fetch(
            self._core, lambda at: calls.list_artifacts(build_id, limit=limit, cursor=at), cursor
        )

    async def download(
        self,
        build_id: str | UUID,
        folder: str | os.PathLike[str],
        *,
        kinds: Collection[str] | None = None,
    ) -> tuple[Path, ...]:
        """Fetch a build's files into a folder; see `Builds.download`."""
        return await Downloader(self._core, build_id, Path(folder)).download(kinds)


class AsyncKeys:
    """`client.keys`: what other programs may call the works with."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(self, name: str, *, idempotency_key: str | None = None) -> CreatedApiKey:
        """Make a key; its `secret` is told here and never again."""
        call = calls.create_key(name, idempotency_key=idempotency_key)
        return await self._core.send(call)

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> AsyncPage[ApiKey]:
        """Return a page of keys, `limit` to a page (1 to 100); iterate it for all."""
        return await AsyncPage.fetch(
            self._core, lambda at: calls.list_keys(limit=limit, cursor=at), cursor
        )

    async def revoke(self, key_id: str | UUID) -> None:
        """End a key at once; NotFoundError when there is none of this id."""
        await self._core.send(calls.revoke_key(key_id))
