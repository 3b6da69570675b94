"""What was said in one agent's work until now: enough to go on from after a crash."""

from collections.abc import Sequence

import msgspec

from backend.agent.model import Answer, Block, Stop
from backend.agent.usage import NO_TOKENS, TokenUsage


class Transcript(msgspec.Struct, kw_only=True):
    """The conversation, and what it has used; messages are only ever added at the end."""

    messages: list[Block]
    answers: int = 0
    last_answer: str | None = None
    last_stop: Stop | None = None
    last_usage: TokenUsage | None = None
    usage: TokenUsage = NO_TOKENS
    wasted: TokenUsage = NO_TOKENS

    @classmethod
    def beginning(cls, order: str) -> "Transcript":
        """Begin with what the agent is to do."""
        return cls(messages=[{"role": "user", "content": [{"type": "text", "text": order}]}])

    def add_answer(self, answer: Answer) -> None:
        """Add what the model said, and count it."""
        self.messages.append({"role": "assistant", "content": list(answer.content)})
        self.answers += 1
        self.last_answer = answer.id
        self.last_stop = answer.stop
        self.last_usage = answer.usage
        self.usage += answer.usage
        self.wasted += answer.wasted

    def add_turn(self, blocks: Sequence[Block]) -> None:
        """Add what the model is told."""
        self.messages.append({"role": "user", "content": list(blocks)})

    @property
    def open_calls(self) -> tuple[Block, ...]:
        """What the model wants done and nobody has done: the work was broken off there."""
        last = self.messages[-1]
        if last["role"] != "assistant":
            return ()
        return tuple(block for block in last["content"] if block["type"] == "tool_use")

    @property
    def last_words(self) -> str:
        """What the model said last, if it was its turn last."""
        last = self.messages[-1]
        if last["role"] != "assistant":
            return ""
        return "".join(block["text"] for block in last["content"] if block["type"] == "text")

    @property
    def told_since(self) -> int:
        """How many messages there were when the model last spoke."""
        roles = [message["role"] for message in self.messages]
        return len(roles) - roles[::-1].index("assistant") if "assistant" in roles else 0

    @property
    def waits_for_model(self) -> bool:
        """Whether it is the model's turn."""
        return bool(self.messages[-1]["role"] == "user")
