"""An agent works until it hands over, within its budget, and goes on where it was broken off."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from backend.agent.anthropic_model import AnthropicModel, open_anthropic_model
from backend.agent.budget import Budget, Spending
from backend.agent.errors import (
    AgentStuckError,
    BudgetExceededError,
    ContextFullError,
    ModelRefusedError,
    ModelUnavailableError,
)
from backend.agent.loop import FINISH, Agent
from backend.agent.patience import Patience
from backend.agent.tool import ToolResult
from backend.agent.toolbox import Toolbox
from backend.agent.transcript import Transcript
from billing.errors import UnknownPriceError
from tests.agent.messages_server import (
    MessagesServer,
    breaks_off,
    call,
    fails,
    says,
    text,
)

QUICK = Patience(tries=2, first_wait_seconds=0.01, longest_wait_seconds=0.02, silence_seconds=2.0)
MODEL = "claude-opus-5-5"
ENOUGH_MICROS = 5_000_000


class Handover(msgspec.Struct):
    """Hand over the work when it is done and checked."""

    summary: str


class Line(msgspec.Struct, forbid_unknown_fields=True):
    words: str


@dataclass
class Notebook:
    """Writes lines down."""

    name: str = "write_line"
    description: str = "Write a line into the notebook."
    takes: type[msgspec.Struct] = Line
    lines: list[str] = field(default_factory=list)

    async def use(self, given: Line) -> ToolResult:
        if given.words == "crash":
            raise OSError("the disk is full")
        self.lines.append(given.words)
        return ToolResult(text=f"\x1b[31mline {len(self.lines)}\x1b[0m")


@dataclass(kw_only=True)
class Desk:
    """An agent, and everything around it that a test looks at."""

    agent: Agent[Handover]
    notebook: Notebook
    kept: list[bytes] = field(default_factory=list)
    steering: list[str] = field(default_factory=list)
    spent: list[Spending] = field(default_factory=list)

    @property
    def last_kept(self) -> Transcript:
        return msgspec.json.decode(self.kept[-1], type=Transcript)


def open_desk(model: AnthropicModel, micros: int = ENOUGH_MICROS) -> Desk:
    notebook = Notebook()

    async def keep(transcript: Transcript) -> None:
        desk.kept.append(msgspec.json.encode(transcript))

    async def take_steering() -> Sequence[str]:
        taken, desk.steering[:] = list(desk.steering), []
        return taken

    async def record(spending: Spending) -> None:
        desk.spent.append(spending)

    agent = Agent(
        model=model,
        model_name=MODEL,
        instructions="You keep a notebook.",
        toolbox=Toolbox([notebook]),
        ends_with=Handover,
        budget=Budget(micros, record),
        keep=keep,
        take_steering=take_steering,
        most_words=1000,
    )
    desk = Desk(agent=agent, notebook=notebook)
    return desk


@pytest_asyncio.fixture
async def desk(server: MessagesServer) -> AsyncIterator[Desk]:
    async with open_anthropic_model(key="k", base_url=server.address, patience=QUICK) as model:
        yield open_desk(model)


ORDER = "Write two lines."
FIRST = says(text("First."), call("write_line", words="one"), stop="tool_use")
SECOND = says(call("write_line", words="two"), stop="tool_use")
DONE = says(call(FINISH, summary="Two lines."), stop="tool_use")


async def test_an_agent_works_until_it_hands_over(server: MessagesServer, desk: Desk) -> None:
    server.will(FIRST, SECOND, DONE)

    value = await desk.agent.work(Transcript.beginning(ORDER))

    assert value == Handover(summary="Two lines.")
    assert desk.notebook.lines == ["one", "two"]
    assert [tool["name"] for tool in server.questions[0]["tools"]] == ["write_line", FINISH]


async def test_the_model_reads_results_without_terminal_codes(
    server: MessagesServer, desk: Desk
) -> None:
    server.will(FIRST, DONE)

    await desk.agent.work(Transcript.beginning(ORDER))

    (result,) = server.questions[1]["messages"][-1]["content"]
    assert result["content"] == [{"type": "text", "text": "line 1"}]


async def test_each_question_begins_with_the_bytes_of_the_one_before(
    server: MessagesServer, desk: Desk
) -> None:
    server.will(FIRST, SECOND, DONE)

    await desk.agent.work(Transcript.beginning(ORDER))

    for before, after in zip(server.questions, server.questions[1:], strict=False):
        assert after["tools"] == before["tools"]
        assert after["system"] == before["system"]
        assert after["messages"][: len(before["messages"])] == before["messages"]


@pytest.mark.parametrize("steps", range(1, 6))
async def test_an_agent_that_is_killed_ends_the_same_with_one_turn_paid_twice_at_most(
    server: MessagesServer, desk: Desk, steps: int
) -> None:
    class KilledError(Exception):
        pass

    async def keep_and_die(transcript: Transcript) -> None:
        await desk.agent.keep(transcript)
        if len(desk.kept) == steps:
            raise KilledError

    server.will(FIRST, SECOND, DONE)
    mortal = replace(desk.agent, keep=keep_and_die)
    with pytest.raises(KilledError):
        await mortal.work(Transcript.beginning(ORDER))

    value = await desk.agent.work(desk.last_kept)

    assert value == Handover(summary="Two lines.")
    assert len(server.questions) == 3
    assert desk.notebook.lines in (["one", "two"], ["one", "one", "two"], ["one", "two", "two"])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (call("write_line", words=7), "write_line does not take this"),
        (call("write_line", line="one"), "write_line does not take this"),
        (call("paint", words="one"), 'There is no tool "paint". There are: write_line.'),
        (call("write_line", words="crash"), "write_line failed in the works: OSError"),
        (call(FINISH), "finish does not take this"),
    ],
)
async def test_a_call_that_is_wrong_is_told_to_the_model(
    server: MessagesServer, desk: Desk, wrong: dict[str, Any], told: str
) -> None:
    server.will(says(wrong, stop="tool_use"), DONE)

    await desk.agent.work(Transcript.beginning(ORDER))

    (result,) = server.questions[1]["messages"][-1]["content"]
    assert result["is_error"] is True
    assert result["content"][0]["text"].startswith(told)


async def test_what_people_say_reaches_the_model_at_its_next_turn(
    server: MessagesServer, desk: Desk
) -> None:
    desk.steering.append("Write in French, please.")
    server.will(FIRST, DONE)

    await desk.agent.work(Transcript.beginning(ORDER))

    result, said = server.questions[1]["messages"][-1]["content"]
    assert result["type"] == "tool_result"
    assert said == {"type": "text", "text": "Write in French, please."}


async def test_a_model_that_stops_without_handing_over_is_told_to_go_on(
    server: MessagesServer, desk: Desk
) -> None:
    server.will(says(text("I am done.")), DONE)

    await desk.agent.work(Transcript.beginning(ORDER))

    (told,) = server.questions[1]["messages"][-1]["content"]
    assert 'You stopped without calling "finish"' in told["text"]


async def test_a_model_that_only_talks_is_stopped(server: MessagesServer, desk: Desk) -> None:
    server.will(*[says(text("I am done."))] * 5)

    with pytest.raises(AgentStuckError):
        await desk.agent.work(Transcript.beginning(ORDER))

    assert len(server.questions) == 3


async def test_a_call_that_was_cut_off_is_not_carried_out(
    server: MessagesServer, desk: Desk
) -> None:
    cut = says(
        {**call("write_line", words="one"), "id": "toolu_1"},
        {**call("write_line", words="tw"), "id": "toolu_2"},
        stop="max_tokens",
    )
    server.will(cut, DONE)

    await desk.agent.work(Transcript.beginning(ORDER))

    first, second = server.questions[1]["messages"][-1]["content"]
    assert desk.notebook.lines == ["one"]
    assert "is_error" not in first
    assert "cut off" in second["content"][0]["text"]


@pytest.mark.parametrize(
    ("stop", "error"),
    [("refusal", ModelRefusedError), ("model_context_window_exceeded", ContextFullError)],
)
async def test_an_answer_that_cannot_be_used_ends_the_work_and_is_paid(
    server: MessagesServer, desk: Desk, stop: str, error: type[Exception]
) -> None:
    server.will(says(text("I will not."), stop=stop))

    with pytest.raises(error):
        await desk.agent.work(Transcript.beginning(ORDER))

    assert [spending.usage.output for spending in desk.spent] == [40]
    with pytest.raises(error):
        await desk.agent.work(desk.last_kept)
    assert len(server.questions) == 1


async def test_each_call_is_recorded_with_what_it_cost(server: MessagesServer, desk: Desk) -> None:
    server.will(FIRST, breaks_off(DONE, after=2), DONE)

    await desk.agent.work(Transcript.beginning(ORDER))

    # 10 fresh, 20 written, 30 read and 40 spoken tokens at 4, 5, 0.2 and 20 millionths each
    assert [spending.cost_micros for spending in desk.spent] == [946, 946]
    assert [spending.wasted_micros for spending in desk.spent] == [0, 166]
    assert desk.agent.budget.left_micros == ENOUGH_MICROS - 2 * 946


async def test_a_call_that_might_cost_more_than_there_is_left_is_not_made(
    server: MessagesServer, desk: Desk
) -> None:
    poor = open_desk(desk.agent.model, micros=25_000)  # type: ignore[arg-type]  # the same door
    server.will(FIRST)

    with pytest.raises(BudgetExceededError):
        await poor.agent.work(Transcript.beginning(ORDER))

    assert server.questions == []


async def test_a_model_without_a_price_is_not_asked(server: MessagesServer, desk: Desk) -> None:
    with pytest.raises(UnknownPriceError, match="claude-unheard-of"):
        await replace(desk.agent, model_name="claude-unheard-of").work(Transcript.beginning(ORDER))

    assert server.questions == []


async def test_a_service_that_is_down_leaves_the_work_where_it_was(
    server: MessagesServer, desk: Desk
) -> None:
    down = [fails(529, "overloaded_error")] * QUICK.tries
    server.will(FIRST, *down)
    with pytest.raises(ModelUnavailableError):
        await desk.agent.work(Transcript.beginning(ORDER))
    server.will(SECOND, DONE)

    value = await desk.agent.work(desk.last_kept)

    assert value == Handover(summary="Two lines.")
    assert desk.notebook.lines == ["one", "two"]
