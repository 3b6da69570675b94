"""Says how many tokens a question can have at the most, before anybody has counted them."""

from collections.abc import Iterable

import msgspec

from backend.agent.model import Block, Question
from backend.agent.usage import TokenUsage

# No token is shorter than a byte. A picture counts by its size in pixels: the largest that the
# service takes is below this.
_PICTURE = 5_000
_OVERHEAD = 2_000  # what the service adds around tools and turns


def most_prompt_tokens(question: Question, last: TokenUsage | None, told_since: int) -> int:
    """Return a bound for what the service will read.

    With the usage of the `last` answer, only the messages `told_since` then are estimated.
    """
    if last is None:
        rest = [question.instructions, *question.tools, question.answer_schema]
        return _most(question.messages) + sum(map(_bytes, rest)) + _OVERHEAD
    return last.prompt + last.output + _most(question.messages[told_since:]) + _OVERHEAD


def _most(messages: Iterable[Block]) -> int:
    return sum(_most_of(block) for message in messages for block in _blocks(message))


def _blocks(message: Block) -> Iterable[Block | str]:
    content = message["content"]
    return [content] if isinstance(content, str) else content


def _most_of(block: Block | str) -> int:
    if isinstance(block, str):
        return _bytes(block)
    if block["type"] == "image":
        return _PICTURE
    if block["type"] == "tool_result":
        return _bytes(block["tool_use_id"]) + sum(map(_most_of, block["content"]))
    return _bytes(block)


def _bytes(value: object) -> int:
    return len(msgspec.json.encode(value))
