"""What a worker may ask of its supervisor, as values that both sides share."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.toolchains.folders import VisibleFolder

# The supervisor's end of the channel, in its own process.
CHANNEL_DESCRIPTOR = 3
# The largest message; long things (arguments, environment) travel in a descriptor.
MESSAGE_BYTES = 64 * 1024
MESSAGE_DESCRIPTORS = 8


@dataclass(frozen=True, kw_only=True)
class PodOrder:
    """One sandbox to make: a pod of namespaces that several commands share."""

    id: str
    toolchain_root: str
    folders: tuple[VisibleFolder, ...]
    # The owner of a toolchain that others may not read; None when they may.
    private_owner: int | None
    read_only_workspace: bool
    memory_bytes: int
    processes: int
    cpu_cores: float
    workspace_bytes: int
    open_files: int
    lifetime_seconds: float

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> "PodOrder":
        """Read the order back from JSON."""
        folders = tuple(VisibleFolder(**folder) for folder in message.pop("folders"))
        return cls(**message, folders=folders)


@dataclass(frozen=True, kw_only=True)
class CommandOrder:
    """One command to run in a pod; without a deadline it runs until it is killed."""

    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    deadline_seconds: float | None = None

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> "CommandOrder":
        """Read the order back from JSON."""
        message["argv"] = tuple(message["argv"])
        return cls(**message)


def encode(value: object) -> bytes:
    """Write a message or an order as JSON."""
    return json.dumps(value, default=asdict, separators=(",", ":")).encode()
