"""What the driver says of its limits, and the parts that keep them where the kernel differs."""

import dataclasses
from pathlib import Path

import pytest

from sandbox.bubblewrap_program import require_version
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.cgroups import Group, GroupLimits, Hierarchies, Parent, find_parents
from sandbox.errors import SandboxError, SandboxUnavailableError
from sandbox.limits import MEBIBYTE
from sandbox.output import HeadAndTail, Ring
from sandbox.probe import TRIALS
from sandbox.protocol import Enforcement, Isolation
from tests.sandbox.machines import SMALL, make_spec

VERSION_2_LINE = "30 23 0:26 / {folder} rw shared:4 - cgroup2 cgroup2 rw,nsdelegate"


async def test_probe_says_what_was_tried_and_held(driver: BubblewrapSandbox, rung: str) -> None:
    capabilities = await driver.probe()

    assert capabilities.isolation == Isolation.NAMESPACE
    hard = {name for name, how in capabilities.limits.items() if how == Enforcement.ENFORCED}
    assert hard >= {
        *("processes", "workspace_bytes", "open_files", "output_bytes", "exec_seconds"),
        *("lifetime_seconds", "network", "host_files", "user"),
    }
    if rung == "ordinary":
        assert capabilities.limits["memory_bytes"] == Enforcement.BEST_EFFORT
        assert any("watchdog" in note for note in capabilities.notes)
    elif {"memory", "cpu"} <= set(find_parents()):
        assert hard >= {"memory_bytes", "cpu_cores"}


@pytest.mark.parametrize("name", ["memory_bytes", "processes", "workspace_bytes", "open_files"])
async def test_probe_s_trials_would_notice_a_missing_limit(
    driver: BubblewrapSandbox, name: str
) -> None:
    """The positive control: with that limit far away the same trial gets through."""
    far = {
        "memory_bytes": 512 * MEBIBYTE,
        "processes": 200,
        "workspace_bytes": 64 * MEBIBYTE,
        "open_files": 1024,
    }
    limits = dataclasses.replace(SMALL, **{name: far[name]})
    ref = await driver.create(make_spec(limits=limits))

    result = await driver.exec(ref, ["sh", "-c", TRIALS[name]])
    await driver.destroy(ref)

    assert result.stdout == b"past\n"


@pytest.mark.parametrize("floor", [Isolation.USER_KERNEL, Isolation.MICRO_VM])
async def test_stronger_isolation_is_refused_not_weakened(
    driver: BubblewrapSandbox, floor: Isolation
) -> None:
    with pytest.raises(SandboxUnavailableError, match="gVisor or a virtual machine"):
        await driver.create(dataclasses.replace(make_spec(), min_isolation=floor))


@pytest.mark.parametrize(
    "spec",
    [
        make_spec(limits=dataclasses.replace(SMALL, processes=2)),
        make_spec(limits=dataclasses.replace(SMALL, open_files=3)),
        make_spec(limits=dataclasses.replace(SMALL, workspace_bytes=0)),
        make_spec(limits=dataclasses.replace(SMALL, memory_bytes=1000)),
        make_spec(limits=dataclasses.replace(SMALL, cpu_cores=0)),
        make_spec(role="Not a role/.."),
    ],
)
async def test_impossible_sandbox_is_refused(driver: BubblewrapSandbox, spec: object) -> None:
    with pytest.raises(SandboxError):
        await driver.create(spec)  # type: ignore[arg-type]  # a parameter of pytest's


def test_control_groups_of_version_2_come_from_the_ancestor_that_hands_them_down(
    tmp_path: Path,
) -> None:
    unit = tmp_path / "user.slice" / "session.scope"
    unit.mkdir(parents=True)
    (tmp_path / "cgroup.subtree_control").write_text("cpu memory pids\n")
    (tmp_path / "user.slice" / "cgroup.subtree_control").write_text("memory pids\n")
    (unit / "cgroup.subtree_control").write_text("\n")

    found = Hierarchies.read(
        VERSION_2_LINE.format(folder=tmp_path), "0::/user.slice/session.scope\n"
    )

    slice_, top = Parent(2, tmp_path / "user.slice"), Parent(2, tmp_path)
    assert list(found.candidates("memory")) == [slice_, top]
    assert list(found.candidates("cpu")) == [top]
    assert list(found.candidates("cpuacct")) == [top]


def test_control_groups_may_be_of_both_versions_at_once() -> None:
    lines = [
        "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        "32 30 0:28 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
        VERSION_2_LINE.format(folder="/sys/fs/cgroup/unified"),
    ]
    found = Hierarchies.read("\n".join(lines), "3:memory:/docker/abc\n2:cpu,cpuacct:/a\n0::/\n")

    assert list(found.candidates("memory")) == [Parent(1, Path("/sys/fs/cgroup/memory"))]
    assert list(found.candidates("cpu")) == [Parent(1, Path("/sys/fs/cgroup/cpu,cpuacct/a"))]
    assert list(found.candidates("pids")) == []


def test_version_2_limits_are_written_and_read(tmp_path: Path) -> None:
    """On a stub of the tree: no version 2 controllers are at hand where this was written."""
    group = Group(dict.fromkeys(("memory", "pids", "cpu", "cpuacct"), Parent(2, tmp_path)), "g")
    folder = tmp_path / "g"

    with pytest.raises(FileNotFoundError, match=r"cgroup\.procs"):
        group.create(GroupLimits(memory_bytes=1000, processes=7, cpu_cores=0.5))
    (folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (folder / "memory.peak").write_text("123\n")

    assert (folder / "memory.max").read_text() == "1000"
    assert (folder / "pids.max").read_text() == "7"
    assert (folder / "cpu.max").read_text() == "50000 100000"
    assert group.cpu_seconds() == 1.5
    assert group.peak_memory_bytes() == 123


def test_ring_keeps_the_last_bytes() -> None:
    ring = Ring(5)
    for chunk in (b"abc", b"", b"defg", b"h"):
        ring.add(chunk)

    assert ring.content() == b"defgh"
    ring.add(b"0123456789")
    assert ring.content() == b"56789"
    assert len(ring) == 5


@pytest.mark.parametrize("size", [0, 1, 5, 10, 11, 30])
def test_head_and_tail_keep_all_that_fits(size: int) -> None:
    said = bytes(range(65, 65 + size))
    kept = HeadAndTail(10)
    for start in range(0, size, 3):
        kept.add(said[start : start + 3])

    assert kept.is_truncated == (size > 10)
    assert kept.content() == (said if size <= 10 else said[:5] + said[-5:])


@pytest.mark.parametrize(
    "answer", ["bubblewrap 0.6.1\n", "bubblewrap 0.7.99", "", "something else"]
)
def test_old_bubblewrap_is_refused_with_the_version_to_get(answer: str) -> None:
    with pytest.raises(SandboxUnavailableError, match=r"0\.8\.0 or newer"):
        require_version(answer)


@pytest.mark.parametrize("answer", ["bubblewrap 0.8.0\n", "bubblewrap 0.11.0", "bubblewrap 1.0.0"])
def test_new_bubblewrap_is_taken(answer: str) -> None:
    require_version(answer)
