"""What can be done with blueprints, builds and keys, for callers that block.

Every method here may raise the errors of `draftworks` that fit an answer (APIStatusError and its
children), APIConnectionError when none came, and APIResponseValidationError when it is unreadable.
`idempotency_key` names an order of your own: the same key never does the same thing twice, not
even from another process. Without one, each call makes its own and keeps it through its retries.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID

from draftworks import _calls as calls
from draftworks._core import Core
from draftworks._documents import check, submit
from draftworks._downloading import Downloader
from draftworks._event_streams import EventStream
from draftworks._following import Follower
from draftworks._models import ApiKey, Artifact, Blueprint, Build, CheckedBlueprint, CreatedApiKey
from draftworks._pages import Page
from draftworks._waiting import EventHook, Until, Waiter
from draftworks._wire import run


class Blueprints:
    """`client.blueprints`: written specifications, as the works stored them."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def submit(
        self,
        path_or_text: str | os.PathLike[str],
        *,
        file: str | None = None,
        idempotency_key: str | None = None,
    ) -> Blueprint:
        """Store a blueprint and return it with its findings.

        A string with a line break is the blueprint's text, anything else is the path of its file
        (UTF-8, at most 1 MB). `file` is the name that findings call it by.

        A blueprint with errors is stored too: look at `orderable` and `findings`. Raises
        BlueprintUnreadableError when the file is no UTF-8 text, OSError when it cannot be read.
        """
        work = submit(self._core, path_or_text, file=file, idempotency_key=idempotency_key)
        return run(work)

    def check(
        self, path_or_text: str | os.PathLike[str], *, file: str | None = None
    ) -> CheckedBlueprint:
        """Check a blueprint and store nothing; the arguments are those of `submit`.

        The answer holds the findings with the rules behind them, what the scenarios cover, and
        what a build may cost. Raises BlueprintUnreadableError when the file is no UTF-8 text,
        OSError when it cannot be read.
        """
        return run(check(self._core, path_or_text, file=file))

    def get(self, blueprint_id: str | UUID) -> Blueprint:
        """Return a blueprint; NotFoundError when there is none of this id."""
        return run(self._core.send(calls.read_blueprint(blueprint_id)))

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[Blueprint]:
        """Return a page of blueprints, `limit` to a page (1 to 100); iterate it for all."""
        return Page.fetch(
            self._core, lambda at: calls.list_blueprints(limit=limit, cursor=at), cursor
        )


class Builds:
    """`client.builds`: blueprints on their way through the works."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def start(self, blueprint_id: str | UUID, *, idempotency_key: str | None = None) -> Build:
        """Order a build of a blueprint and return it, queued.

        Raises UnprocessableEntityError (`code` is `blueprint_rejected`) when the blueprint has
        errors, PaymentRequiredError (`out_of_credits`) when the credits do not cover it.
        """
        call = calls.start_build(blueprint_id, idempotency_key=idempotency_key)
        return run(self._core.send(call))

    def get(self, build_id: str | UUID) -> Build:
        """Return a build as it stands; NotFoundError when there is none of this id."""
        return run(self._core.send(calls.read_build(build_id)))

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[Build]:
        """Return a page of builds, `limit` to a page (1 to 100); iterate it for all."""
        return Page.fetch(self._core, lambda at: calls.list_builds(limit=limit, cursor=at), cursor)

    def cancel(self, build_id: str | UUID, *, idempotency_key: str | None = None) -> Build:
        """Stop a build and return it; ConflictError when it has ended already."""
        call = calls.cancel_build(build_id, idempotency_key=idempotency_key)
        return run(self._core.send(call))

    def decide(  # noqa: PLR0913 - one decision's fields, all by name
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
        """Answer the question that a build waits with, and return the build.

        `gate` is `plan` or `acceptance`, `decision` is `accept` or `reject`; `criteria` are the
        ids decided upon; `proof_digest` is that of the proof that was looked at
        (`build.gate.proof_digest`); `blanket` says that nobody looked at each criterion.

        Raises ConflictError when the build does not wait, or its proof is another by now.
        """
        body = calls.decision_body(
            gate=gate,
            decision=decision,
            criteria=criteria,
            comment=comment,
            proof_digest=proof_digest,
            blanket=blanket,
        )
        call = calls.decide_build(build_id, body, idempotency_key=idempotency_key)
        return run(self._core.send(call))

    def events(self, build_id: str | UUID, after: int | None = None) -> EventStream:
        """Return a build's events as they happen, from its first or from `after` a `seq`.

        A cut connection is opened again where it stopped; the stream ends after the event that
        ends the build.
        """
        return EventStream(Follower(self._core, build_id, after=after))

    def wait(
        self,
        build_id: str | UUID,
        *,
        timeout: float | None = None,
        on_event: EventHook | None = None,
        until: Until = "end",
    ) -> Build:
        """Wait for a build's end and return it delivered.

        `timeout` is in seconds, None waits as long as it takes. `on_event` is called with every
        event from the build's first. `until="gate"` also returns when the build waits for a
        person: then `build.gate` is the question to answer with `decide`. With `until="end"`
        somebody else has to answer.

        Raises BuildFailedError, BuildCanceledError, or WaitTimeoutError; each carries `build`.
        """
        return run(Waiter(self._core, build_id, until=until).wait(timeout, on_event))

    def artifacts(
        self, build_id: str | UUID, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[Artifact]:
        """Return the files of a build's product and proof, with short-lived links."""
        return Page.fetch(
            self._core, lambda at: calls.list_artifacts(build_id, limit=limit, cursor=at), cursor
        )

    def download(
        self,
        build_id: str | UUID,
        folder: str | os.PathLike[str],
        *,
        kinds: Collection[str] | None = None,
    ) -> tuple[Path, ...]:
        """Fetch a build's files into a folder and return where each one is.

        `kinds` picks some of `product`, `proof` and `code_archive`; None is all. Each file is
        checked against its SHA-256 before it takes its name, so a file is whole or not there;
        a file that is there already and the same is not fetched again, another one is replaced.

        Raises UnsafePathError before anything is fetched when a path would leave the folder,
        ChecksumMismatchError when bytes arrive damaged again and again, OSError for the disk.
        """
        return run(Downloader(self._core, build_id, Path(folder)).download(kinds))


class Keys:
    """`client.keys`: what other programs may call the works with."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def create(self, name: str, *, idempotency_key: str | None = None) -> CreatedApiKey:
        """Make a key; its `secret` is told here and never again."""
        call = calls.create_key(name, idempotency_key=idempotency_key)
        return run(self._core.send(call))

    def list(self, *, limit: int | None = None, cursor: str | None = None) -> Page[ApiKey]:
        """Return a page of keys, `limit` to a page (1 to 100); iterate it for all."""
        return Page.fetch(self._core, lambda at: calls.list_keys(limit=limit, cursor=at), cursor)

    def revoke(self, key_id: str | UUID) -> None:
        """End a key at once; NotFoundError when there is none of this id."""
        run(self._core.send(calls.revoke_key(key_id)))
