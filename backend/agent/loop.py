"""The loop of an agent: ask the model, do what it wants, until it says that it has finished."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from backend.agent.budget import Budget
from backend.agent.errors import AgentStuckError, ContextFullError, ModelError, ModelRefusedError
from backend.agent.model import Block, Hear, Model, Question, Stop
from backend.agent.tool import declared
from backend.agent.toolbox import Toolbox
from backend.agent.transcript import Transcript
from backend.agent.usage import NO_TOKENS
from backend.agent.worst_case import most_prompt_tokens

FINISH = "finish"
_MOST_IDLE_TURNS = 3  # in a row, without anything done
_CUT_OFF = "Your answer was cut off before this call was whole, so nothing was done. Write less."
_GO_ON = (
    f'You stopped without calling "{FINISH}". Go on, or call it when the work is done and checked.'
)

Value = TypeVar("Value", bound=msgspec.Struct)
Keep = Callable[[Transcript], Awaitable[None]]
TakeSteering = Callable[[], Awaitable[Sequence[str]]]


@dataclass(frozen=True, kw_only=True)
class Agent(Generic[Value]):
    """A model with hands and an order.

    `ends_with` is the shape of what it hands over with the tool `finish`. `keep` stores the
    transcript after each step; `take_steering` returns what people have said to it since.
    """

    model: Model
    model_name: str
    instructions: str
    toolbox: Toolbox
    ends_with: type[Value]
    budget: Budget
    keep: Keep
    take_steering: TakeSteering
    hear: Hear | None = None
    most_words: int = 16_000  # tokens of one answer

    async def work(self, transcript: Transcript) -> Value:
        """Go on from where the transcript ends until the agent hands over; raise AgentError."""
        idle_turns = 0
        while True:
            if transcript.waits_for_model:
                await self._ask(transcript)
            _refuse_unusable(transcript)
            value = await self._answer_calls(transcript)
            if value is not None:
                return value
            idle_turns = 0 if _has_done_something(transcript) else idle_turns + 1
            if idle_turns == _MOST_IDLE_TURNS:
                raise AgentStuckError(f"The model did nothing for {idle_turns} turns.")

    @property
    def _finish(self) -> Block:
        return declared(FINISH, self.ends_with.__doc__ or "", self.ends_with)

    async def _ask(self, transcript: Transcript) -> None:
        """Put the question, within the budget, and keep what comes back."""
        question = Question(
            model=self.model_name,
            instructions=self.instructions,
            tools=(*self.toolbox.declarations, self._finish),
            messages=tuple(transcript.messages),
            max_tokens=self.most_words,
            after=transcript.last_answer,
        )
        prompt = most_prompt_tokens(question, transcript.last_usage, transcript.told_since)
        async with self.budget.reserve(
            self.model_name, prompt=prompt, output=self.most_words
        ) as reservation:
            try:
                answer = await self.model.ask(question, self.hear)
            except ModelError as error:
                reservation.settle(usage=NO_TOKENS, wasted=error.wasted)
                raise
            reservation.settle(usage=answer.usage, wasted=answer.wasted)
            transcript.add_answer(answer)
            await self.keep(transcript)

    async def _answer_calls(self, transcript: Transcript) -> Value | None:
        """Do what the model wants; return what it hands over, once it does."""
        calls = list(transcript.open_calls)
        is_cut_off = transcript.last_stop is Stop.CUT_OFF
        unfinished = [calls.pop()] if calls and is_cut_off else []
        handed_over = [call for call in calls if call["name"] == FINISH]
        results = await self.toolbox.use(call for call in calls if call["name"] != FINISH)
        results += [_refused(call, _CUT_OFF) for call in unfinished]
        for call in handed_over:
            try:
                return msgspec.convert(call["input"], self.ends_with)
            except msgspec.ValidationError as error:
                results.append(_refused(call, f"{FINISH} does not take this: {error}"))
        said = [_text(line) for line in await self.take_steering()]
        transcript.add_turn([*results, *said] if results or said else [_text(_GO_ON)])
        await self.keep(transcript)
        return None


def _has_done_something(transcript: Transcript) -> bool:
    return any(block["type"] == "tool_result" for block in transcript.messages[-1]["content"])


def _refuse_unusable(transcript: Transcript) -> None:
    """Raise where nothing can follow, also when the work is taken up again there."""
    if transcript.last_stop is Stop.REFUSED:
        raise ModelRefusedError(transcript.last_words or "The model will not do this.")
    if transcript.last_stop is Stop.CONTEXT_FULL:
        raise ContextFullError("The conversation is longer than the model can read.")


def _refused(call: Block, why: str) -> Block:
    content = [{"type": "text", "text": why}]
    return {"type": "tool_result", "tool_use_id": call["id"], "content": content, "is_error": True}


def _text(said: str) -> Block:
    return {"type": "text", "text": said}
