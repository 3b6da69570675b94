"""The supervisor's life: become the first process of its own namespaces, serve, clean up."""

import gc
import os
import signal
import socket
import sys

from sandbox import kernel, labels
from sandbox.bubblewrap_program import BUBBLEWRAP
from sandbox.cgroups import find_parents
from sandbox.errors import SandboxUnavailableError
from sandbox.supervisor import stage
from sandbox.supervisor.channel import Channel, ChannelClosedError
from sandbox.supervisor.orders import CHANNEL_DESCRIPTOR
from sandbox.supervisor.pods import become, map_only
from sandbox.supervisor.service import Host, Supervisor
from sandbox.supervisor.uids import UserIds

# After the program and the project folder.
_USER_ARGUMENT = 2


def main() -> None:
    """Serve the worker on the inherited channel until it goes away."""
    kernel.close_from(CHANNEL_DESCRIPTOR + 1)
    channel = Channel(socket.socket(fileno=CHANNEL_DESCRIPTOR))
    if len(sys.argv) > _USER_ARGUMENT:
        become(int(sys.argv[_USER_ARGUMENT]))
        kernel.own_process_files()
    # A terminal's or a service's stop signal is for the worker; its going away ends us.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Taken here, because inside its own process namespace it has another id.
    owner = labels.owner_token(os.getpid())
    try:
        inner = _fork_into_own_namespaces()
    except (OSError, SandboxUnavailableError) as error:
        channel.send({"unavailable": _explain(error)})
        sys.exit(1)
    if inner:
        channel.close()
        os.waitpid(inner, 0)
        return
    _serve(channel, owner)


def _fork_into_own_namespaces() -> int:
    """Become two: the outer one waits, the inner one is the first of its process namespace."""
    uid, gid = os.getuid(), os.getgid()
    wanted = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID
    if uid != 0:
        wanted |= kernel.CLONE_NEWUSER | kernel.CLONE_NEWNET
    kernel.unshare(wanted)
    if uid != 0:
        map_only(uid, gid)
    return os.fork()


def _serve(channel: Channel, owner: str) -> None:
    kernel.die_with_parent(signal.SIGKILL)
    try:
        host = _prepare_host(owner)
    except (OSError, SandboxUnavailableError) as error:
        channel.send({"unavailable": _explain(error)})
        sys.exit(1)
    gc.freeze()
    gc.disable()
    supervisor = Supervisor(channel, host)
    channel.send({"ready": host.describe()})
    try:
        supervisor.serve()
    except ChannelClosedError:
        supervisor.destroy_all()


def _prepare_host(owner: str) -> Host:
    parents = find_parents(root=stage.HOST)
    uids = UserIds() if os.getuid() == 0 else None
    stage.enter_stage()
    return Host(
        owner=owner,
        bubblewrap=BUBBLEWRAP,
        cgroups=parents,
        uids=uids,
        pid_namespace=_open_namespace("pid"),
        net_namespace=_open_namespace("net"),
    )


def _open_namespace(name: str) -> int:
    return os.open(f"/proc/self/ns/{name}", os.O_RDONLY | os.O_CLOEXEC)


def _explain(error: Exception) -> str:
    if isinstance(error, SandboxUnavailableError):
        return str(error)
    if not isinstance(error, PermissionError):
        return f"sandboxes cannot be set up: {error}"
    return f"{error}. {_NAMESPACE_REMEDY}"


_NAMESPACE_REMEDY = (
    "Namespaces are not permitted here. As an ordinary user: `sysctl user.max_user_namespaces`"
    " must be above 0, on Debian `sysctl kernel.unprivileged_userns_clone=1`, on Ubuntu 24.04 and"
    " later `sysctl kernel.apparmor_restrict_unprivileged_userns=0`. In a container: give it"
    " `--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
    " --security-opt systempaths=unconfined`."
)
