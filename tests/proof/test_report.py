"""The report opens from disk, tells the truth in plain words and executes nothing of anybody's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import unquote

import msgspec
import pytest
import pytest_asyncio

from backend.blueprints.blueprint import Blueprint, Requirement, Scenario
from backend.proof.browser import BrowserSettings
from backend.proof.canonical import canonical_json, digest_of
from backend.proof.chromium import temporary_folder
from backend.proof.environment import describe_environment
from backend.proof.errors import ProofError
from backend.proof.manifest import ManifestInput, build_manifest
from backend.proof.prover import Prover
from backend.proof.report import ReportInput, render_report
from backend.proof.statement import Approval
from backend.proof.tools import tool_versions
from tests.proof.report_shapes import HOSTILE
from tests.proof.stories import BLUEPRINT, make_scenario, make_step, prove
from tests.proof.toy import open_toys

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCENARIOS = (
    make_scenario(
        "A repair is taken in",
        make_step("W05", "customers", table=(("Name",), (HOSTILE,))),
        make_step("W02", "Repairs"),
        make_step("A02", "New repair"),
        make_step("A05", "Bicycle", HOSTILE),
        make_step("A02", "Save"),
        make_step("C09", "Repair saved"),
        make_step("C01", "Waiting"),
        tags=("@critical",),
    ),
    make_scenario(
        f"Names {HOSTILE}",
        make_step("W02", "Parts"),
        make_step("C19", "parts page"),
        tags=("@holdout", "@visual"),
    ),
    make_scenario(
        "A wrong expectation",
        make_step("W01"),
        make_step("C04", "heading", "Job book"),
        make_step("C03", HOSTILE, 300, "milliseconds"),
        make_step("C01", "Never reached"),
    ),
    make_scenario(
        "A flip", make_step("W02", "Flip"), make_step("C03", "heads", 300, "milliseconds")
    ),
)


def _blueprint(scenarios: tuple[Scenario, ...]) -> Blueprint:
    requirement = Requirement(
        id="R1", title="Take in a repair", prose="The mechanic writes it down.", scenarios=scenarios
    )
    return msgspec.structs.replace(BLUEPRINT, requirements=(requirement,), name=f"Book {HOSTILE}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def report(prover: Prover, browser_settings: BrowserSettings) -> ReportInput:
    """Prove the scenarios once; what lies in the report's folder is as a delivery has it.

    The folder is the one of this machine that the browser sees.
    """
    folder = Path(mkdtemp(dir=temporary_folder(browser_settings.folder.resolve())))
    with open_toys(3) as toys:
        results = await prove(prover, toys, folder, *SCENARIOS)
    return ReportInput(
        blueprint=_blueprint(SCENARIOS),
        results=results,
        build="b-1",
        status="It waits for your decision.",
        started=NOW,
        finished=NOW + timedelta(seconds=75),
        environment=await describe_environment(prover.browser),
        folder=folder,
        approvals=[
            Approval(gate="plan", decision="accept", actor="Ada", at=NOW, comment=HOSTILE),
            Approval(gate="acceptance", decision="accept", actor="Ada", at=NOW, blanket=True),
        ],
        proof_digest="f" * 64,
        signer="5" * 64,
    )


async def test_the_report_opens_from_disk_and_runs_nothing(
    prover: Prover, report: ReportInput
) -> None:
    page_file = report.folder / "report.html"
    page_file.write_text(render_report(report))
    browser = await prover.browser.get()
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    await page.goto(page_file.as_uri())

    assert said == []
    assert (await page.title()).startswith("Proof: Book <script>")
    assert await page.locator("script").count() == 1  # the report's own
    text = await page.inner_text("body")
    assert "2 of 4 checks hold. It waits for your decision." in text
    assert "1 sealed: never shown to the builders" in text
    assert "held only at the second try" in text
    assert "is nowhere to be seen on the page" in text
    assert "1 min 15 s" in text
    assert "a blanket acceptance" in text
    assert "5" * 64 in text
    assert "draftworks verify FOLDER --key works.pem" in text
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    links = await page.locator("a[href]:not([href^='#']), video").evaluate_all(
        "all => all.map(e => e.getAttribute('href') || e.getAttribute('src'))"
    )
    assert sum(link.startswith("traces/") for link in links) == 2  # of what failed at first
    assert len(links) > 8
    assert [link for link in links if not (report.folder / unquote(link)).is_file()] == []
    await page.close()


async def test_the_manifest_holds_every_attempt_and_one_spelling(report: ReportInput) -> None:
    parts = ManifestInput(
        build="b-1",
        blueprint="Job book",
        blueprint_sha256="0" * 64,
        tree_sha256="1" * 64,
        product_files=2,
        results=report.results,
        environment=report.environment,
        tools=tool_versions(),
        holdout_root="3" * 64,
        started=NOW,
        finished=NOW,
    )
    manifest = build_manifest(parts)

    assert [len(result["attempts"]) for result in manifest["results"]] == [1, 1, 2, 2]
    assert manifest["counts"] == {
        "passed": 2, "failed": 1, "unstable": 1, "judged": 0, "not_run": 0
    }  # fmt: skip
    assert manifest["environment"]["browser"].startswith("Chromium ")
    assert manifest["results"][1]["first_baselines"]
    digest = digest_of(manifest)
    assert digest == digest_of(msgspec.json.decode(canonical_json(manifest)))
    assert digest != digest_of(manifest | {"build": "b-2"})


async def test_canonical_json_has_one_spelling_for_each_number() -> None:
    assert canonical_json({"b": 1.0, "a": [0.5, True, None]}) == b'{"a":[0.5,true,null],"b":1}'
    with pytest.raises(ProofError):
        canonical_json({"a": 1e300})
