"""The sandbox that an agent works in, as its tools use it."""

from dataclasses import dataclass

from sandbox.protocol import ExecResult, SandboxDriver, SandboxRef

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "HOME": "/workspace",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_READING_SECONDS = 20.0


@dataclass(frozen=True)
class Workplace:
    """One sandbox with a workspace, where whatever an agent wants done is done."""

    driver: SandboxDriver
    ref: SandboxRef

    async def run(self, *command: str, seconds: float = _READING_SECONDS) -> ExecResult:
        """Run a command to its end in the workspace."""
        return await self.driver.exec(
            self.ref, list(command), env=_ENVIRONMENT, timeout_seconds=seconds
        )

    async def read(self, path: str) -> str | None:
        """Return a file's text; None when there is no such file."""
        # A redirection follows links, but only within the sandbox; `test -f` keeps pipes out.
        result = await self.run("sh", "-c", 'test -f "$1" && cat < "$1"', "sh", path)
        return result.stdout.decode(errors="replace") if result.exit_code == 0 else None

    async def write(self, path: str, content: str) -> None:
        """Put a file in place; raise UnsafePathError for a path outside the workspace."""
        await self.driver.put(self.ref, {path: content.encode()})
