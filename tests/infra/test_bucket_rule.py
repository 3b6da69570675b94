"""The rule for other S3 servers, as its page has it, is the module's and is taken by an S3."""

import json
import re
from uuid import uuid4

import boto3

from tests.infra.test_terraform import MODULES

MODULE = MODULES / "trace_viewer_cors"


def written_rule() -> dict[str, object]:
    [block] = re.findall(r"```json\n(.*?)```", (MODULE / "README.md").read_text(), re.DOTALL)
    rule: dict[str, object] = json.loads(block)
    return rule


def test_the_written_rule_lets_one_origin_get_as_the_module_does() -> None:
    [rule] = written_rule()["CORSRules"]  # type: ignore[misc]
    module = (MODULE / "main.tf").read_text()

    assert rule == {
        "ID": "trace-viewer",
        "AllowedMethods": ["GET"],
        "AllowedOrigins": ["https://traces.example.com"],
        "MaxAgeSeconds": 3600,
    }
    assert 'allowed_methods = ["GET"]' in module
    assert "allowed_origins = [var.trace_viewer_origin]" in module
    assert "max_age_seconds = 3600" in module


def test_an_s3_takes_the_rule_and_gives_it_back(s3_endpoint: str) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret-of-tests",
    )
    bucket = f"artifacts-{uuid4()}"
    client.create_bucket(Bucket=bucket)

    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=written_rule())

    assert client.get_bucket_cors(Bucket=bucket)["CORSRules"] == written_rule()["CORSRules"]
