"""What the supervisor does for its worker: make pods, run commands, connect, clean up."""

import contextlib
import errno
import json
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox import kernel
from sandbox.cgroups import Group, Parent
from sandbox.labels import full_name
from sandbox.supervisor import commands, pods, watchdog
from sandbox.supervisor.channel import Channel, ChannelClosedError, Message
from sandbox.supervisor.commands import Ending, Job
from sandbox.supervisor.loop import Loop
from sandbox.supervisor.orders import CommandOrder, PodOrder
from sandbox.supervisor.pods import Pod
from sandbox.supervisor.uids import UserIds

_GRACE_SECONDS = 5.0
_ORPHAN_LOOK_SECONDS = 0.02
_LOOPBACK = "127.0.0.1"
_WAITING_CONNECTIONS = 64


class RefusedError(Exception):
    """An order that cannot be carried out; `kind` tells the worker which error to raise."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, kw_only=True)
class Host:
    """What the supervisor found on this machine when it started."""

    owner: str
    bubblewrap: str
    cgroups: Mapping[str, Parent]
    uids: UserIds | None
    pid_namespace: int
    net_namespace: int

    def describe(self) -> dict[str, Any]:
        """Say it to the worker."""
        versions = {name: parent.version for name, parent in self.cgroups.items()}
        return {"is_root": self.uids is not None, "cgroups": versions}


class Supervisor:
    """Makes pods, runs commands in them, and lets nothing live longer than it may."""

    def __init__(self, channel: Channel, host: Host) -> None:
        self._channel = channel
        self._host = host
        self._loop = Loop(channel)
        self._pods: dict[str, Pod] = {}
        self._jobs: dict[int, Job] = {}
        self._orders: dict[str, Callable[[int, Message, list[int]], None]] = {
            "create": self._create,
            "spawn": self._spawn,
            "kill": self._kill,
            "dial": self._dial,
            "listen": self._listen,
            "stats": self._stats,
            "destroy": self._destroy,
        }

    def serve(self) -> None:
        """Run until the worker closes the channel."""
        self._loop.run(self._take_orders, self._reap_children)

    def destroy_all(self) -> None:
        """End every sandbox, because the worker is gone."""
        for pod in self._pods.values():
            pod.end()
        until = time.monotonic() + _GRACE_SECONDS
        while self._pods and time.monotonic() < until:
            self._collect_children()
            self._clear_away()
            time.sleep(0.001)

    # orders

    def _take_orders(self) -> None:
        self._channel.flush()
        while (received := self._channel.receive()) is not None:
            message, descriptors = received
            call = message["call"]
            try:
                self._orders[message["do"]](call, message, descriptors)
            except RefusedError as refusal:
                self._answer(call, refused=refusal.kind, why=str(refusal))
            except OSError as error:
                self._answer(call, refused="failed", why=str(error))
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)

    def _answer(self, call: int, descriptors: tuple[int, ...] = (), **values: Any) -> None:
        # When the worker is gone the loop notices by itself; cleaning up must not stop here.
        with contextlib.suppress(ChannelClosedError):
            self._channel.send({"call": call, **values}, descriptors)

    def _living(self, message: Message) -> Pod:
        pod = self._pods.get(message["pod"])
        if pod is None or pod.is_ending or not pod.namespaces:
            raise RefusedError("gone", f"the sandbox {message['pod']} is gone")
        return pod

    def _create(self, call: int, message: Message, _descriptors: list[int]) -> None:
        order = PodOrder.from_message(message["order"])
        uid = self._host.uids.take() if self._host.uids else None
        name = full_name(self._host.owner, order.id)
        pod = Pod(order, Group(self._host.cgroups, name), uid, name, started=time.monotonic())
        self._pods[order.id] = pod
        pod.memory_is_watched = "memory" not in self._host.cgroups
        try:
            pod.group.create(pods.group_limits(order))
            ready = pods.fork_holder(pod, self._host.pid_namespace)
        except OSError:
            self._forget(pod)
            raise
        self._loop.watch(ready, lambda: self._finish_create(call, pod, ready))

    def _finish_create(self, call: int, pod: Pod, ready: int) -> None:
        self._loop.unwatch(ready)
        try:
            folders = pods.open_pod(pod, ready)
        except OSError as error:
            pod.end()
            self._answer(call, refused="failed", why=str(error))
            return
        finally:
            os.close(ready)
        self._loop.after(pod.order.lifetime_seconds, lambda: self._end_of_life(pod))
        if pod.memory_is_watched:
            self._watch_memory(pod)
        self._answer(call, folders)

    def _spawn(self, call: int, message: Message, descriptors: list[int]) -> None:
        pod = self._living(message)
        payload, *streams = descriptors
        order = CommandOrder.from_message(json.loads(_whole(payload)))
        process, status = commands.spawn(
            pod,
            order,
            bubblewrap=self._host.bubblewrap,
            streams=streams,
            own_pid_namespace=self._host.pid_namespace,
        )
        job = Job(call, pod, process, status)
        self._jobs[process] = job
        if order.deadline_seconds is not None:
            self._loop.after(order.deadline_seconds, lambda: self._kill_job(job, "deadline"))

    def _kill(self, call: int, message: Message, _descriptors: list[int]) -> None:
        for job in self._jobs.values():
            if job.call == message["job"]:
                self._kill_job(job, message["why"])
        self._answer(call)

    def _dial(self, call: int, message: Message, _descriptors: list[int]) -> None:
        connection = self._socket_inside(self._living(message))
        problem = connection.connect_ex((_LOOPBACK, message["port"]))
        if problem not in (0, errno.EINPROGRESS):
            connection.close()
            self._answer(call, refused="unreachable", why=os.strerror(problem), errno=problem)
            return
        self._answer(call, (connection.detach(),))

    def _listen(self, call: int, message: Message, _descriptors: list[int]) -> None:
        listener = self._socket_inside(self._living(message))
        # Connections of a listener that was closed may still be ending.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_LOOPBACK, message["port"]))
            listener.listen(_WAITING_CONNECTIONS)
        except (OSError, OverflowError) as error:
            listener.close()
            number = getattr(error, "errno", errno.EINVAL)
            self._answer(call, refused="unreachable", why=os.strerror(number), errno=number)
            return
        self._answer(call, (listener.detach(),))

    def _socket_inside(self, pod: Pod) -> socket.socket:
        """Make a socket that never blocks; it stays in the namespace that it was made in."""
        kernel.enter_namespace(pod.namespaces[kernel.CLONE_NEWNET], kernel.CLONE_NEWNET)
        try:
            made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        finally:
            kernel.enter_namespace(self._host.net_namespace, kernel.CLONE_NEWNET)
        made.settimeout(0)
        return made

    def _stats(self, call: int, message: Message, _descriptors: list[int]) -> None:
        pod = self._living(message)
        peak_bytes = pod.group.peak_memory_bytes()
        self._answer(
            call,
            wall_seconds=time.monotonic() - pod.started,
            cpu_seconds=pod.group.cpu_seconds(),
            peak_memory_bytes=pod.peak_bytes if peak_bytes is None else peak_bytes,
        )

    def _destroy(self, call: int, message: Message, _descriptors: list[int]) -> None:
        pod = self._pods.get(message["pod"])
        if pod is None:
            self._answer(call)
            return
        pod.waiting_for_end.append(call)
        pod.end()

    # limits

    def _kill_job(self, job: Job, reason: str) -> None:
        if self._jobs.get(job.process) is job:
            commands.kill(job, reason)
            self._loop.after(_ORPHAN_LOOK_SECONDS, lambda: self._kill_again(job))

    def _kill_again(self, job: Job) -> None:
        if self._jobs.get(job.process) is job:
            commands.kill(job, job.killed_because or "")
            self._loop.after(_ORPHAN_LOOK_SECONDS, lambda: self._kill_again(job))

    def _end_of_life(self, pod: Pod) -> None:
        if self._pods.get(pod.order.id) is pod:
            pod.end()

    def _watch_memory(self, pod: Pod) -> None:
        if pod.is_ending or not pod.namespaces:
            return
        limit_bytes = pod.order.memory_bytes
        used_bytes = watchdog.used_bytes(pod.processes_folder, limit_bytes)
        pod.peak_bytes = max(pod.peak_bytes or 0, used_bytes)
        if used_bytes > limit_bytes:
            for job in [job for job in self._jobs.values() if job.pod is pod]:
                self._kill_job(job, "memory")
        self._loop.after(watchdog.INTERVAL_SECONDS, lambda: self._watch_memory(pod))

    # children

    def _reap_children(self) -> None:
        self._collect_children()
        self._clear_away()

    def _collect_children(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            self._note_end(process, status)

    def _note_end(self, process: int, status: int) -> None:
        job = self._jobs.pop(process, None)
        if job is not None:
            self._finish(job, status)
        for pod in self._pods.values():
            if pod.holder == process:
                pod.holder_is_gone = True

    def _finish(self, job: Job, status: int) -> None:
        """Report the end, but only when all that the command started has ended too."""
        ending = commands.read_ending(job, status)
        os.close(job.status)
        if not job.pod.is_ending and commands.is_exiting(job.pod.holder):
            job.pod.end()
        left = [] if job.pod.is_ending else commands.kill_orphans(job.pod)
        if not left:
            self._report(job, ending)
        for descriptor in tuple(left):
            self._loop.watch(descriptor, partial(self._note_orphan, job, ending, left, descriptor))

    def _note_orphan(self, job: Job, ending: Ending, left: list[int], descriptor: int) -> None:
        self._loop.unwatch(descriptor)
        os.close(descriptor)
        left.remove(descriptor)
        if not left:
            self._report(job, ending)

    def _report(self, job: Job, ending: Ending) -> None:
        self._answer(
            job.call,
            exit_code=ending.exit_code,
            has_run=ending.has_run and not job.pod.is_ending,
            sandbox_ended=job.pod.is_ending,
            failure=ending.failure,
            killed_because=job.killed_because,
        )

    def _clear_away(self) -> None:
        for pod in [pod for pod in self._pods.values() if pod.holder_is_gone]:
            pod.end()
            if any(job.pod is pod for job in self._jobs.values()):
                continue
            self._forget(pod)

    def _forget(self, pod: Pod) -> None:
        pod.close()
        pod.group.remove()
        if self._host.uids and pod.owner_uid is not None:
            self._host.uids.give_back(pod.owner_uid)
        del self._pods[pod.order.id]
        for call in pod.waiting_for_end:
            self._answer(call)
        with contextlib.suppress(ChannelClosedError):
            self._channel.send({"ended": pod.order.id})


def _whole(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0)
