"""Whatever dies, hangs or is refused fails its own scenario in plain words, and nothing else."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from backend.proof.browser import BrowserSettings
from backend.proof.errors import BrowserUnavailableError, ProofError
from backend.proof.play_order import Recording
from backend.proof.prover import Prover, open_prover
from backend.proof.results import Evidence, Verdict
from backend.proof.verdicts import with_evidence_checked
from tests.proof.stories import make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

S = make_step
FINE = make_scenario("Fine", S("W01"), S("C01", "Welcome"))
HANGS = make_scenario("Hangs", S("W02", "Parts"), S("A02", "Hang"), S("C01", "Parts"))


async def test_a_page_that_hangs_fails_alone(toys: list[ToySubject], tmp_path: Path) -> None:
    settings = BrowserSettings(folder=tmp_path / "b", step_seconds=1.0, scenario_seconds=4.0)
    async with open_prover(settings) as prover:
        hung, fine = await prove(prover, toys, tmp_path, HANGS, FINE, recording=Recording.NONE)

    assert hung.verdict is Verdict.FAILED
    assert "could not be pressed" in said_in(hung) or "longer than 4 seconds" in said_in(hung)
    assert fine.verdict is Verdict.PASSED, said_in(fine)


async def test_a_product_that_dies_fails_in_plain_words(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    toys[0].stop()

    (result,) = await prove(prover, toys[:1], tmp_path, FINE)

    assert result.verdict is Verdict.FAILED
    assert "The product does not answer: it has stopped." in said_in(result)


async def test_a_product_that_cannot_be_put_back_fails_its_scenarios(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    toys[0].refuses_reset = True

    (result,) = await prove(prover, toys[:1], tmp_path, FINE)

    assert result.verdict is Verdict.FAILED
    assert said_in(result).startswith("The product could not be put back to just-started: the disk")
    assert len(result.attempts) == 2


async def test_rows_that_are_refused_fail_with_the_products_words(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    seeded = make_scenario(
        "Seeded", S("W05", "customers", table=(("Age",), ("7",))), S("W01"), S("C01", "Welcome")
    )

    (result,) = await prove(prover, toys, tmp_path, seeded)

    assert "refused these rows: Customer has no field Age" in said_in(result)


async def test_a_browser_that_is_killed_fails_what_ran_and_starts_again(
    toys: list[ToySubject], tmp_path: Path
) -> None:
    settings = BrowserSettings(folder=tmp_path / "b", step_seconds=3.0)
    late = make_scenario("Late", S("W02", "Parts"), S("A02", "Flash"), S("C01", "Never"))
    async with open_prover(settings) as prover:
        run = asyncio.create_task(prove(prover, toys, tmp_path, late, recording=Recording.NONE))
        await asyncio.sleep(2.0)
        _kill_browser(tmp_path / "b")
        (killed,) = await run
        (fine,) = await prove(prover, toys, tmp_path, FINE)

    assert "ended in the middle" in " ".join(s.message for s in killed.attempts[0].steps)
    assert fine.verdict is Verdict.PASSED, said_in(fine)


def _kill_browser(folder: Path) -> None:
    """Kill every process of the browser whose files lie in this folder."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f"--user-data-dir={folder.resolve()}".encode() in words:
                os.kill(int(entry.name), signal.SIGKILL)


async def test_cancelling_leaves_no_window_open(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    slow = make_scenario("Slow", S("W01"), S("C03", "Never", 60, "seconds"))
    run = asyncio.create_task(prove(prover, toys, tmp_path, slow, slow, slow))
    await asyncio.sleep(1.5)

    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run

    assert (await prover.browser.get()).contexts == []
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert [task for task in left if "backend/proof" in str(task)] == []


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (make_scenario("Empty"), "has no steps"),
        (make_scenario("No check", S("W01")), "has no Then step"),
    ],
)
async def test_a_scenario_that_shows_nothing_fails(
    prover: Prover, toys: list[ToySubject], tmp_path: Path, scenario: object, said: str
) -> None:
    (result,) = await prove(prover, toys, tmp_path, scenario)  # type: ignore[arg-type]  # parametrised

    assert result.verdict is Verdict.FAILED
    assert said in said_in(result)


async def test_without_a_product_nothing_is_proven(prover: Prover, tmp_path: Path) -> None:
    with pytest.raises(ProofError, match="no running product"):
        await prove(prover, [], tmp_path, FINE)


async def test_evidence_that_is_missing_or_changed_fails_the_criterion(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    (result,) = await prove(prover, toys, tmp_path, FINE)
    (attempt,) = result.attempts
    assert attempt.verdict is Verdict.PASSED
    picture = _last_picture(attempt.steps[-1].evidence)

    (tmp_path / picture.path).write_bytes(b"another picture")
    changed = with_evidence_checked(attempt, tmp_path)
    (tmp_path / picture.path).unlink()
    missing = with_evidence_checked(attempt, tmp_path)

    assert changed.verdict is missing.verdict is Verdict.FAILED
    assert "missing or was changed" in changed.message


def _last_picture(evidence: tuple[Evidence, ...]) -> Evidence:
    return evidence[-1]


async def test_a_machine_without_a_browser_says_so(tmp_path: Path) -> None:
    settings = BrowserSettings(folder=tmp_path, executable=Path("/usr/bin/false"))

    with pytest.raises(BrowserUnavailableError, match="No browser could be started"):
        async with open_prover(settings):
            pass


@pytest.mark.parametrize("isolated", [True, False])
async def test_the_browser_starts_sealed_or_not_in_a_folder_with_a_long_name(
    toys: list[ToySubject], tmp_path: Path, *, isolated: bool
) -> None:
    folder = tmp_path / "it's a folder" / ("long" * 30)
    async with open_prover(BrowserSettings(folder=folder, isolated=isolated)) as prover:
        (result,) = await prove(prover, toys, tmp_path / "proof", FINE)
        isolation = prover.browser.isolation

    assert result.verdict is Verdict.PASSED, said_in(result)
    assert isolated == ("sandbox" in isolation)
