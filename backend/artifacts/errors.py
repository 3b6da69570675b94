"""The artifacts' errors.

ArtifactError
├── InvalidKeyError           a key or path that no store may take
├── ObjectNotFoundError       no object has this key
├── ObjectExistsError         put only if absent, and it is there
├── ObjectCorruptError        what the store holds is not what was put
├── InvalidRangeError         a range that starts behind the object's end
├── InvalidLinkError          a download link that was not signed here
├── LinkExpiredError          a download link whose time is over
├── StoreUnavailableError     the store does not answer, or refuses the works themselves
└── ArchiveError              an archive that is not read further
    ├── UnreadableArchiveError   it is no sound archive
    ├── UnsafeArchiveError       an entry's name or kind is refused
    └── ArchiveLimitError        it holds more than is allowed
"""


class ArtifactError(Exception):
    """Anything that went wrong with keeping or reading an artifact."""


class InvalidKeyError(ArtifactError):
    """A key or path that no store may take; `reason` says what is wrong with it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key[:200]!r} {reason}")
        self.key = key
        self.reason = reason


class ObjectNotFoundError(ArtifactError):
    """No object has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no object {key!r}")
        self.key = key


class ObjectExistsError(ArtifactError):
    """The key is taken, and the put was to happen only if it was not."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there is an object {key!r} already")
        self.key = key


class ObjectCorruptError(ArtifactError):
    """The stored bytes are gone or damaged: the disk or somebody changed them."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the stored bytes of {key!r} are not those that were put")
        self.key = key


class InvalidRangeError(ArtifactError):
    """The range starts behind the object's end, or ends before it starts."""

    def __init__(self, key: str, *, start: int, stop: int | None, size_bytes: int) -> None:
        super().__init__(f"{key!r} has {size_bytes} bytes, not a range from {start} to {stop}")
        self.key = key
        self.start = start
        self.stop = stop
        self.size_bytes = size_bytes


class InvalidLinkError(ArtifactError):
    """A download link that was not signed here, or was changed since."""


class LinkExpiredError(ArtifactError):
    """A download link whose time is over: ask for a new one."""


class StoreUnavailableError(ArtifactError):
    """The store does not answer, or refuses the works; `code` is what it said."""

    def __init__(self, operation: str, code: str) -> None:
        super().__init__(f"the object store failed to {operation}: {code}")
        self.operation = operation
        self.code = code


class ArchiveError(ArtifactError):
    """An archive that is not read further."""


class UnreadableArchiveError(ArchiveError):
    """It is damaged, encrypted or no archive at all."""


class UnsafeArchiveError(ArchiveError):
    """An entry that is refused for its name or its kind; `name` is the entry's."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"entry {name[:200]!r} {reason}")
        self.name = name
        self.reason = reason


class ArchiveLimitError(ArchiveError):
    """It holds more than is allowed; `limit` names the cap."""

    def __init__(self, limit: str, allowed: int) -> None:
        super().__init__(f"more than {allowed} {limit}")
        self.limit = limit
        self.allowed = allowed
