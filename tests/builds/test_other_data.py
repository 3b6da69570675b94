"""The prove stage runs what holds again on other data: good products stay good, others do not."""

import dataclasses
import html
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.artifacts.archive import pack
from backend.artifacts.local_store import LocalStore
from backend.artifacts.tree import tree_digest
from backend.blueprints.document import compile_blueprint
from backend.blueprints.holdouts import commit_holdouts, new_seeds
from backend.builds.closing import close
from backend.builds.errors import StageFailedError
from backend.builds.phases import DATA_RUNS, SECOND_LOOKS, VERDICT_RUN
from backend.builds.products import Proof, Workspace
from backend.builds.stage_ending import Ending
from backend.builds.stages.prove import prove
from backend.builds.status import BuildStatus, FailureReason
from backend.builds.workbench import Job, Workbench
from backend.kit import build
from backend.proof.browser import BrowserSettings
from backend.proof.environment import describe_environment
from backend.proof.event_chain import RecordedEvent, chained_event
from backend.proof.prover import open_prover
from backend.proof.results import Verdict
from backend.proof.signing import Signer
from backend.resources import open_driver
from billing.meters import Meter
from sandbox.protocol import Toolchain
from tenants.ids import new_id
from tests.sdk.bundles import NOW

pytestmark = pytest.mark.asyncio(loop_scope="module")

BLUEPRINT = """---
name: Tool library
kind: web app
---
# Tool library
Neighbours lend each other tools.

## Data
### Tool
| field | type   | rules                 |
| ----- | ------ | --------------------- |
| Name  | text   | required; unique      |
| State | choice | In, Out; starts as In |

## Values
| value | kind      | shown      |
| ----- | --------- | ---------- |
| owner | full name | Ada Byron  |

## R1 Keep the tools
Every tool has a name.

```gherkin
@critical
Scenario: A tool is added
  Given I am on the "Tools" page
  When I follow the "New tool" link
  And I fill in "Name" with "Long ladder"
  And I press "Save"
  Then I should see the message "Tool saved"
  And I should see the heading "Long ladder"

@holdout
Scenario: Tools are sorted by their names
  Given these tools exist:
    | Name         |
    | Steel bucket |
    | ${owner}     |
    | Garden hose  |
  And I am on the "Tools" page
  When I press "Name"
  Then the "Tools" table should be:
    | Name         |
    | ${owner}     |
    | Garden hose  |
    | Steel bucket |

Scenario: No tool has no name
  Given I am on the "Tools" page
  When I follow the "New tool" link
  And I press "Save"
  Then "Name" should show the error "Name is required"
```
"""
ADDED, SORTED = "R1/a-tool-is-added", "R1/tools-are-sorted-by-their-names"
RECORD_PAGE = "app/templates/record.html.jinja"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(
    tmp_path_factory: pytest.TempPathFactory, toolchain: Toolchain
) -> AsyncIterator[Workbench]:
    """Open what a worker has, with patience, since the machine may be busy."""
    folder = tmp_path_factory.mktemp("bench")
    settings = BrowserSettings(folder=folder / "browser", step_seconds=15.0)
    async with open_driver() as driver, open_prover(settings) as prover:
        yield Workbench(
            driver=driver,
            toolchain=toolchain,
            store=LocalStore(folder / "artifacts", link_secret=b"s" * 32),
            prover=prover,
            environment=await describe_environment(prover.browser),
            signer=Signer(Ed25519PrivateKey.generate()),
            lanes=1,
            narrates=False,
            faketime_library=None,
        )


