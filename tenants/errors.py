"""The tenants' errors.

TenantError
├── UnsafeDatabaseRoleError     the connected role could see past row-level security
├── MissingTenantError          a session without a tenant was asked for tenant data
├── WeakServerSecretError       the server secret is missing or too short
├── TenantNotFoundError         no such tenant, or not yours
├── TenantSuspendedError        the tenant may not use the works at present
├── ApiKeyRejectedError         no key, or one that opens nothing
├── ApiKeyNotFoundError         no live key has this id
├── LastApiKeyError             the only key that still works is never revoked
├── InvalidCursorError          the cursor was not made for this list
└── IdempotencyError
    ├── IdempotencyKeyInvalidError   the key is empty, too long or not plain text
    ├── IdempotencyKeyReusedError    the key came before, with another request
    └── RequestInFlightError         the first request with this key has not ended yet
"""

from uuid import UUID


class TenantError(Exception):
    """Anything that went wrong between a caller and their data."""


class UnsafeDatabaseRoleError(TenantError):
    """The connected role could see past row-level security, so the process must not start."""

    def __init__(self, role: str, reason: str) -> None:
        super().__init__(
            f"The database role {role!r} {reason}; connect as a role that row-level security binds."
        )
        self.role = role
        self.reason = reason


class MissingTenantError(TenantError):
    """A session that belongs to nobody was asked for a tenant's data."""


class WeakServerSecretError(TenantError):
    """The server secret would be easy to guess."""


class TenantNotFoundError(TenantError):
    """No such tenant, or not the caller's."""

    def __init__(self, tenant_id: UUID) -> None:
        super().__init__(f"There is no tenant {tenant_id}.")
        self.tenant_id = tenant_id


class TenantSuspendedError(TenantError):
    """The tenant is known but may not use the works at present."""

    def __init__(self, tenant_id: UUID) -> None:
        super().__init__("This organisation is suspended; ask the operator of the works why.")
        self.tenant_id = tenant_id


class ApiKeyRejectedError(TenantError):
    """The caller brought no key, or one that opens nothing."""


class ApiKeyNotFoundError(TenantError):
    """No live key of this tenant has this id."""

    def __init__(self, key_id: UUID) -> None:
        super().__init__(f"There is no live key {key_id}.")
        self.key_id = key_id


class LastApiKeyError(TenantError):
    """Revoking the only live key would lock the tenant out."""

    def __init__(self, key_id: UUID) -> None:
        super().__init__("This is the only live key; make another one before revoking it.")
        self.key_id = key_id


class InvalidCursorError(TenantError):
    """A cursor that was not made for this list; start again without one."""


class IdempotencyError(TenantError):
    """Anything that went wrong with an Idempotency-Key."""


class IdempotencyKeyInvalidError(IdempotencyError):
    """The key is empty, too long or not plain text."""


class IdempotencyKeyReusedError(IdempotencyError):
    """The key came before, with another request."""

    def __init__(self, key: str) -> None:
        super().__init__("This Idempotency-Key was used for another request; take a fresh one.")
        self.key = key


class RequestInFlightError(IdempotencyError):
    """The first request with this key has not ended yet; `retry_after_seconds` says when to ask."""

    def __init__(self, key: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__("The first request with this Idempotency-Key is still running.")
        self.key = key
        self.retry_after_seconds = retry_after_seconds
        self.headers = {"Retry-After": str(retry_after_seconds)}
