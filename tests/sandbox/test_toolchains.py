"""Toolchains inside sandboxes, also those that only root may enter."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.errors import SandboxUnavailableError
from sandbox.toolchains.folders import VisibleFolder, private_owner, visible_folders
from tests.sandbox.environments import HELLO, make_environment, run_hello


def test_environment_on_the_system_s_python_needs_only_itself(tmp_path: Path) -> None:
    root = make_environment(tmp_path / "tools")

    assert visible_folders(root) == (VisibleFolder(str(root), str(root)),)


def test_interpreter_elsewhere_is_shown_under_each_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "python-3.11.9" / "bin").mkdir(parents=True)
    (tmp_path / "python-3.11.9" / "bin" / "python3.11").touch()
    (tmp_path / "python-3.11").symlink_to("python-3.11.9")
    root = make_environment(tmp_path / "tools", str(tmp_path / "python-3.11/bin/python3.11"))

    shown = {folder.target: folder.source for folder in visible_folders(root)}

    real = str(tmp_path / "python-3.11.9")
    assert shown == {str(root): str(root), str(tmp_path / "python-3.11"): real, real: real}


def test_environment_without_its_interpreter_says_what_to_do(tmp_path: Path) -> None:
    root = make_environment(tmp_path / "tools", str(tmp_path / "gone/bin/python3"))

    with pytest.raises(SandboxUnavailableError, match="build the toolchain again"):
        visible_folders(root)


@pytest.mark.parametrize("root", ["/", "/etc", "/var", "/proc"])
def test_whole_parts_of_the_host_are_no_toolchain(root: str) -> None:
    with pytest.raises(SandboxUnavailableError):
        visible_folders(Path(root))


def test_missing_toolchain_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailableError, match="make setup"):
        visible_folders(tmp_path / "nothing")


def test_private_toolchain_is_noticed(tmp_path: Path) -> None:
    root = make_environment(tmp_path / "tools")
    assert private_owner(root) is None

    (root / "bin").chmod(0o700)
    assert private_owner(root) == os.getuid()


async def test_toolchain_runs_at_its_own_path_and_stays_unchanged(
    driver: BubblewrapSandbox, rung: str, open_folder: Path
) -> None:
    root = make_environment(open_folder / "tools")

    said = await run_hello(driver, root)

    assert said.startswith(f"hello from {root}/bin\n{root}/bin/python\n".encode())
    assert (root / "bin" / "hello").read_text() == HELLO
    assert not (root / "new").exists()


@pytest.fixture
def folder_in_tmp() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def test_toolchain_below_a_folder_that_sandboxes_have_too(
    driver: BubblewrapSandbox, rung: str, folder_in_tmp: Path
) -> None:
    """Below /tmp the sandbox has its own files; the toolchain is laid over them, each time."""
    root = make_environment(folder_in_tmp / "tools")

    said = await run_hello(driver, root)

    assert said.startswith(f"hello from {root}/bin\n".encode())
