"""How much one sandbox may use, and what it used."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The caps of one sandbox; each is a hard stop, never a hint."""

    memory_bytes: int = 1024 * MEBIBYTE
    processes: int = 256
    cpu_cores: float = 1.0
    workspace_bytes: int = 256 * MEBIBYTE
    open_files: int = 1024
    output_bytes: int = MEBIBYTE
    exec_seconds: float = 600.0
    lifetime_seconds: float = 1800.0


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a sandbox used until now, as the host measured it."""

    wall_seconds: float
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
