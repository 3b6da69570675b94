"""Carries out what a model wants done: one call, one result, whatever happens."""

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec
import structlog

from backend.agent.model import Block
from backend.agent.tool import Tool, ToolResult, declared

log = structlog.get_logger()


class Toolbox:
    """The tools of one agent, by name."""

    def __init__(self, tools: Iterable[Tool[Any]]) -> None:
        self._tools = {tool.name: tool for tool in tools}
        # In a fixed order, for they stand at the beginning of each question.
        self.declarations = tuple(
            declared(tool.name, tool.description, tool.takes)
            for _, tool in sorted(self._tools.items())
        )

    async def use(self, calls: Iterable[Block]) -> list[Block]:
        """Carry out calls one after the other: each may rest on the one before."""
        return [(await self._use_one(call)).block(call["id"]) for call in calls]

    async def _use_one(self, call: Block) -> ToolResult:
        tool = self._tools.get(call["name"])
        if tool is None:
            offered = ", ".join(sorted(self._tools))
            return ToolResult(
                text=f'There is no tool "{call["name"]}". There are: {offered}.', is_error=True
            )
        try:
            given = msgspec.convert(call["input"], tool.takes)
        except msgspec.ValidationError as error:
            return ToolResult(text=f"{tool.name} does not take this: {error}", is_error=True)
        try:
            return await tool.use(given)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # one of the three edges that catch everything
            log.exception("tool_crashed", tool=tool.name)
            return ToolResult(
                text=f"{tool.name} failed in the works: {type(error).__name__}", is_error=True
            )
