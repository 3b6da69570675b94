"""What an attempt without pages owes, what a contract must say, and what may not lie ready."""

from pathlib import Path

import msgspec
import pytest

from backend.blueprints.blueprint import StepKind
from backend.proof.contract import check_kind, read_contract
from backend.proof.errors import ProductContractError
from backend.proof.prover import Prover
from backend.proof.results import Attempt, Evidence, StepResult, Verdict
from backend.proof.verdicts import with_evidence_checked
from sandbox.protocol import Toolchain
from tests.proof.stories import make_scenario, make_step, prove, prove_on, said_in
from tests.proof.tool_shop import known_good, opened, product_files
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")
GOT = make_step("H01", "GET", "/customers", kind=StepKind.WHEN)
ANSWERED = make_step("H05", 200, kind=StepKind.THEN)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_scenario_of_pages_and_requests_leaves_pictures_transcripts_and_a_video(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    mixed = make_scenario(
        "Both", make_step("W01"), GOT, ANSWERED, make_step("C01", "Welcome."), make_step("W01")
    )
    [result] = await prove(prover, toys, tmp_path, mixed)
    attempt = result.attempts[0]

    assert result.verdict is Verdict.PASSED, said_in(result)
    assert [piece.kind for piece in attempt.evidence] == ["video"]
    assert [[piece.kind for piece in step.evidence] for step in attempt.steps[:4]] == [
        [],
        ["transcript"],
        ["transcript"],
        ["screenshot"],
    ]


async def test_scenario_of_requests_alone_opens_no_window(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    [result] = await prove(prover, toys, tmp_path, make_scenario("Requests", GOT, ANSWERED))

    assert result.verdict is Verdict.PASSED, said_in(result)
    assert result.attempts[0].evidence == ()
    assert _names(tmp_path) == ["transcripts"]


async def test_product_that_has_stopped_is_named_as_the_fault(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    toys[0].stop()
    results = await prove(prover, toys[:1], tmp_path, make_scenario("Dead", GOT, ANSWERED))

    assert results[0].verdict is Verdict.FAILED
    assert "The product does not answer: it has stopped." in said_in(results[0])


def _attempt(folder: Path, *checks: tuple[str, str | None], video: bool = False) -> Attempt:
    def piece(kind: str) -> Evidence:
        (folder / kind).write_bytes(b"x")
        digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
        return Evidence(path=kind, kind=kind, sha256=digest, bytes=1)

    return Attempt(
        number=1,
        verdict=Verdict.PASSED,
        seconds=1.0,
        evidence=(piece("video"),) if video else (),
        steps=tuple(
            StepResult(
                text=expression,
                expression=expression,
                kind="then",
                line=1,
                verdict=Verdict.PASSED,
                evidence=(piece(kind),) if kind else (),
            )
            for expression, kind in checks
        ),
    )


@pytest.mark.parametrize(
    ("checks", "video", "message"),
    [
        ((("H05", "transcript"),), False, ""),
        ((("L04", "transcript"), ("L10", "transcript")), False, ""),
        ((("H05", None),), False, "The transcript of the step"),
        ((("B02", "screenshot"),), False, "The transcript of the step"),
        ((("H05", "transcript"), ("C01", "screenshot")), False, "The video of this scenario"),
        ((("H05", "transcript"), ("C01", None)), True, "The picture of the step"),
        ((("H05", "transcript"), ("C01", "screenshot")), True, ""),
        ((("H05", None), ("C01", "screenshot")), True, "The transcript of the step"),
    ],
)
async def test_attempt_owes_what_its_steps_leave(
    tmp_path: Path, checks: tuple[tuple[str, str | None], ...], *, video: bool, message: str
) -> None:
    checked = with_evidence_checked(_attempt(tmp_path, *checks, video=video), tmp_path)

    assert checked.message.startswith(message)
    assert (checked.verdict is Verdict.PASSED) == (not message)


async def test_transcript_that_was_changed_fails_the_attempt(tmp_path: Path) -> None:
    attempt = _attempt(tmp_path, ("H05", "transcript"))
    (tmp_path / "transcript").write_bytes(b"y")

    assert with_evidence_checked(attempt, tmp_path).verdict is Verdict.FAILED


def _contract(kind: str, run: str) -> bytes:
    parts = (
        f'[product]\nname = "X"\nkind = "{kind}"\n',
        '[toolchain]\nname = "python-web"\n',
        f"[run]\n{run}\n",
        '[test]\ncommand = "true"\n',
    )
    return "".join(parts).encode()


@pytest.mark.parametrize(
    ("kind", "run", "message"),
    [
        ("web app", 'cli = "x"', "[run] web is missing"),
        ("http api", "", "[run] web is missing"),
        ("http api", 'web = "x"\nschema = "openapi.json"', "[run] schema must be an address"),
        ("command line", 'web = "x"', "[run] cli must name a program"),
        ("command line", 'cli = "../jobs"', "[run] cli must name a program"),
        ("python library", "", "[run] library must name the folder"),
        ("python library", 'library = "../src"', "[run] library must name the folder"),
        ("python library", 'library = "/usr"', "[run] library must name the folder"),
        ("desktop app", 'web = "x"', "Invalid enum value 'desktop app'"),
    ],
)
async def test_contract_that_cannot_be_run_says_why(kind: str, run: str, message: str) -> None:
    with pytest.raises(ProductContractError) as caught:
        read_contract(_contract(kind, run))

    assert message in str(caught.value)


async def test_product_of_another_kind_than_ordered_is_refused() -> None:
    contract = read_contract(_contract("command line", 'cli = "jobs"'))

    check_kind(contract, "command line")
    with pytest.raises(ProductContractError, match="but the blueprint orders a web app"):
        check_kind(contract, "web app")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({".work/jobs.json": b"[]"}, r"holds \.work/jobs\.json"),
        ({".data/jobs.json": b"[]"}, r"holds \.data/jobs\.json"),
        ({"bin/jobs": None}, "there is no file bin/jobs"),
    ],
)
async def test_product_that_prepares_its_own_proof_is_refused(
    toolchain: Toolchain, changes: dict[str, bytes | None], message: str
) -> None:
    files = {k: v for k, v in (product_files("job_tool") | changes).items() if v is not None}

    with pytest.raises(ProductContractError, match=message):
        async with opened("job_tool", toolchain, files=files):
            pass


async def test_defect_in_a_product_is_caught_by_its_blueprint(
    prover: Prover, toolchain: Toolchain, tmp_path: Path
) -> None:
    blueprint = known_good("job_tool")
    files = product_files("job_tool")
    path = "jobs/command.py"
    files[path] = files[path].replace(b'print("jobs\\nv1.4.2")', b'print("jobs 1.4.2")')
    scenarios = [s for s in blueprint.scenarios if "version" in s.name]
    async with opened("job_tool", toolchain, files=files) as product:
        [result] = await prove_on(
            [product], prover, scenarios, blueprint=blueprint, folder=tmp_path
        )

    assert result.verdict is Verdict.FAILED
    assert [attempt.number for attempt in result.attempts] == [1, 2]
    assert 'The output does not match "^v\\d+\\.\\d+": it is "jobs 1.4.2".' in said_in(result)
    assert msgspec.json.encode(result)
