"""What the works ask of an object store, whichever one keeps the objects."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

ObjectData = bytes | Path | AsyncIterator[bytes]


class ListedObject(msgspec.Struct, frozen=True, kw_only=True):
    """What a list tells of an object."""

    key: str
    bytes: int
    stored_at: datetime


class StoredObject(ListedObject, frozen=True, kw_only=True):
    """All that is known of an object but its bytes; `sha256` is in hexadecimal."""

    sha256: str
    content_type: str


@runtime_checkable
class ObjectStore(Protocol):
    """A keeper of whole objects by key; keys start with the tenant's id (`keys.py`).

    Every method may raise InvalidKeyError for a bad key and StoreUnavailableError.
    """

    async def put(
        self, key: str, data: ObjectData, *, content_type: str, if_absent: bool = False
    ) -> StoredObject:
        """Keep bytes, a file or a stream; readers see all of it or what was there before.

        With `if_absent`, raise ObjectExistsError when the key is taken.
        """

    async def get(self, key: str) -> bytes:
        """Return an object's bytes, checked against its digest, or raise ObjectNotFoundError."""

    async def open(
        self, key: str, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Return an object's bytes from `start` up to before `stop`, in pieces.

        Raises ObjectNotFoundError or InvalidRangeError at once, before the first piece; a `stop`
        behind the end means the end.
        """

    async def head(self, key: str) -> StoredObject:
        """Return what is known of an object, or raise ObjectNotFoundError."""

    def list(self, prefix: str) -> AsyncIterator[ListedObject]:
        """Yield the objects whose keys start with a prefix inside one tenant, in key order."""

    async def delete(self, key: str) -> None:
        """Forget an object; nothing happens when there is none."""

    async def sign(
        self, key: str, *, expires_seconds: int, file_name: str, attachment: bool = True
    ) -> str:
        """Return a link that opens the object to whoever holds it, until it expires.

        It is saved under `file_name`, or shown in the browser when `attachment` is false. The
        object need not exist. A link is a path on the works' own API, or a full address.
        """

    async def close(self) -> None:
        """Give back what the store holds open."""
