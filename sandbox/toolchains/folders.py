"""Which folders of the host a toolchain needs to be seen: its own and its interpreter's."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxUnavailableError

SYSTEM = Path("/usr")
MOST_FOLDERS = 8
_FORBIDDEN_ROOTS = ("/", "/etc", "/proc", "/sys", "/dev", "/run", "/var", "/boot", "/workspace")
_READ_AND_ENTER = 0o005


@dataclass(frozen=True)
class VisibleFolder:
    """A host folder and the path at which the sandbox sees it."""

    source: str
    target: str


def visible_folders(root: Path) -> tuple[VisibleFolder, ...]:
    """List what to show for the toolchain at `root`; nothing for one below /usr."""
    root = root.absolute()
    if not root.is_dir():
        raise SandboxUnavailableError(
            f"the toolchain {root} is not a folder; run `make setup` to build it"
        )
    folders = {root: root.resolve(), **_interpreter_folders(root)}
    shown = {target: source for target, source in folders.items() if not _is_below_usr(target)}
    for path in (*shown, *shown.values()):
        _refuse_too_much(path)
    if len(shown) > MOST_FOLDERS:
        raise SandboxUnavailableError(
            f"the toolchain {root} is scattered over {len(shown)} folders,"
            f" at most {MOST_FOLDERS} can be shown: {', '.join(map(str, shown))}"
        )
    return tuple(VisibleFolder(str(source), str(target)) for target, source in shown.items())


def private_owner(folder: Path) -> int | None:
    """Return the owner of a folder that only the owner can use; None when everybody can."""
    parts = (folder, folder / "bin", folder / "lib")
    statuses = [part.stat() for part in parts if part.exists()]
    if all(status.st_mode & _READ_AND_ENTER == _READ_AND_ENTER for status in statuses):
        return None
    return statuses[0].st_uid


def _interpreter_folders(root: Path) -> dict[Path, Path]:
    """Follow a virtual environment to the interpreter that it was made from.

    Every name on the way must exist inside: the environment links to the interpreter by name,
    and that name may itself be a link.
    """
    settings = root / "pyvenv.cfg"
    if not settings.is_file():
        return {}
    found: dict[Path, Path] = {}
    link = root / "bin" / "python"
    while link.is_symlink():
        link = link.parent / link.readlink()
        prefix = link.parent.parent
        # `/bin/python3` is `/usr/bin/python3` by a link that sandboxes have too.
        if prefix not in (root, Path("/")) and not _is_below_usr(prefix):
            found[prefix] = prefix.resolve()
            found[prefix.resolve()] = prefix.resolve()
    if not link.is_file():
        raise SandboxUnavailableError(
            f"the interpreter of the toolchain {root} is gone: {link} does not exist;"
            " build the toolchain again"
        )
    return found


def _is_below_usr(path: Path) -> bool:
    return path.is_relative_to(SYSTEM)


def _refuse_too_much(folder: Path) -> None:
    if str(folder) in _FORBIDDEN_ROOTS:
        raise SandboxUnavailableError(
            f"a toolchain may not show {folder} to sandboxes; give it a folder of its own"
        )
