"""Whatever is sent to the API, it answers as its description says and stays up."""

import subprocess
import sys
from pathlib import Path

from backend.cli.local_works import RunningWorks
from draftworks import Draftworks

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"
SEED = 20260323
EXAMPLES = 8
CHECKS = (
    "not_a_server_error",
    "content_type_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "negative_data_rejection",
    "ignored_auth",
)


def test_seeded_requests_of_every_kind_are_answered_as_described(
    works: RunningWorks, customer: Draftworks, tmp_path: Path
) -> None:
    """Streams of events stay open for minutes, so they are left to the journeys."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(DESCRIPTION)),
        *("--url", works.address, "--header", f"Authorization: Bearer {works.api_key}"),
        *("--checks", ",".join(CHECKS), "--exclude-path-regex", "/events$"),
        *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--request-timeout", "30"),
        *("--phases", "examples,coverage,fuzzing", "--generation-database", "none", "--no-color"),
    ]

    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    assert customer.tenant().name
