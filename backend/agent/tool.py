"""What an agent can do: a tool says what it takes, and answers with text or a picture."""

import base64
from typing import Any, Protocol, TypeVar

import msgspec

from backend.agent.model import Block
from backend.agent.output import readable


class ToolResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of using a tool; `picture` is a PNG. `is_error` tells the model to do otherwise."""

    text: str
    picture: bytes | None = None
    is_error: bool = False

    def block(self, call_id: str) -> Block:
        """Write it down as the answer to a call."""
        content: list[dict[str, Any]] = [{"type": "text", "text": readable(self.text) or "(empty)"}]
        if self.picture is not None:
            data = base64.b64encode(self.picture).decode()
            source = {"type": "base64", "media_type": "image/png", "data": data}
            content.append({"type": "image", "source": source})
        block = {"type": "tool_result", "tool_use_id": call_id, "content": content}
        return block | {"is_error": True} if self.is_error else block


Given_contra = TypeVar("Given_contra", bound=msgspec.Struct, contravariant=True)


class Tool(Protocol[Given_contra]):
    """One thing that an agent can do. What goes wrong for a reason it can mend is a result, too."""

    @property
    def name(self) -> str:
        """How the model calls it."""

    @property
    def description(self) -> str:
        """When to use it, and what comes of it."""

    @property
    def takes(self) -> type[msgspec.Struct]:
        """The shape of what it is given."""

    async def use(self, given: Given_contra) -> ToolResult:
        """Do it."""


def declared(name: str, description: str, takes: type[msgspec.Struct]) -> Block:
    """Describe a tool to the model; the same tool is described in the same bytes each time."""
    _, shapes = msgspec.json.schema_components([takes], ref_template="#/$defs/{name}")
    schema = dict(shapes.pop(takes.__name__))
    schema.pop("title", None)
    if shapes:
        schema["$defs"] = shapes
    return {"name": name, "description": description, "input_schema": schema}
