"""Running commands in the workspace, such as the product's own tests."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from backend.agent.tool import ToolResult
from backend.agent.tools.workplace import Workplace

_LONGEST_SECONDS = 300.0


class RunCommand(msgspec.Struct, forbid_unknown_fields=True):
    """What to run."""

    command: Annotated[str, msgspec.Meta(description="A line for sh, run in the workspace.")]
    seconds: Annotated[
        float, msgspec.Meta(gt=0, le=_LONGEST_SECONDS, description="When to stop it.")
    ] = 120.0


@dataclass(frozen=True)
class CommandRunner:
    """Runs a command."""

    workplace: Workplace
    name: str = "run_command"
    description: str = (
        "Run a command in the workspace and read what it prints. There is no network, and nobody "
        "answers questions. What is started in the background ends with the command."
    )
    takes: type[msgspec.Struct] = RunCommand

    async def use(self, given: RunCommand) -> ToolResult:
        """Return what it printed and how it ended."""
        result = await self.workplace.run("sh", "-c", given.command, seconds=given.seconds)
        printed = (result.stdout + result.stderr).decode(errors="replace").strip()
        if result.timed_out:
            ending = f"It was stopped after {given.seconds:g} seconds."
        else:
            ending = f"It ended with {result.exit_code}."
        cut = " Its output was cut off." if result.truncated else ""
        return ToolResult(text=f"{printed}\n\n{ending}{cut}".lstrip())
