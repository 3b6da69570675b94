"""The door asks well-formed questions, tells every ending apart, and loses no token it paid for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import pytest_asyncio

from backend.agent.anthropic_model import AnthropicModel, open_anthropic_model
from backend.agent.errors import (
    AnswerMalformedError,
    ModelAccessError,
    ModelUnavailableError,
    PromptTooLongError,
    QuestionRejectedError,
)
from backend.agent.model import Question, Stop
from backend.agent.patience import Patience
from backend.agent.usage import NO_TOKENS, TokenUsage
from tests.agent.messages_server import (
    MessagesServer,
    Reply,
    breaks_off,
    call,
    error_event,
    fails,
    says,
    text,
)

QUICK = Patience(tries=3, first_wait_seconds=0.01, longest_wait_seconds=0.02, silence_seconds=0.5)
ASKED = Question(
    model="claude-tests",
    instructions="You write software.",
    messages=({"role": "user", "content": "Write it."},),
    max_tokens=1000,
    tools=(
        {
            "name": "read_file",
            "description": "Read a file.",
            "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}},
        },
    ),
)
USED = TokenUsage(fresh=10, cache_written=20, cache_read=30, output=40)
BEGUN = TokenUsage(fresh=10, cache_written=20, cache_read=30, output=1)
FINE = says(text("Done."))


@pytest_asyncio.fixture
async def model(server: MessagesServer) -> AsyncIterator[AnthropicModel]:
    async with open_anthropic_model(key="a-key", base_url=server.address, patience=QUICK) as model:
        yield model


async def test_words_and_tool_calls_come_back_in_their_order(
    server: MessagesServer, model: AnthropicModel
) -> None:
    server.will(says(text("I look."), call("read_file", path="app.py"), stop="tool_use"))

    answer = await model.ask(ASKED)

    assert answer.text == "I look."
    wanted = answer.content[-1]
    assert (wanted["name"], wanted["input"]) == ("read_file", {"path": "app.py"})
    assert answer.stop is Stop.WANTS_TOOLS
    assert answer.usage == USED
    assert answer.wasted == NO_TOKENS
    assert answer.request_id == "req_1"
    assert server.keys == ["Bearer a-key"]


async def test_an_answer_goes_into_the_next_question_as_it_is(
    server: MessagesServer, model: AnthropicModel
) -> None:
    server.will(says(call("read_file", path="app.py"), stop="tool_use"), FINE)
    first = await model.ask(ASKED)
    result = {"type": "tool_result", "tool_use_id": "toolu_read_file", "content": "print()"}
    messages = (
        *ASKED.messages,
        {"role": "assistant", "content": list(first.content)},
        {"role": "user", "content": [result]},
    )

    await model.ask(Question(**{**_fields(ASKED), "messages": messages, "after": first.id}))

    before, after = server.questions
    assert after["messages"][: len(before["messages"])] == before["messages"]
    assert after["diagnostics"] == {"previous_message_id": "msg_1"}


async def test_what_stays_the_same_is_marked_for_the_cache_up_to_the_last_block(
    server: MessagesServer, model: AnthropicModel
) -> None:
    server.will(FINE)

    await model.ask(ASKED)

    (asked,) = server.questions
    assert asked["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert asked["cache_control"] == {"type": "ephemeral"}


async def test_a_value_is_asked_for_by_its_schema(
    server: MessagesServer, model: AnthropicModel
) -> None:
    schema = {"type": "object", "properties": {"risk": {"type": "string"}}}
    server.will(says(text('{"risk": "low"}')))

    answer = await model.ask(Question(**{**_fields(ASKED), "answer_schema": schema}))

    assert answer.text == '{"risk": "low"}'
    assert server.questions[0]["output_config"] == {
        "format": {"type": "json_schema", "schema": schema}
    }


@pytest.mark.parametrize("stop", list(Stop))
async def test_each_ending_is_known_by_its_name(
    server: MessagesServer, model: AnthropicModel, stop: Stop
) -> None:
    server.will(says(text("…"), stop=stop.value))

    answer = await model.ask(ASKED)

    assert answer.stop is stop
    assert answer.usage == USED


async def test_an_ending_that_nobody_knows_is_no_answer_and_is_paid(
    server: MessagesServer, model: AnthropicModel
) -> None:
    server.will(says(text("…"), stop="tired"))

    with pytest.raises(AnswerMalformedError, match="tired") as raised:
        await model.ask(ASKED)

    assert raised.value.wasted == USED


@pytest.mark.parametrize(
    "trouble",
    [
        fails(408, "timeout_error"),
        fails(409, "api_error"),
        fails(429, "rate_limit_error", retry_after="0"),
        fails(500, "api_error"),
        fails(503, "api_error"),
        fails(529, "overloaded_error"),
        Reply(is_cut=True),
    ],
)
async def test_what_passes_is_asked_again_and_told(
    server: MessagesServer, model: AnthropicModel, trouble: Reply
) -> None:
    heard: list[str] = []
    server.will(trouble, FINE)

    async def hear(said: str) -> None:
        heard.append(said)

    answer = await model.ask(ASKED, hear)

    assert answer.text == "Done."
    assert len(heard) == 1
    assert heard[0].startswith("The model does not answer (")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(breaks_off(FINE, after=3), id="cut in the middle"),
        pytest.param(breaks_off(FINE, after=3, then="{not json"), id="garbled"),
        pytest.param(
            breaks_off(FINE, after=3, then=error_event("overloaded_error")), id="overloaded within"
        ),
        pytest.param(Reply(events=FINE.events[:3]), id="ends without an end"),
        pytest.param(Reply(events=FINE.events[:-1]), id="ends before its last event"),
    ],
)
async def test_an_answer_that_breaks_off_is_asked_for_again_and_paid(
    server: MessagesServer, model: AnthropicModel, broken: Reply
) -> None:
    server.will(broken, FINE)

    answer = await model.ask(ASKED)

    assert answer.text == "Done."
    assert answer.usage == USED
    assert answer.wasted.prompt == BEGUN.prompt
    assert answer.wasted.output in {BEGUN.output, USED.output}


@pytest.mark.parametrize(
    "garbled",
    [
        pytest.param(Reply(events=FINE.events[1:]), id="without a beginning"),
        pytest.param(Reply(events=["{not json"]), id="no JSON"),
        pytest.param(Reply(events=["[1, 2]"]), id="JSON that is no event"),
        pytest.param(Reply(), id="nothing at all"),
    ],
)
async def test_what_is_no_answer_is_asked_for_again(
    server: MessagesServer, model: AnthropicModel, garbled: Reply
) -> None:
    server.will(garbled, FINE)

    assert (await model.ask(ASKED)).text == "Done."


async def test_silence_is_not_waited_for_without_end(
    server: MessagesServer, model: AnthropicModel
) -> None:
    server.will(Reply(events=FINE.events, pause_seconds=2.0), FINE)

    assert (await model.ask(ASKED)).text == "Done."


async def test_slow_words_are_waited_for(server: MessagesServer, model: AnthropicModel) -> None:
    server.will(Reply(events=FINE.events, pause_seconds=0.15))

    assert (await model.ask(ASKED)).wasted == NO_TOKENS


async def test_a_service_that_stays_busy_says_when_to_ask_again(
    server: MessagesServer, model: AnthropicModel
) -> None:
    server.will(*[breaks_off(FINE, after=3)] * 2, fails(529, "overloaded_error"))

    with pytest.raises(ModelUnavailableError, match="overloaded error") as raised:
        await model.ask(ASKED)

    assert raised.value.wasted == BEGUN + BEGUN
    assert 0 < raised.value.wait_seconds <= QUICK.longest_wait_seconds
    assert len(server.questions) == QUICK.tries


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_a_long_wait_that_is_asked_for_is_not_waited_out_here(
    server: MessagesServer, model: AnthropicModel, form: str
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    server.will(fails(429, "rate_limit_error", retry_after="90" if form == "seconds" else date))

    with pytest.raises(ModelUnavailableError) as raised:
        await model.ask(ASKED)

    assert raised.value.wait_seconds == pytest.approx(90, abs=5)
    assert len(server.questions) == 1


async def test_a_service_out_of_reach_is_unavailable() -> None:
    async with open_anthropic_model(
        key="a-key", base_url="http://127.0.0.1:9", patience=QUICK
    ) as model:
        with pytest.raises(ModelUnavailableError, match="the connection failed"):
            await model.ask(ASKED)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (fails(400, "invalid_request_error", "max_tokens is wrong"), QuestionRejectedError),
        (fails(400, "invalid_request_error", "prompt is too long: 9 > 8"), PromptTooLongError),
        (fails(413, "request_too_large"), PromptTooLongError),
        (fails(422, "invalid_request_error"), QuestionRejectedError),
        (fails(401, "authentication_error", "invalid x-api-key"), ModelAccessError),
        (fails(402, "billing_error"), ModelAccessError),
        (fails(403, "permission_error"), ModelAccessError),
        (fails(404, "not_found_error", "model: claude-tests"), ModelAccessError),
        (
            breaks_off(FINE, after=3, then=error_event("invalid_request_error")),
            QuestionRejectedError,
        ),
    ],
)
async def test_what_asking_again_cannot_help_is_asked_once(
    server: MessagesServer, model: AnthropicModel, refusal: Reply, error: type[Exception]
) -> None:
    server.will(refusal)

    with pytest.raises(error):
        await model.ask(ASKED)

    assert len(server.questions) == 1


async def test_a_question_that_breaks_the_rules_is_refused_by_the_tests_own_server(
    model: AnthropicModel,
) -> None:
    wrong = Question(**{**_fields(ASKED), "messages": ({"role": "nobody", "content": "Hello"},)})

    with pytest.raises(QuestionRejectedError, match="role"):
        await model.ask(wrong)


def _fields(question: Question) -> dict[str, object]:
    return {name: getattr(question, name) for name in question.__struct_fields__}
