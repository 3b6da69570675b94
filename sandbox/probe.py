"""What this machine can hold back: tried in a canary sandbox, not read from a version number."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.errors import SandboxUnavailableError
from sandbox.limits import MEBIBYTE, Limits
from sandbox.protocol import (
    Capabilities,
    Enforcement,
    Isolation,
    SandboxDriver,
    SandboxRef,
    SandboxSpec,
    Toolchain,
)
from sandbox.supervisor_client import SupervisorClient

_LIMITS = Limits(
    memory_bytes=48 * MEBIBYTE,
    processes=24,
    workspace_bytes=4 * MEBIBYTE,
    open_files=64,
    output_bytes=64 * 1024,
    exec_seconds=10,
    lifetime_seconds=60,
)
_SPEC = SandboxSpec(
    tenant="-",
    build="probe",
    role="probe",
    toolchain=Toolchain(name="none", root=Path("/usr")),
    limits=_LIMITS,
)
_PAST = b"past"
# Each oversteps one limit, and says so when nothing stopped it.
TRIALS = {
    "memory_bytes": "test $(head -c 99M /dev/zero | tail -c 99M | wc -c) -gt 99000000 && echo past",
    "processes": "i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done; echo past",
    "workspace_bytes": "head -c 8M /dev/zero > fill && echo past",
    "open_files": "ulimit -n 1024 && echo past",
    "network": "test $(grep -c : /proc/net/dev) = 1 || echo past",
    "host_files": "test -e /root -o -e /home -o -e /var -o -e /run -o -e /sys && echo past",
    "user": "test $(id -u) = 0 -o $(cut -c1-3 /proc/self/uid_map | wc -l) != 1 && echo past",
}
_MUST_HOLD = ("workspace_bytes", "network", "host_files", "user")


async def probe(driver: SandboxDriver, client: SupervisorClient) -> Capabilities:
    """Overstep each limit in a canary sandbox and say what held."""
    ref = await driver.create(_SPEC)
    try:
        held = {name: await _holds(driver, ref, trial) for name, trial in TRIALS.items()}
        late = await driver.exec(ref, ["sleep", "5"], timeout_seconds=0.1)
    finally:
        await driver.destroy(ref)
    for name in _MUST_HOLD:
        if not held[name]:
            raise SandboxUnavailableError(
                f"a trial sandbox on this machine does not hold {name}; it is not safe to use here"
            )
    groups = client.host["cgroups"]
    limits = {name: _level(name, groups) if held[name] else Enforcement.ABSENT for name in held}
    limits["exec_seconds"] = Enforcement.ENFORCED if late.timed_out else Enforcement.ABSENT
    limits["cpu_cores"] = Enforcement.ENFORCED if "cpu" in groups else Enforcement.ABSENT
    limits["output_bytes"] = limits["lifetime_seconds"] = limits["exec_seconds"]
    return Capabilities(
        driver="bubblewrap",
        isolation=Isolation.NAMESPACE,
        limits=limits,
        notes=_notes(is_root=client.host["is_root"], groups=groups),
    )


async def _holds(driver: SandboxDriver, ref: SandboxRef, trial: str) -> bool:
    result = await driver.exec(ref, ["sh", "-c", trial])
    return _PAST not in result.stdout


def _level(name: str, groups: Mapping[str, int]) -> Enforcement:
    if name == "memory_bytes" and "memory" not in groups:
        return Enforcement.BEST_EFFORT
    return Enforcement.ENFORCED


def _notes(*, is_root: bool, groups: Mapping[str, int]) -> tuple[str, ...]:
    notes = [
        "commands run as a host user id of their own, one for each sandbox"
        if is_root
        else "commands run under this user's host id, in user namespaces"
    ]
    if "memory" not in groups:
        notes.append(
            "no memory control group may be made here: a watchdog looks every 20 ms instead;"
            " start the works as root, or with `systemd-run --user --scope -p Delegate=yes`"
        )
    if "cpu" not in groups:
        notes.append("no cpu control group may be made here: processor time is not shared out")
    notes += [f"{name} by control groups version {version}" for name, version in groups.items()]
    return tuple(notes)
