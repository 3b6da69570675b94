"""An action meets the page that the action before it made, as a person's would."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from backend.blueprints.blueprint import Step
from backend.proof.browser_log import BrowserLog
from backend.proof.prover import Prover
from backend.proof.results import Verdict
from tests.proof.stories import make_step
from tests.proof.test_steps import play
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

S = make_step
CHOOSE = (S("W02", "/catalogue"), S("A08", "Bells", "Kind"))


async def test_what_is_pressed_is_what_the_choice_before_it_made(
    prover: Prover, toys: list[ToySubject]
) -> None:
    attempt = await play(prover, toys[0], *CHOOSE, S("A03", "Show"), S("C01", "Bells"))

    assert attempt.verdict is Verdict.PASSED, [step.message for step in attempt.steps]


@pytest.mark.parametrize(
    "leaving",
    [
        pytest.param((S("A21"),), id="reload"),
        pytest.param((S("A01", "/catalogue"),), id="address"),
        pytest.param((S("W02", "/catalogue"),), id="page"),
    ],
)
async def test_whoever_leaves_a_page_does_not_cut_off_what_was_asked(
    prover: Prover, toys: list[ToySubject], leaving: tuple[Step, ...]
) -> None:
    attempt = await play(prover, toys[0], *CHOOSE, *leaving, S("C01", "Chosen: Bells"))

    assert attempt.verdict is Verdict.PASSED, [step.message for step in attempt.steps]


class Context:
    """A browser's window as far as the log listens to it."""

    def __init__(self) -> None:
        self.say: dict[str, Callable[[Any], None]] = {}

    def on(self, event: str, hear: Callable[[Any], None]) -> None:
        self.say[event] = hear


class Asked:
    """A request that is broken off in the end."""

    resource_type = "fetch"
    failure = "net::ERR_ABORTED"


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def log(context: Context) -> BrowserLog:
    log = BrowserLog()
    log.listen(context)  # type: ignore[arg-type]  # no more of a window is needed
    return log


async def test_an_answer_that_never_comes_is_waited_for_once(
    log: BrowserLog, context: Context
) -> None:
    context.say["request"](Asked())
    await log.wait_until_quiet(at_most_seconds=0.01)

    async with asyncio.timeout(5):
        await log.wait_until_quiet(at_most_seconds=60)


async def test_an_answer_that_is_due_is_waited_for_beside_one_that_never_comes(
    log: BrowserLog, context: Context
) -> None:
    due = Asked()
    context.say["request"](Asked())
    await log.wait_until_quiet(at_most_seconds=0.01)
    context.say["request"](due)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await log.wait_until_quiet(at_most_seconds=60)
    context.say["requestfailed"](due)
    async with asyncio.timeout(5):
        await log.wait_until_quiet(at_most_seconds=60)
