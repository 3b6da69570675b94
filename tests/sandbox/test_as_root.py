"""What only root can try: folders that nobody else may enter, and being another user."""

from pathlib import Path

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import Toolchain
from tests.sandbox.environments import make_environment, modes, run_hello
from tests.sandbox.machines import ORDINARY_USER, make_spec


async def test_root_s_private_folders_serve_without_being_opened(open_folder: Path) -> None:
    shut = open_folder / "shut"
    root = make_environment(shut / "tools")
    shut.chmod(0o700)
    before = modes(open_folder)

    async with BubblewrapSandbox() as driver:
        said = await run_hello(driver, root)

    assert said.startswith(f"hello from {root}/bin\n".encode())
    assert modes(open_folder) == before


async def test_toolchain_that_only_its_owner_may_read_serves_too(open_folder: Path) -> None:
    root = make_environment(open_folder / "tools")
    for path in (root, root / "bin", root / "bin" / "hello"):
        path.chmod(0o700)
    before = modes(open_folder)

    async with BubblewrapSandbox() as driver:
        said = await run_hello(driver, root)

    assert said.startswith(f"hello from {root}/bin\n".encode())
    assert said.endswith(b"1000:700\n")
    assert modes(open_folder) == before
    assert (root / "bin" / "hello").stat().st_uid == 0


async def test_ordinary_user_is_told_that_a_private_folder_is_out_of_reach(
    open_folder: Path,
) -> None:
    root = make_environment(open_folder / "shut" / "tools")
    (open_folder / "shut").chmod(0o700)

    async with BubblewrapSandbox(user=ORDINARY_USER) as driver:
        with pytest.raises(Exception, match="Permission denied"):
            await driver.create(make_spec(toolchain=Toolchain(name="test", root=root)))
        assert await driver.create(make_spec())
