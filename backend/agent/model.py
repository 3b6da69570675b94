"""What a language model is asked and what it answers, whoever serves it."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from backend.agent.usage import NO_TOKENS, TokenUsage

Block = Mapping[str, Any]  # a piece of a message, in the words of the Messages API
Hear = Callable[[str], Awaitable[None]]


class Stop(StrEnum):
    """Why a model stopped."""

    FINISHED = "end_turn"
    WANTS_TOOLS = "tool_use"
    CUT_OFF = "max_tokens"
    REFUSED = "refusal"
    CONTEXT_FULL = "model_context_window_exceeded"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a model.

    `instructions` and `tools` come first and stay the same through a conversation, so that they
    and all earlier messages are read from the prompt cache. `answer_schema` asks for JSON of that
    shape. `after` is the id of the answer before, for which the service says why its cache missed.
    """

    model: str
    instructions: str
    messages: tuple[Block, ...]
    max_tokens: int
    tools: tuple[Block, ...] = ()
    answer_schema: Mapping[str, Any] | None = None
    after: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: `content` goes into the next question as it is.

    `wasted` is what earlier tries of the same question used before they broke off.
    """

    id: str
    model: str
    content: tuple[Block, ...]
    stop: Stop
    usage: TokenUsage
    wasted: TokenUsage = NO_TOKENS
    cache_miss: str | None = None
    request_id: str | None = None

    @property
    def text(self) -> str:
        """Everything that the model said in words."""
        return "".join(block["text"] for block in self.content if block["type"] == "text")


class Model(Protocol):
    """Whoever answers questions."""

    async def ask(self, question: Question, hear: Hear | None = None) -> Answer:
        """Return the answer, telling of waits as they come; raise ModelError when there is none."""
