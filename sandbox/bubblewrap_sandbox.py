"""Sandboxes on a Linux machine: namespaces and bubblewrap, a seccomp filter, control groups."""

import asyncio
import os
import re
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar

from sandbox import kernel, labels, probe, reaper
from sandbox.collect import collect
from sandbox.command import Service, command_order, run_to_end
from sandbox.deposit import deposit, write_atomically
from sandbox.errors import SandboxError, SandboxGoneError, SandboxUnavailableError, UnsafePathError
from sandbox.limits import MEBIBYTE, Usage
from sandbox.protocol import (
    Capabilities,
    CollectedFiles,
    ExecResult,
    Isolation,
    SandboxDriver,
    SandboxRef,
    SandboxSpec,
    ServiceRef,
)
from sandbox.supervisor.orders import PodOrder
from sandbox.supervisor_client import Answer, SupervisorClient
from sandbox.toolchains.folders import private_owner, visible_folders

_CONTROL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CONTROL_BYTES = 64 * 1024
# Below these not even an empty sandbox could live.
_LEAST = {
    "memory_bytes": 8 * MEBIBYTE,
    "processes": 8,
    "cpu_cores": 0.01,
    "workspace_bytes": 64 * 1024,
    "open_files": 16,
    "output_bytes": 2,
}

_Result = TypeVar("_Result")


@dataclass
class _Sandbox:
    """What the worker holds of one sandbox: its limits, its folders, its services."""

    spec: SandboxSpec
    workspace: int
    control: int
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def owner(self) -> int:
        return os.fstat(self.workspace).st_uid

    def close(self) -> None:
        for service in self.services.values():
            service.close()
        os.close(self.workspace)
        os.close(self.control)


