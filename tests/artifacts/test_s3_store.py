"""What only the S3 store has to care for: an S3 that is away, refuses, or was left half filled."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import boto3
import httpx2
import pytest

from backend.artifacts.errors import ObjectCorruptError, ObjectExistsError, StoreUnavailableError
from backend.artifacts.s3_store import S3Store

KEY = "0192f7a0-0000-7000-8000-000000000001/a"
ACCESS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "secret-of-tests"}


@pytest.fixture
def bucket(s3_endpoint: str) -> str:
    name = f"artifacts-{uuid4()}"
    assert httpx2.put(f"{s3_endpoint}/{name}").status_code == 200
    return name


@pytest.fixture
def store(s3_endpoint: str, bucket: str) -> Iterator[S3Store]:
    store = S3Store(bucket, endpoint_url=s3_endpoint, region="us-east-1", **ACCESS)
    yield store
    asyncio.run(store.close())


async def test_a_bucket_that_is_not_there_is_the_works_own_trouble(s3_endpoint: str) -> None:
    store = S3Store("no-such-bucket", endpoint_url=s3_endpoint, region="us-east-1", **ACCESS)
    with pytest.raises(StoreUnavailableError) as caught:
        await store.put(KEY, b"", content_type="text/plain")
    await store.close()

    assert (caught.value.operation, caught.value.code) == ("put", "NoSuchBucket")


async def test_an_s3_that_is_away_is_named() -> None:
    store = S3Store("b", endpoint_url="http://127.0.0.1:9", region="us-east-1", **ACCESS)
    with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:9"):
        await store.get(KEY)
    await store.close()


async def test_a_refused_upload_in_parts_leaves_no_parts(
    store: S3Store, s3_endpoint: str, bucket: str
) -> None:
    big = b"x" * (17 * 1024 * 1024)
    await store.put(KEY, b"first", content_type="text/plain")
    with pytest.raises(ObjectExistsError):
        await store.put(KEY, big, content_type="text/plain", if_absent=True)

    left = httpx2.get(f"{s3_endpoint}/{bucket}?uploads").text
    assert "<UploadId>" not in left


async def test_bytes_that_somebody_changed_are_not_handed_out(
    store: S3Store, s3_endpoint: str, bucket: str
) -> None:
    await store.put(KEY, b"right", content_type="text/plain")
    other = boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    other.put_object(Bucket=bucket, Key=KEY, Body=b"wrong", Metadata={"sha256": "0" * 64})
    other.close()
    with pytest.raises(ObjectCorruptError):
        await store.get(KEY)
