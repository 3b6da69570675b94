"""Changing files: a whole one, or one place in it."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from backend.agent.tool import ToolResult
from backend.agent.tools.workplace import Workplace
from sandbox.errors import UnsafePathError

_Path = Annotated[str, msgspec.Meta(description="The file, from the workspace on.")]


class WriteFile(msgspec.Struct, forbid_unknown_fields=True):
    """What to write."""

    path: _Path
    content: Annotated[str, msgspec.Meta(description="All that will stand in the file.")]


@dataclass(frozen=True)
class FileWriter:
    """Writes a file."""

    workplace: Workplace
    name: str = "write_file"
    description: str = "Write a text file; what stood there before is replaced."
    takes: type[msgspec.Struct] = WriteFile

    async def use(self, given: WriteFile) -> ToolResult:
        """Write it whole."""
        return await _written(self.workplace, given.path, given.content)


class EditFile(msgspec.Struct, forbid_unknown_fields=True):
    """What to change."""

    path: _Path
    old: Annotated[
        str, msgspec.Meta(min_length=1, description="The text as it stands there, once.")
    ]
    new: Annotated[str, msgspec.Meta(description="What is to stand there instead.")]


@dataclass(frozen=True)
class FileEditor:
    """Changes one place of a file."""

    workplace: Workplace
    name: str = "edit_file"
    description: str = (
        "Replace one text in a file by another. The old text must stand there exactly once, blanks "
        "and line ends included: take in as much around it as makes it the only one."
    )
    takes: type[msgspec.Struct] = EditFile

    async def use(self, given: EditFile) -> ToolResult:
        """Replace it where there is no doubt about the place."""
        content = await self.workplace.read(given.path)
        if content is None:
            return ToolResult(text=f'There is no file "{given.path}".', is_error=True)
        places = content.count(given.old)
        if places != 1:
            where = "does not stand in it" if not places else f"stands in it {places} times"
            return ToolResult(
                text=f'"{given.path}" was not changed: the old text {where}.', is_error=True
            )
        return await _written(self.workplace, given.path, content.replace(given.old, given.new))


async def _written(workplace: Workplace, path: str, content: str) -> ToolResult:
    try:
        await workplace.write(path, content)
    except UnsafePathError as error:
        return ToolResult(text=f"Not written: {error}", is_error=True)
    return ToolResult(text=f'"{path}" has {len(content.splitlines())} lines now.')
