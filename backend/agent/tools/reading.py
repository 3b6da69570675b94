"""Looking around: what files there are, what stands in them, and where something is said."""

import re
from dataclasses import dataclass
from typing import Annotated

import msgspec

from backend.agent.tool import ToolResult
from backend.agent.tools.workplace import Workplace

_MOST_LINES = 400
_MOST_FILES = 500
_MOST_HITS = 200
_NOT_LISTED = ("__pycache__", ".git", ".pytest_cache", ".ruff_cache")
_NOTHING_FOUND = 1  # what grep ends with
_HERE = re.compile(r"^(?:\./)+")


class ListFiles(msgspec.Struct, forbid_unknown_fields=True):
    """What to list."""

    folder: Annotated[str, msgspec.Meta(description="A folder; '.' is the whole workspace.")] = "."


@dataclass(frozen=True)
class FileLister:
    """Lists files."""

    workplace: Workplace
    name: str = "list_files"
    description: str = (
        "List the files of a folder and of all folders below it, with their sizes in bytes."
    )
    takes: type[msgspec.Struct] = ListFiles

    async def use(self, given: ListFiles) -> ToolResult:
        """List them by name."""
        skip = [part for name in _NOT_LISTED for part in ("-name", name, "-prune", "-o")]
        result = await self.workplace.run(
            "find", f"./{given.folder}", *skip, "-type", "f", "-printf", "%P\t%s\n"
        )
        if result.exit_code != 0:
            return ToolResult(text=f'There is no folder "{given.folder}".', is_error=True)
        lines = sorted(result.stdout.decode(errors="replace").splitlines())
        rest = len(lines) - _MOST_FILES
        more = [f"… and {rest} more: list a folder below."] if rest > 0 else []
        return ToolResult(text="\n".join([*lines[:_MOST_FILES], *more]) or "No files.")


class ReadFile(msgspec.Struct, forbid_unknown_fields=True):
    """What to read."""

    path: Annotated[str, msgspec.Meta(description="The file, from the workspace on.")]
    first_line: Annotated[int, msgspec.Meta(ge=1, description="Where to begin.")] = 1


@dataclass(frozen=True)
class FileReader:
    """Reads a file."""

    workplace: Workplace
    name: str = "read_file"
    description: str = (
        f"Read a text file, {_MOST_LINES} lines at a time. Each line has its number before it; the "
        "number is not part of the file."
    )
    takes: type[msgspec.Struct] = ReadFile

    async def use(self, given: ReadFile) -> ToolResult:
        """Return its lines with their numbers."""
        content = await self.workplace.read(given.path)
        if content is None:
            return ToolResult(text=f'There is no file "{given.path}".', is_error=True)
        lines = content.splitlines()
        first = given.first_line - 1
        shown = [
            f"{number}\t{line}"
            for number, line in enumerate(lines[first : first + _MOST_LINES], start=first + 1)
        ]
        rest = len(lines) - first - _MOST_LINES
        more = [f"… {rest} more lines: read on from {first + _MOST_LINES + 1}."] if rest > 0 else []
        return ToolResult(text="\n".join([*shown, *more]) or "No lines there.")


class Search(msgspec.Struct, forbid_unknown_fields=True):
    """What to look for."""

    pattern: Annotated[str, msgspec.Meta(description="An extended regular expression.")]
    folder: Annotated[str, msgspec.Meta(description="Where; '.' is the whole workspace.")] = "."


@dataclass(frozen=True)
class Searcher:
    """Looks for a pattern in all text files."""

    workplace: Workplace
    name: str = "search"
    description: str = "Find the lines that match a pattern, in all text files of a folder."
    takes: type[msgspec.Struct] = Search

    async def use(self, given: Search) -> ToolResult:
        """Return each line with its file and number."""
        skip = [f"--exclude-dir={name}" for name in _NOT_LISTED]
        result = await self.workplace.run(
            "grep", "-rnIE", *skip, "-e", given.pattern, "--", f"./{given.folder}"
        )
        if result.exit_code > _NOTHING_FOUND:
            fault = result.stderr.decode(errors="replace")
            return ToolResult(text=f"The search failed: {fault}", is_error=True)
        found = result.stdout.decode(errors="replace").splitlines()
        lines = sorted(_HERE.sub("", line) for line in found)
        rest = len(lines) - _MOST_HITS
        more = [f"… and {rest} more: look for something narrower."] if rest > 0 else []
        return ToolResult(text="\n".join([*lines[:_MOST_HITS], *more]) or "No line matches.")
