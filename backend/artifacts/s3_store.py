"""Objects in any S3: the only door to boto3, whose blocking calls run on threads."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from backend.artifacts.errors import (
    ArtifactError,
    ObjectCorruptError,
    ObjectExistsError,
    ObjectNotFoundError,
    StoreUnavailableError,
)
from backend.artifacts.incoming import BLOCK_BYTES, Measure, blocks_of, measure, write_stream
from backend.artifacts.keys import check_key, check_prefix
from backend.artifacts.links import check_expiry, content_disposition
from backend.artifacts.ranges import checked_stop
from backend.artifacts.s3_upload import S3Upload
from backend.artifacts.store import ListedObject, ObjectData, StoredObject

T = TypeVar("T")
_NOT_FOUND_CODES = frozenset({"404", "NoSuchKey", "NotFound"})
_EXISTS_CODES = frozenset({"412", "PreconditionFailed"})


class S3Store:
    """An ObjectStore in one bucket, which has to exist.

    Without keys, boto3 finds them as it does (environment, profile, role of the machine).
    """

    def __init__(
        self,
        bucket: str,
        *,
        endpoint_url: str | None = None,
        region: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        list_page: int = 1000,
    ) -> None:
        self._bucket = bucket
        self._list_page = list_page
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint_url,
            region_name=region,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            config=_config(has_own_address=endpoint_url is not None),
        )

    async def put(
        self, key: str, data: ObjectData, *, content_type: str, if_absent: bool = False
    ) -> StoredObject:
        """Keep bytes, a file or a stream under a key; big ones go in parts."""
        check_key(key)

        def send(size: Measure, file: BinaryIO) -> None:
            upload = S3Upload(
                client=self._client,
                bucket=self._bucket,
                key=key,
                size=size,
                content_type=content_type,
                if_absent=if_absent,
            )
            upload.send(file)

        if isinstance(data, bytes | Path):
            await self._ask("put", key, lambda: _send_data(data, send))
        else:
            with tempfile.TemporaryFile() as spool:
                size = await write_stream(data, spool)
                await self._ask("put", key, lambda: send(size, spool))
        return await self.head(key)

    async def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        target = self._target(key)

        def read() -> tuple[bytes, str]:
            answer = self._client.get_object(**target)
            return answer["Body"].read(), answer["Metadata"].get("sha256", "")

        data, promised = await self._ask("get", key, read)
        if measure([data]).sha256 != promised:
            raise ObjectCorruptError(key)
        return data

    async def open(
        self, key: str, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Return an object's bytes from `start` up to before `stop`, in pieces."""
        target = self._target(key)
        head = await self._ask("head", key, lambda: self._client.head_object(**target))
        end = checked_stop(key, head["ContentLength"], start=start, stop=stop)
        if end == start:
            return self._pieces(key, BytesIO())
        # The range was checked on this version: another one is another answer.
        wanted = {"Range": f"bytes={start}-{end - 1}", "IfMatch": head["ETag"]}
        answer = await self._ask("open", key, lambda: self._client.get_object(**target, **wanted))
        return self._pieces(key, answer["Body"])

    async def head(self, key: str) -> StoredObject:
        """Return what is known of an object."""
        target = self._target(key)
        head = await self._ask("head", key, lambda: self._client.head_object(**target))
        return StoredObject(
            key=key,
            bytes=head["ContentLength"],
            sha256=head["Metadata"].get("sha256", ""),
            content_type=head["ContentType"],
            stored_at=head["LastModified"],
        )

    async def list(self, prefix: str) -> AsyncIterator[ListedObject]:
        """Yield the objects whose keys start with a prefix inside one tenant, in key order."""
        where = {"Bucket": self._bucket, "Prefix": check_prefix(prefix)}
        paging = {"PageSize": self._list_page}
        paginator = self._client.get_paginator("list_objects_v2")
        pages = iter(paginator.paginate(**where, PaginationConfig=paging))
        while page := await self._ask("list", prefix, lambda: next(pages, None)):
            for found in page.get("Contents", ()):
                yield ListedObject(
                    key=found["Key"], bytes=found["Size"], stored_at=found["LastModified"]
                )

    async def delete(self, key: str) -> None:
        """Forget an object; nothing happens when there is none."""
        target = self._target(key)
        await self._ask("delete", key, lambda: self._client.delete_object(**target))

    async def sign(
        self, key: str, *, expires_seconds: int, file_name: str, attachment: bool = True
    ) -> str:
        """Return an address of the S3 itself that opens the object until it expires."""
        check_expiry(expires_seconds)
        disposition = content_disposition(file_name, attachment=attachment)
        wanted = {**self._target(key), "ResponseContentDisposition": disposition}

        def presign() -> str:
            return str(
                self._client.generate_presigned_url(
                    "get_object", Params=wanted, ExpiresIn=expires_seconds
                )
            )

        return await self._ask("sign", key, presign)

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._client.close)

    def _target(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": check_key(key)}

    async def _ask(self, operation: str, key: str, call: Callable[[], T]) -> T:
        with _errors_of(operation, key):
            return await asyncio.to_thread(call)

    async def _pieces(self, key: str, body: Any) -> AsyncIterator[bytes]:
        try:
            while block := await self._ask("read", key, lambda: body.read(BLOCK_BYTES)):
                yield block
        finally:
            body.close()


def _config(*, has_own_address: bool) -> Config:
    return Config(
        signature_version="s3v4",
        retries={"mode": "standard", "max_attempts": 4},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=32,
        # Stores other than Amazon's have no host name for each bucket, and some refuse the
        # checksums that boto3 adds by itself; ours are added by hand.
        s3={"addressing_style": "path" if has_own_address else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


@contextmanager
def _errors_of(operation: str, key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _error_for(operation, key, error.response["Error"]["Code"]) from error
    except BotoCoreError as error:
        raise StoreUnavailableError(operation, str(error)) from error


def _error_for(operation: str, key: str, code: str) -> ArtifactError:
    if code in _NOT_FOUND_CODES:
        return ObjectNotFoundError(key)
    if code in _EXISTS_CODES and operation == "put":
        return ObjectExistsError(key)
    return StoreUnavailableError(operation, code)


def _send_data(data: bytes | Path, send: Callable[[Measure, BinaryIO], None]) -> None:
    if isinstance(data, bytes):
        send(measure([data]), BytesIO(data))
        return
    size = measure(blocks_of(data))
    with data.open("rb") as file:
        send(size, file)
