"""The README's example runs as it stands, in a program of its own."""

import asyncio
import os
import re
import sys
from pathlib import Path

from tests.sdk.answers import a_blueprint, a_build, a_gate, a_page
from tests.sdk.scripted_server import (
    Received,
    Reply,
    ScriptedServer,
    as_json,
    content,
    event,
    events,
)
from tests.sdk.test_downloading import an_artifact

README = Path(__file__).parents[2] / "sdk" / "README.md"
PROOF = b"<html>proof</html>"


class Works:
    """A works with one build, which rests at acceptance until somebody decides."""

    def __init__(self) -> None:
        self.is_decided = False

    def answer(self, request: Received) -> Reply:
        criterion = {"id": "R1/a", "requirement": "R1", "name": "A", "verdict": "passed"}
        status = "delivered" if self.is_decided else "awaiting_acceptance"
        gate = None if self.is_decided else a_gate()
        build = a_build(status, gate=gate, criteria=[criterion])
        match request.path.split("/")[2:]:
            case ["blueprints"]:
                return as_json(a_blueprint(), 201)
            case ["builds", _, "decisions"]:
                self.is_decided = request.json["proof_digest"] == "d1"
                return as_json(a_build("delivering"))
            case ["builds", _, "events"]:
                return events(event(1, "status", status=status), 5.0)
            case ["builds", _, "artifacts"]:
                return as_json(a_page(an_artifact("proof/report.html", PROOF)))
            case ["artifacts", _]:
                return content(PROOF)
            case _:
                return as_json(build)


async def test_the_first_example_runs(server: ScriptedServer, tmp_path: Path) -> None:
    example = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)[0]
    (tmp_path / "bicycle-repair.md").write_text("# Job book\n")
    server.script = Works().answer
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        example,
        cwd=tmp_path,
        env=dict(os.environ, DRAFTWORKS_API_KEY="dw_live_x", DRAFTWORKS_BASE_URL=server.url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await program.communicate(b"y\n")

    assert (program.returncode, complained) == (0, b"")
    assert b"R1/a: A (critical)" in said
    assert b"passed    R1/a" in said
    assert (tmp_path / "out/proof/report.html").read_bytes() == PROOF