async def store(job: Job, bench: Workbench, files: Mapping[str, bytes]) -> Job:
    """Keep the product that is about to be proven."""
    archive = pack(files)
    key = job.keys.key("workspace.zip")
    await bench.store.put(key, archive, content_type="application/zip")
    workspace = Workspace(
        tree_digest=tree_digest(files),
        archive_key=key,
        files=len(files),
        bytes=len(archive),
        author="kit",
    )
    return dataclasses.replace(job, workspace=workspace)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Describe a build that was ordered with a seed."""
    folder = tmp_path / "out" / "proof"
    blueprint = compile_blueprint(BLUEPRINT.encode(), "tools.md").blueprint
    assert blueprint is not None
    seeds = new_seeds()
    sealed = commit_holdouts(blueprint.scenarios, seeds=seeds.items())
    told = {"status": "queued", "holdout_root": sealed.root}
    first = chained_event("", sequence=1, kind="status", at=NOW, data=told)

    async def progress(_kind: str, _data: Mapping[str, Any]) -> None:
        return None

    async def read_events() -> tuple[RecordedEvent, ...]:
        last = {"status": "proving"}
        return (first, chained_event(first.hash, sequence=2, kind="status", at=NOW, data=last))

    folder.mkdir(parents=True)
    return Job(
        tenant_id=new_id(),
        build_id=new_id(),
        status=BuildStatus.PROVING,
        attempt=1,
        fence=1,
        blueprint=blueprint,
        blueprint_text=BLUEPRINT,
        holdout_root=sealed.root,
        holdout_salts={leaf.name: leaf.salt for leaf in sealed.leaves},
        seeds=seeds,
        folder=folder,
        progress=progress,
        read_events=read_events,
    )


def kit_product() -> dict[str, bytes]:
    blueprint = compile_blueprint(BLUEPRINT.encode(), "tools.md").blueprint
    assert blueprint is not None
    return build(blueprint.data)


async def test_a_good_product_holds_on_other_data_and_its_seed_is_told_at_the_end(
    bench: Workbench, job: Job
) -> None:
    told: list[str] = []

    async def note(kind: str, data: Mapping[str, Any]) -> None:
        if kind == "phase":
            told.append(data["phase"])

    job = dataclasses.replace(await store(job, bench, kit_product()), progress=note)
    seed = job.seeds["data"]

    outcome = await prove(job, bench)

    proof = outcome.product
    assert isinstance(proof, Proof)
    runs = {result.criterion: len(result.data_runs) for result in proof.results}
    assert runs == {ADDED: 2, SORTED: 2, "R1/no-tool-has-no-name": 0}
    assert {result.verdict for result in proof.results} == {Verdict.PASSED}
    assert told == [VERDICT_RUN, DATA_RUNS, SECOND_LOOKS]
    assert set(proof.phases) == set(told)
    assert job.consumption.quantities[Meter.BROWSER_MILLISECONDS] >= 1000 * sum(
        seconds * 0.9 for seconds in proof.phases.values()
    )
    for path in job.folder.rglob("*"):
        assert path.is_dir() or seed.encode() not in path.read_bytes()

    handed_over = dataclasses.replace(job, proof=proof, files=outcome.files)
    await close(handed_over, bench, Ending(stage="deliver", next_status=BuildStatus.DELIVERED))

    said = msgspec.json.decode((job.folder / "manifest.json").read_bytes())["predicate"]
    assert said["proof_digest"] == proof.digest
    assert said["revealed"][-1]["text"] == seed
    assert seed in (job.folder / "report.html").read_text()


def saying(job: Job, name: str) -> Job:
    """Let the scenario that adds a tool call it something else."""
    text = BLUEPRINT.replace("Long ladder", name)
    blueprint = compile_blueprint(text.encode(), "tools.md").blueprint
    assert blueprint is not None
    return dataclasses.replace(job, blueprint=blueprint, blueprint_text=text)


@pytest.mark.parametrize("name", ["H-09", "Rowe<Pike"])
async def test_a_code_or_a_text_with_a_sign_that_is_written_into_the_code_is_refused(
    bench: Workbench, job: Job, name: str
) -> None:
    files = kit_product()
    written = f"<h1>{html.escape(name)}</h1>".encode()
    files[RECORD_PAGE] = files[RECORD_PAGE].replace(b"<h1>{{ record.title }}</h1>", written)
    job = await store(saying(job, name), bench, files)

    with pytest.raises(StageFailedError) as raised:
        await prove(job, bench)

    proof = raised.value.product
    assert isinstance(proof, Proof)
    (added,) = [result for result in proof.results if result.criterion == ADDED]
    assert [attempt.verdict for attempt in added.attempts] == [Verdict.PASSED]
    assert [run.verdict for run in added.data_runs] == [Verdict.FAILED, Verdict.FAILED]


async def test_an_answer_that_is_written_into_the_code_is_refused(
    bench: Workbench, job: Job
) -> None:
    files = kit_product()
    honest = b"<h1>{{ record.title }}</h1>"
    assert honest in files[RECORD_PAGE]
    files[RECORD_PAGE] = files[RECORD_PAGE].replace(honest, b"<h1>Long ladder</h1>")
    job = await store(job, bench, files)

    with pytest.raises(StageFailedError) as raised:
        await prove(job, bench)

    failure = raised.value
    assert (failure.reason, failure.criteria) == (FailureReason.NEEDS_MODEL, (ADDED,))
    assert "With the data that the blueprint shows these work" in str(failure)
    proof = failure.product
    assert isinstance(proof, Proof)
    (added,) = [result for result in proof.results if result.criterion == ADDED]
    assert [attempt.verdict for attempt in added.attempts] == [Verdict.PASSED]
    assert [run.verdict for run in added.data_runs] == [Verdict.FAILED, Verdict.FAILED]
    failed = Ending(
        stage="prove",
        next_status=BuildStatus.FAILED,
        product=proof,
        reason=failure.reason,
        message=str(failure),
        criteria=failure.criteria,
    )
    await close(job, bench, failed)
    page = (job.folder / "report.html").read_text()
    used = added.data_runs[0].replacements[0].used
    assert f"“Long ladder” became “{used}”" in page
    assert "It works with the data that the blueprint shows, but not with other data" in page
    assert job.seeds["data"] in page
