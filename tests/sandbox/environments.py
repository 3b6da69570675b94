"""Small toolchains for tests."""

import stat
from pathlib import Path

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import Toolchain
from tests.sandbox.machines import make_spec

HELLO = "#!/bin/sh\necho hello from ${0%/*}\n"


def make_environment(folder: Path, interpreter: str = "/usr/bin/python3") -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(interpreter).parent}\n")
    (folder / "bin" / "python").symlink_to(interpreter)
    script = folder / "bin" / "hello"
    script.write_text(HELLO)
    script.chmod(0o755)
    return folder


def modes(folder: Path) -> dict[Path, int]:
    found = {folder: folder, **{path: path for path in folder.rglob("*")}}
    return {path: stat.S_IMODE(path.lstat().st_mode) for path in found}


async def run_hello(driver: BubblewrapSandbox, root: Path) -> bytes:
    toolchain = Toolchain(name="test", root=root)
    ref = await driver.create(make_spec(toolchain=toolchain))
    script = (
        "hello; python -c 'import sys; print(sys.executable)';"
        f" echo x > {root}/bin/hello; echo x > {root}/new; rm -f {root}/bin/hello;"
        " stat -c %u:%a $(command -v hello)"
    )
    result = await driver.exec(ref, ["sh", "-c", script])
    await driver.destroy(ref)
    assert result.stderr.count(b"Read-only file system") == 3
    return result.stdout
