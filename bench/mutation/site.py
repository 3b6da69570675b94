"""A place where an operator can put a defect, as a plain edit of one file."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Site:
    """One edit: the bytes from `start` to `end` of a file give way to `new`."""

    operator: str
    path: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def applied_to(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """Return the product with the defect."""
        content = files[self.path]
        if content[self.start : self.end].decode() != self.old:
            raise ValueError(f"{self.path}:{self.line} no longer reads {self.old!r}")
        changed = content[: self.start] + self.new.encode() + content[self.end :]
        return files | {self.path: changed}
