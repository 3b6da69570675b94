"""How objects are named: every key starts with its tenant, and no part of one can climb out."""

from dataclasses import dataclass
from uuid import UUID

from backend.artifacts.errors import InvalidKeyError

_LONGEST_KEY_BYTES = 1024  # S3's limit
_LONGEST_PART_BYTES = 255


@dataclass(frozen=True, kw_only=True)
class AttemptKeys:
    """Names the objects of one attempt at one build.

    The fence is in every key, so a worker that lost its lease cannot touch what the next one
    wrote: `<tenant>/builds/<build>/<attempt>-<fence>/<path>`.
    """

    tenant_id: UUID
    build_id: UUID
    attempt: int
    fence: int

    @property
    def prefix(self) -> str:
        """Where all objects of the attempt lie, with a slash at its end."""
        builds = build_prefix(self.tenant_id, self.build_id)
        return f"{builds}{self.attempt}-{self.fence}/"

    def key(self, path: str) -> str:
        """Return the key of a file such as `proof/report.html`."""
        return check_key(self.prefix + check_path(path))

    def path(self, key: str) -> str:
        """Return the path that a key of this attempt was made from."""
        if not key.startswith(self.prefix):
            raise InvalidKeyError(key, f"does not lie under {self.prefix}")
        return key.removeprefix(self.prefix)


def tenant_prefix(tenant_id: UUID) -> str:
    """Return where all objects of a tenant lie, with a slash at its end."""
    return f"{tenant_id}/"


def build_prefix(tenant_id: UUID, build_id: UUID) -> str:
    """Return where all objects of a build lie, with a slash at its end."""
    return f"{tenant_prefix(tenant_id)}builds/{build_id}/"


def check_key(key: str) -> str:
    """Return the key if it is a tenant's id and a safe path below it."""
    tenant, _, path = key.partition("/")
    _check_tenant(key, tenant)
    check_path(path)
    if len(key.encode()) > _LONGEST_KEY_BYTES:
        raise InvalidKeyError(key, f"is longer than {_LONGEST_KEY_BYTES} bytes")
    return key


def check_prefix(prefix: str) -> str:
    """Return the prefix if it stays inside one tenant: `<tenant>/` and the start of a path."""
    tenant, slash, path = prefix.partition("/")
    _check_tenant(prefix, tenant)
    if not slash:
        raise InvalidKeyError(prefix, "must go on with a slash after the tenant's id")
    for part in path.removesuffix("/").split("/") if path else ():
        _check_part(prefix, part)
    return prefix


def check_path(path: str) -> str:
    """Return a relative path if each of its parts is a plain file name."""
    for part in path.split("/"):
        _check_part(path, part)
    return path


def _check_tenant(key: str, tenant: str) -> None:
    try:
        is_canonical = str(UUID(tenant)) == tenant
    except ValueError:
        is_canonical = False
    if not is_canonical:
        raise InvalidKeyError(key, "must start with a tenant's id, in lower case")


def _check_part(key: str, part: str) -> None:
    if part in ("", ".", ".."):
        raise InvalidKeyError(key, "has an empty part, '.' or '..'")
    if "\\" in part or any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in part):  # noqa: PLR2004 - control characters
        raise InvalidKeyError(key, "has a backslash or a control character")
    try:
        size_bytes = len(part.encode())
    except UnicodeEncodeError as error:
        raise InvalidKeyError(key, "is no valid text") from error
    if size_bytes > _LONGEST_PART_BYTES:
        raise InvalidKeyError(key, f"has a part longer than {_LONGEST_PART_BYTES} bytes")
