"""The sandbox's errors.

SandboxError
├── SandboxUnavailableError   this machine cannot make a sandbox that keeps the limits
├── SandboxGoneError          the handle names a sandbox that lives no more
├── UnsafePathError           a file name that would leave the workspace
└── LimitExceededError        a cap was reached; names the cap
"""


class SandboxError(Exception):
    """Anything that went wrong with a sandbox."""


class SandboxUnavailableError(SandboxError):
    """No sandbox can be made here that keeps the limits asked for."""


class SandboxGoneError(SandboxError):
    """The sandbox was destroyed or never existed."""


class UnsafePathError(SandboxError):
    """A path that is absolute, climbs out of the workspace or is not a regular file."""


class LimitExceededError(SandboxError):
    """A cap was reached; the message names it."""