class BubblewrapSandbox(SandboxDriver):
    """Makes sandboxes through one supervisor; close it, or use it with `async with`.

    Started by root, each sandbox gets a host user id of its own; with `user` the supervisor gives
    root up and works as that ordinary user would, in user namespaces.
    """

    def __init__(self, *, user: int | None = None) -> None:
        self._client = SupervisorClient(self._note_ended, user)
        self._sandboxes: dict[str, _Sandbox] = {}

    async def __aenter__(self) -> Self:
        """Nothing is started before it is needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End every sandbox."""
        await self.close()

    async def close(self) -> None:
        """End every sandbox and the supervisor."""
        await self._client.close()

    @property
    def supervisor_process(self) -> int:
        """The process that all sandboxes of this driver live under; 0 before the first."""
        return self._client.process

    async def probe(self) -> Capabilities:
        """Say what this machine can enforce, by trying it; raise SandboxUnavailableError."""
        return await probe.probe(self, self._client)

    async def create(self, spec: SandboxSpec) -> SandboxRef:
        """Make an empty sandbox, or raise when it cannot keep a required limit."""
        order = await asyncio.to_thread(_order, spec)
        call = asyncio.ensure_future(self._client.ask("create", order=order))
        try:
            _, (workspace, control) = await asyncio.shield(call)
        except asyncio.CancelledError:
            call.add_done_callback(lambda done: self._destroy_unwanted(done, order.id))
            raise
        self._sandboxes[order.id] = _Sandbox(spec, workspace, control)
        return SandboxRef(order.id)

    async def put(self, ref: SandboxRef, files: Mapping[str, bytes]) -> None:
        """Write regular files into the workspace; paths are relative, without `..`."""
        held = dict(files)
        await _as_owner(self._held(ref).workspace, lambda folder: deposit(folder, held))

    async def exec(
        self,
        ref: SandboxRef,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        timeout_seconds: float | None = None,
    ) -> ExecResult:
        """Run a command to its end in the workspace and return what it said."""
        sandbox = self._held(ref)
        limits = sandbox.spec.limits
        seconds = limits.exec_seconds if timeout_seconds is None else timeout_seconds
        order = command_order(argv, env, min(seconds, limits.exec_seconds))
        return await run_to_end(
            self._client,
            ref.id,
            order,
            stdin=stdin,
            output_bytes=limits.output_bytes,
            owner=sandbox.owner,
        )

    async def start(
        self, ref: SandboxRef, argv: Sequence[str], *, env: Mapping[str, str] | None = None
    ) -> ServiceRef:
        """Start a background process that lives as long as the sandbox or until `stop`."""
        sandbox = self._held(ref)
        service = Service(sandbox.spec.limits.output_bytes)
        order = command_order(argv, env, None)
        await service.begin(self._client, ref.id, order, owner=sandbox.owner)
        name = secrets.token_hex(4)
        sandbox.services[name] = service
        return ServiceRef(ref, name)

    async def stop(self, service: ServiceRef) -> None:
        """End a background process and all that it started."""
        await self._service(service).stop()

    async def log(self, service: ServiceRef) -> bytes:
        """Return the last output of a background process, capped."""
        return self._service(service).log.content()

    async def exit_code(self, service: ServiceRef) -> int | None:
        """Say how a background process ended; None while it runs."""
        return self._service(service).exit_code

    async def dial(
        self, ref: SandboxRef, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a TCP port on the sandbox's own loopback."""
        self._held(ref)
        _, (descriptor,) = await self._client.ask("dial", pod=ref.id, port=port)
        connection = socket.socket(fileno=descriptor)
        try:
            await _until_connected(connection)
        except BaseException:
            connection.close()
            raise
        return await asyncio.open_connection(sock=connection)

    async def listen(self, ref: SandboxRef, port: int) -> socket.socket:
        """Listen on a TCP port of the sandbox's own loopback; who connects inside is served here.

        An OSError says that the port is taken. The caller closes the socket.
        """
        self._held(ref)
        _, (descriptor,) = await self._client.ask("listen", pod=ref.id, port=port)
        return socket.socket(fileno=descriptor)

    async def collect(self, ref: SandboxRef, *, max_files: int, max_bytes: int) -> CollectedFiles:
        """Read the workspace's regular files; links and special files are refused."""
        return await _as_owner(
            self._held(ref).workspace,
            lambda folder: collect(folder, max_files=max_files, max_bytes=max_bytes),
        )

    async def control(self, ref: SandboxRef, name: str, content: bytes) -> None:
        """Write `/control/<name>`, which processes inside can read but not change."""
        if not _CONTROL_NAME.fullmatch(name):
            raise UnsafePathError(
                f"{name!r} is no control file: use letters, digits, '.', '_', '-'"
            )
        if len(content) > _CONTROL_BYTES:
            raise UnsafePathError(
                f"the control file {name!r} is larger than {_CONTROL_BYTES} bytes"
            )
        await _as_owner(
            self._held(ref).control,
            lambda folder: write_atomically(folder, name.encode(), content),
        )

    async def stats(self, ref: SandboxRef) -> Usage:
        """Return what the sandbox used."""
        self._held(ref)
        values, _ = await self._client.ask("stats", pod=ref.id)
        return Usage(
            wall_seconds=values["wall_seconds"],
            cpu_seconds=values["cpu_seconds"],
            peak_memory_bytes=values["peak_memory_bytes"],
        )

    async def destroy(self, ref: SandboxRef) -> None:
        """Kill every process in it and remove every trace; idempotent."""
        if ref.id in self._sandboxes:
            await self._client.ask("destroy", pod=ref.id)
            self._note_ended(ref.id)

    async def destroy_build(self, tenant: str, build: str) -> int:
        """Destroy a build's sandboxes, whoever made them: for the worker that takes it over."""
        digest = labels.build_digest(tenant, build)
        own = [id_ for id_ in self._sandboxes if id_.startswith(f"{digest}.")]
        await asyncio.gather(*(self.destroy(SandboxRef(id_)) for id_ in own))
        others = await asyncio.to_thread(
            reaper.remove_sandboxes, lambda label: label.build == digest
        )
        return len(others.union(own))

    async def reap(self, older_than: timedelta) -> int:
        """Destroy sandboxes that nobody owns any more, found on the machine itself."""
        wanted = reaper.is_left_over(older_than.total_seconds())
        return len(await asyncio.to_thread(reaper.remove_sandboxes, wanted))

    # what is held

    def _held(self, ref: SandboxRef) -> _Sandbox:
        sandbox = self._sandboxes.get(ref.id)
        if sandbox is None:
            raise SandboxGoneError(f"the sandbox {ref.id} is gone")
        return sandbox

    def _service(self, service: ServiceRef) -> Service:
        found = self._held(service.sandbox).services.get(service.id)
        if found is None:
            raise SandboxGoneError(f"the service {service.id} is gone")
        return found

    def _destroy_unwanted(self, creation: "asyncio.Future[Answer]", sandbox_id: str) -> None:
        if not creation.cancelled() and creation.exception() is None:
            for descriptor in creation.result().descriptors:
                os.close(descriptor)
        self._client.post("destroy", pod=sandbox_id)

    def _note_ended(self, sandbox_id: str | None) -> None:
        ended = list(self._sandboxes) if sandbox_id is None else [sandbox_id]
        for id_ in ended:
            sandbox = self._sandboxes.pop(id_, None)
            if sandbox is not None:
                sandbox.close()


async def _until_connected(connection: socket.socket) -> None:
    """Wait for a connection that the supervisor began; it must never wait itself."""
    loop = asyncio.get_running_loop()
    writable = asyncio.Event()
    loop.add_writer(connection, writable.set)
    try:
        await writable.wait()
    finally:
        loop.remove_writer(connection)
    problem = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if problem:
        # OSError picks the class by number: a refused connection is a ConnectionRefusedError.
        raise OSError(problem, os.strerror(problem))


async def _as_owner(folder: int, act: Callable[[int], _Result]) -> _Result:
    """Act on a folder in a thread, as the user who owns it and no more."""
    # A copy: the sandbox may end meanwhile, and its number pass to another file.
    held = os.dup(folder)
    try:
        return await asyncio.to_thread(_act, act, held)
    finally:
        os.close(held)


def _act(act: Callable[[int], _Result], folder: int) -> _Result:
    status = os.fstat(folder)
    if status.st_uid == os.getuid():
        return act(folder)
    kernel.act_on_files_as(status.st_uid, status.st_gid)
    try:
        return act(folder)
    finally:
        kernel.act_on_files_as(os.getuid(), os.getgid())


def _order(spec: SandboxSpec) -> PodOrder:
    if spec.min_isolation > Isolation.NAMESPACE:
        raise SandboxUnavailableError(
            f"{spec.min_isolation.name} isolation was asked for; bubblewrap gives NAMESPACE:"
            " use a driver with gVisor or a virtual machine"
        )
    limits = spec.limits
    for name, least in _LEAST.items():
        if getattr(limits, name) < least:
            raise SandboxError(f"the limit {name} of a sandbox must be at least {least}")
    root = spec.toolchain.root.absolute()
    return PodOrder(
        id=labels.new_sandbox_id(spec.tenant, spec.build, spec.role),
        toolchain_root=str(root),
        folders=visible_folders(root),
        private_owner=private_owner(root),
        read_only_workspace=spec.read_only_workspace,
        memory_bytes=limits.memory_bytes,
        processes=limits.processes,
        cpu_cores=limits.cpu_cores,
        workspace_bytes=limits.workspace_bytes,
        open_files=limits.open_files,
        lifetime_seconds=limits.lifetime_seconds,
    )
