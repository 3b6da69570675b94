"""What can go wrong with the embedded parts.

EmbeddedError
├── PartMissingError      a program is not on this machine
├── StartFailedError      a part did not come up, or did not go down
├── ForeignDataError      the data folder belongs to somebody else or to another version
├── NotRunningError       an address was asked for before `start`
└── UnsafeFolderError     a folder for sockets could be entered by others, or its path is too long
"""

from pathlib import Path


class EmbeddedError(Exception):
    """The embedded PostgreSQL or Redis cannot do what was asked."""


class PartMissingError(EmbeddedError):
    """A program that a part is made of is not on this machine."""

    def __init__(self, program: str, remedy: str) -> None:
        super().__init__(f"{program} is not on this machine. {remedy}")
        self.program = program
        self.remedy = remedy


class StartFailedError(EmbeddedError):
    """A part did not come up or go down; carries the end of its log."""

    def __init__(self, part: str, why: str, *, log: Path, log_tail: str = "") -> None:
        quoted = "".join(f"\n    {line}" for line in log_tail.splitlines())
        super().__init__(f"The embedded {part} {why} Its log is {log}{quoted and ':'}{quoted}")
        self.part = part
        self.log = log
        self.log_tail = log_tail


class ForeignDataError(EmbeddedError):
    """The data folder was made by another account or by another version of the part."""

    def __init__(self, folder: Path, why: str, remedy: str) -> None:
        super().__init__(f"{folder} {why} {remedy}")
        self.folder = folder
        self.remedy = remedy


class NotRunningError(EmbeddedError):
    """The part has no address because it does not run."""

    def __init__(self, part: str, folder: Path) -> None:
        super().__init__(f"The embedded {part} of {folder} does not run: call start() first.")
        self.part = part
        self.folder = folder


class UnsafeFolderError(EmbeddedError):
    """A folder cannot hold sockets: others could enter it, or its path is too long."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} cannot hold the sockets of the embedded parts: {why}.")
        self.folder = folder
