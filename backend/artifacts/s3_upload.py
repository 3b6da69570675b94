"""One upload to S3: in one piece while it is small, else in parts that are all or nothing."""

import math
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from backend.artifacts.incoming import Measure

_PART_BYTES = 16 * 1024 * 1024
_MOST_PARTS = 10_000  # S3's limit


@dataclass(frozen=True, kw_only=True)
class S3Upload:
    """What to send where; every piece carries its SHA-256, which S3 checks."""

    client: Any
    bucket: str
    key: str
    size: Measure
    content_type: str
    if_absent: bool

    def send(self, file: BinaryIO) -> None:
        """Send the file from its start."""
        file.seek(0)
        if self.size.bytes <= _PART_BYTES:
            self._send_whole(file.read())
        else:
            self._send_in_parts(file)

    @property
    def _target(self) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.key}

    @property
    def _description(self) -> dict[str, Any]:
        return {"ContentType": self.content_type, "Metadata": {"sha256": self.size.sha256}}

    @property
    def _condition(self) -> dict[str, str]:
        return {"IfNoneMatch": "*"} if self.if_absent else {}

    def _send_whole(self, body: bytes) -> None:
        self.client.put_object(
            **self._target,
            **self._description,
            **self._condition,
            Body=body,
            ChecksumSHA256=_checksum(body),
        )

    def _send_in_parts(self, file: BinaryIO) -> None:
        begun = self.client.create_multipart_upload(
            **self._target, **self._description, ChecksumAlgorithm="SHA256"
        )
        upload = {**self._target, "UploadId": begun["UploadId"]}
        try:
            parts = self._send_parts(file, upload)
            self.client.complete_multipart_upload(
                **upload, **self._condition, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            # Parts of an upload that is never completed would be paid for until somebody looks.
            self.client.abort_multipart_upload(**upload)
            raise

    def _send_parts(self, file: BinaryIO, upload: Mapping[str, str]) -> list[dict[str, Any]]:
        part_bytes = max(_PART_BYTES, math.ceil(self.size.bytes / _MOST_PARTS))
        parts: list[dict[str, Any]] = []
        while body := file.read(part_bytes):
            number, checksum = len(parts) + 1, _checksum(body)
            answer = self.client.upload_part(
                **upload, PartNumber=number, Body=body, ChecksumSHA256=checksum
            )
            parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum})
        return parts


def _checksum(body: bytes) -> str:
    return b64encode(sha256(body).digest()).decode()
